import { type CaseText, chapter } from "../../case.ts";
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
  expectResponse,
  expectServed,
  expectTidy,
  hold,
  pattern,
  release,
  request,
  send,
  sendBody,
  succeeds,
  utf8,
} from "../../steps/index.ts";

const JSON_HEADERS = [["content-type", "application/json"]] as const;

/** A handler that fails with this message before it has written anything. */
function failure(why: string, message: string): CaseText {
  return {
    requires: ["FLT-HDR-020", "FLT-TST-060"],
    why,
    needs: "error",
    control: [
      connect(anonymous),
      send(request("error", [["message", message]])),
      send(end()),
      expectResponse({ headers: JSON_HEADERS }),
      expectBody(utf8(`{"error":"${message}"}`)),
      expectTidy(),
    ],
    expect: succeeds(),
  };
}
/** A body of so many bytes that is whole, and then one that breaks off behind as many. */
function breaksOff(length: number): CaseText {
  return {
    requires: ["FLT-TST-061", "FLT-STR-050", "FLT-STR-051"],
    why: "How much of a body had been written before it broke must make no difference to how it is told.",
    needs: ["source", "error"],
    control: [
      connect(anonymous),
      // In one segment: an end that is still on its way when the target closes would have the system drop what was sent last.
      hold(),
      send(request("source", [["bytes", `${length}`]])).as("request"),
      send(end()),
      release(),
      expectResponse({ headers: [] }),
      expectBody(pattern(length)),
    ],
    change: at("request").instead(send(request("error", [["after", `${length}`]]))),
    expect: answers(
      send(end()),
      release(),
      expectResponse({ headers: [] }),
      length === 0 ? [] : expectData(pattern(length)),
      expectClose(),
      expectTidy(),
    ),
  };
}

export default chapter("service/failures", {
  "message-of-nothing": failure("A failure that says nothing is a failure still.", ""),
  "message-with-markup": failure(
    "Encoders that escape what a browser might misread change the message for everybody else.",
    "</script> & <b>1 > 0</b> 'x' /",
  ),
  "message-of-3000-bytes": failure(
    "A message longer than one Data packet must arrive to its last word.",
    "m".repeat(3000),
  ),
  "before-the-end-of-the-request": {
    requires: ["FLT-HDR-020", "FLT-STR-022", "FLT-STR-028"],
    why: "Who fails early says so early, and not when the upload is through.",
    needs: ["error", "echo"],
    control: [
      connect(anonymous),
      send(request("error")),
      sendBody(pattern(10_000)),
      expectResponse({ headers: JSON_HEADERS }),
      expectBody(utf8('{"error":"boom"}')),
      sendBody(pattern(10_000)),
      send(end()),
      send(request("echo", [], 7)),
      send(data(pattern(10), 7)),
      send(end(7)),
      expectResponse({ stream: 7 }),
      expectBody(pattern(10), 7),
    ],
    expect: succeeds(),
  },
  "a-hundred-failures": {
    requires: ["FLT-HDR-020", "FLT-ERR-002"],
    why: "A fault of one handler is not a fault of the node, however often it comes.",
    needs: "error",
    control: [
      connect(anonymous),
      Array.from({ length: 100 }, (_, i) => [send(request("error", [["message", `${i}`]], i)), send(end(i))]),
      Array.from({ length: 100 }, (_, i) => [expectResponse({ stream: i }), expectBody(utf8(`{"error":"${i}"}`), i)]),
      expectServed(),
    ],
    expect: succeeds(),
  },
  "breaks-off-before-the-first-byte": breaksOff(0),
  "breaks-off-behind-1": breaksOff(1),
  "breaks-off-behind-2048": breaksOff(2048),
  "breaks-off-behind-100000": breaksOff(100_000),
});
