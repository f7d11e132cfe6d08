import { chapter } from "../../case.ts";
import {
  anonymous,
  answers,
  at,
  connect,
  data,
  end,
  expectBody,
  expectClose,
  expectData,
  expectEnd,
  expectResponse,
  pattern,
  request,
  send,
} from "../../steps/index.ts";

const NEIGHBOUR = 41;
const FAILING = 43;
/** A body of 5,000 bytes that is whole; with the change it is one that cannot be completed. */
const failing = [
  send(request("source", [["bytes", "5000"]], FAILING)).as("request"),
  send(end(FAILING)),
  expectResponse({ stream: FAILING }),
  expectBody(pattern(5000), FAILING),
];
const fails = at("request").instead(send(request("error", [["after", "5000"]], FAILING)));
const broken = [
  send(end(FAILING)),
  expectResponse({ stream: FAILING }),
  expectData(pattern(5000), { stream: FAILING }),
];
const neighbour = [
  send(request("echo", [], NEIGHBOUR)),
  send(data(pattern(10), NEIGHBOUR)),
  expectResponse({ stream: NEIGHBOUR }),
];
const neighbourEnds = [
  send(data(pattern(10, 10), NEIGHBOUR)),
  send(end(NEIGHBOUR)),
  expectData(pattern(20), { stream: NEIGHBOUR }),
  expectEnd({ stream: NEIGHBOUR }),
];

export default chapter("stream/retiring", {
  "a-body-that-breaks-off": {
    requires: ["FLT-STR-050", "FLT-STR-051", "FLT-STR-054", "FLT-TST-061"],
    why: "A broken body that ends like a whole one is a truncated file that everybody takes for complete.",
    needs: ["source", "error"],
    control: [connect(anonymous), failing],
    change: fails,
    expect: answers(broken, expectClose()),
  },
  "neighbours-go-on": {
    requires: ["FLT-STR-056", "FLT-STR-054", "FLT-STR-051"],
    why: "One handler that fails must not break the hundred calls beside it.",
    needs: ["source", "error", "echo"],
    control: [connect(anonymous), neighbour, failing, neighbourEnds],
    change: fails,
    expect: answers(broken, neighbourEnds, expectClose()),
  },
  "no-new-streams": {
    requires: ["FLT-STR-053", "FLT-STR-051"],
    why: "A connection that takes new calls is never free to close, and its broken call waits with it.",
    needs: ["source", "error", "echo"],
    control: [connect(anonymous), neighbour, failing, neighbourEnds],
    change: fails,
    expect: answers(
      broken,
      send(request("echo", [], 45)),
      expectResponse({ stream: 45, handled: false }),
      send(end(45)),
      neighbourEnds,
      expectClose(),
    ),
  },
  "closed-in-bounded-time": {
    requires: ["FLT-STR-055", "FLT-STR-051"],
    why: "A neighbour that never ends must not hide the failure for ever.",
    needs: ["source", "error", "echo"],
    control: [connect(anonymous), neighbour, failing, neighbourEnds],
    change: fails,
    expect: answers(broken, expectClose({ within: 10_000, notBefore: 5000 })),
  },
});
