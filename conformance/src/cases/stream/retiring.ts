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
  expectServed,
  expectTidy,
  hold,
  on,
  pattern,
  release,
  request,
  send,
  sendBody,
  utf8,
} from "../../steps/index.ts";

const NEIGHBOUR = 41;
const FAILING = 43;
/** A body of 5,000 bytes that is whole; with the change it is one that cannot be completed. */
const failing = [
  // In one segment: an end that is still on its way when the target closes would have the system drop what was sent last.
  hold(),
  send(request("source", [["bytes", "5000"]], FAILING)).as("request"),
  send(end(FAILING)),
  release(),
  expectResponse({ stream: FAILING }),
  expectBody(pattern(5000), FAILING),
];
const fails = at("request").instead(send(request("error", [["after", "5000"]], FAILING)));
const broken = [
  send(end(FAILING)),
  release(),
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

const SUM_OF_ABC = utf8('{"bytes":3,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}');

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
    expect: answers(broken, expectClose({ within: 10_000 })),
  },
  "before-the-end-of-the-request": {
    requires: ["FLT-STR-054", "FLT-STR-051"],
    why: "An upload into a call that has failed already is no reason to keep the connection.",
    needs: ["source", "error"],
    control: [
      connect(anonymous),
      send(request("source", [["bytes", "5000"]], FAILING)).as("request"),
      expectResponse({ stream: FAILING }),
      expectBody(pattern(5000), FAILING),
    ],
    change: fails,
    expect: answers(
      expectResponse({ stream: FAILING }),
      expectData(pattern(5000), { stream: FAILING }),
      expectClose(),
      expectTidy(),
    ),
  },
  "two-failures": {
    requires: ["FLT-STR-054", "FLT-STR-056", "FLT-STR-051"],
    why: "A second failure counts like the first: neither is waited for, and neither hurries the rest.",
    needs: ["source", "error", "echo"],
    control: [connect(anonymous), neighbour, failing, neighbourEnds],
    change: at("request").instead(
      send(request("error", [["after", "10"]], 47)),
      send(end(47)),
      send(request("error", [["after", "5000"]], FAILING)),
    ),
    expect: answers(
      broken,
      expectResponse({ stream: 47, handled: "either" }),
      neighbourEnds,
      expectClose(),
      expectTidy(),
    ),
  },
  "an-upload-goes-on": {
    requires: ["FLT-STR-056", "FLT-STR-033"],
    why: "Half an upload that succeeds is better than half an upload that is lost to the fault of another.",
    needs: ["source", "error", "sink"],
    control: [
      connect(anonymous),
      send(request("sink", [], NEIGHBOUR)),
      sendBody(utf8("abc"), NEIGHBOUR),
      failing,
      send(end(NEIGHBOUR)),
      expectResponse({ stream: NEIGHBOUR }),
      expectBody(SUM_OF_ABC, NEIGHBOUR),
    ],
    change: fails,
    expect: answers(
      broken,
      send(end(NEIGHBOUR)),
      expectResponse({ stream: NEIGHBOUR }),
      expectBody(SUM_OF_ABC, NEIGHBOUR),
      expectClose(),
      expectTidy(),
    ),
  },
  "a-refused-body-is-discarded": {
    requires: ["FLT-STR-053", "FLT-STR-034"],
    why: "A caller that did not know of the failure has sent its body along, and that must not cut the others off.",
    needs: ["source", "error", "echo"],
    control: [connect(anonymous), neighbour, failing, neighbourEnds],
    change: fails,
    expect: answers(
      broken,
      send(request("echo", [], 45)),
      sendBody(pattern(20_000), 45),
      send(end(45)),
      expectResponse({ stream: 45, handled: false, headers: [] }),
      neighbourEnds,
      expectClose(),
      expectTidy(),
    ),
  },
  "other-connections-live": {
    requires: ["FLT-ERR-002", "FLT-STR-054"],
    why: "A node whose every connection falls with one handler is down for all when it fails for one.",
    needs: ["source", "error", "echo"],
    control: [connect(anonymous), on("second", connect(anonymous), neighbour), failing, on("second", neighbourEnds)],
    change: fails,
    expect: answers(broken, expectClose(), on("second", neighbourEnds, expectServed())),
  },
});
