import { fromHex, hex } from "../bytes.ts";
import { bytesOf, type Name } from "../packets.ts";
import { Suite } from "../suite.ts";
import { namesJson } from "./packet.ts";

export function choice(): Suite {
  const suite = new Suite("choice", "Which of the names in a ServiceRequest is served.");
  const group = suite.group("Choice", "The first name that is hosted; null stands for handled 0.");
  const add = (
    slug: string,
    comment: string,
    requirement: string,
    hosted: readonly string[],
    names: readonly Name[],
    service: Name | null,
    flags: readonly string[] = [],
  ) =>
    group.valid("choose", slug, {
      comment,
      requirements: [requirement],
      flags,
      input: { hosted: namesJson(hosted), services: namesJson(names) },
      expect: { service: service === null ? null : hex(bytesOf(service)) },
    });
  const hosted = ["echo", "sink"];
  add("only", "The one name.", "FLT-STR-021", hosted, ["sink"], "sink");
  add("first-of-two", "The request's order counts.", "FLT-STR-021", hosted, ["sink", "echo"], "sink");
  add("second-of-two", "A name that is not hosted is passed over.", "FLT-STR-021", hosted, ["nobody", "echo"], "echo");
  add(
    "last-of-255",
    "However far behind it stands.",
    "FLT-STR-021",
    hosted,
    [...Array.from({ length: 254 }, (_, i) => `${i}`), "echo"],
    "echo",
    ["Boundary"],
  );
  add("none-hosted", "None of the names.", "FLT-STR-025", hosted, ["nobody", "else"], null);
  add("no-service-at-all", "A node that hosts nothing.", "FLT-STR-025", [], ["echo"], null);
  add("no-name", "No name.", "FLT-PKT-042", hosted, [], null);
  add("empty-name", "An empty name names nothing.", "FLT-PKT-023", hosted, [""], null);
  add("empty-name-first", "It is passed over.", "FLT-PKT-023", hosted, ["", "echo"], "echo");
  add("not-utf8", "A name that is no text.", "FLT-PKT-043", hosted, [fromHex("ff")], null);
  add("not-utf8-first", "It is passed over.", "FLT-PKT-043", hosted, [fromHex("c3"), "echo"], "echo");
  add(
    "not-utf8-like-the-replacement",
    "It is not what a lenient decoder makes of it.",
    "FLT-PKT-043",
    ["\ufffd"],
    [fromHex("ff")],
    null,
  );
  add(
    "replacement-character",
    "The replacement character itself is a name.",
    "FLT-PKT-022",
    ["\ufffd"],
    ["\ufffd"],
    "\ufffd",
  );
  add("case", "Case counts.", "FLT-PKT-022", hosted, ["Echo"], null);
  add("composed", "Two spellings of one letter are two names.", "FLT-PKT-022", ["\u00e9"], ["e\u0301"], null);
  add("byte-order-mark", "A mark at the front is part of the name.", "FLT-PKT-022", hosted, ["\ufeffecho"], null);
  add("space-behind", "Nothing is trimmed.", "FLT-PKT-022", hosted, ["echo "], null);
  add("nul-behind", "Nor does a zero byte end a name.", "FLT-PKT-022", hosted, ["echo\0"], null);
  add("prefix", "Part of a name is another.", "FLT-PKT-022", hosted, ["ech"], null);
  add("tilde", "A name with a tilde is served by nobody.", "FLT-STR-029", hosted, ["~echo"], null);
  add("tilde-first", "It is passed over.", "FLT-STR-029", hosted, ["~echo", "sink"], "sink");
  for (const name of ["constructor", "__proto__", "toString"]) {
    add(
      `language-name-${name.toLowerCase().replaceAll("_", "")}`,
      "A name that some languages know of every object.",
      "FLT-STR-025",
      hosted,
      [name],
      null,
      ["PropertyName", "Compat"],
    );
  }
  add(
    "language-name-hosted",
    "Such a name can be hosted like any other.",
    "FLT-STR-021",
    ["__proto__"],
    ["constructor", "__proto__"],
    "__proto__",
    ["PropertyName"],
  );
  return suite;
}
