import { expect, test } from "vitest";
import { render } from "./print.ts";

test("a table, and an object with a table in it", () => {
  const rows = [
    { addr: "a:1", services: ["x", "y"], key: null },
    { addr: "long:2", services: [], key: "k" },
  ];
  expect(render(rows)).toBe("addr    services  key\na:1     x y       -\nlong:2  -         k\n");
  expect(render([])).toBe("none\n");
  expect(render({ status: 200, calls: rows.slice(0, 1), headers: { a: "b" } })).toBe(
    "status   200\ncalls    addr  services  key\n         a:1   x y       -\nheaders  a  b\n",
  );
});

test("nothing that a peer says moves the cursor or turns the line", () => {
  const text = render([{ service: "a\u001b[2J\r\nb\u202ec\u0007\u009b" }]);
  expect(text).toBe("service\na\\u{1b}[2J\\u{d}\\u{a}b\\u{202e}c\\u{7}\\u{9b}\n");
  expect(render({ body: "one\n\u001b[31mtwo" })).toBe("body  one\n      \\u{1b}[31mtwo\n");
});
