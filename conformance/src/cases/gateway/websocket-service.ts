import { chapter } from "../../case.ts";
import {
  ASKED,
  clientFrame,
  end,
  envelope,
  expectDataHeldUp,
  expectEnd,
  expectFrame,
  expectHttpClosed,
  httpSend,
  httpStopReading,
  latin1,
  reset,
  send,
  succeeds,
} from "../../steps/index.ts";

import {
  BINARY,
  BINARY_FLAG,
  CLOSE,
  CLOSE_FLAG,
  closed,
  code,
  FLOOD,
  failing,
  hears,
  opened,
  says,
  TEXT,
  TEXT_FLAG,
} from "./websocket-steps.ts";

export default chapter(
  "gateway/websocket-service",
  {
    "messages-of-the-service": {
      requires: ["FLT-GWY-168"],
      why: "A browser gives text and bytes to different hands.",
      control: [
        opened(),
        ...says(envelope(TEXT_FLAG, "grün €"), envelope(BINARY_FLAG, latin1("\x00\xff")), envelope(TEXT_FLAG)),
        expectFrame(TEXT, { payload: "grün €" }),
        expectFrame(BINARY, { payload: latin1("\x00\xff") }),
        expectFrame(TEXT, { payload: "" }),
        closed(),
      ],
      expect: succeeds(),
    },
    "messages-across-packets": {
      requires: ["FLT-GWY-168"],
      why: "Where a node cuts its body says nothing of what is in it.",
      control: [
        opened(),
        ...says(latin1("\x01\x00"), latin1("\x00\x00\x05he"), latin1("llo\x01\x00\x00\x00\x02ag"), latin1("\x02")),
        expectFrame(TEXT, { payload: "hello" }),
        expectFrame(TEXT, { payload: "ag" }),
        ...says(latin1("\x00\x00\x00\x01!")),
        expectFrame(BINARY, { payload: "!" }),
        closed(),
      ],
      expect: succeeds(),
    },
    "a-close-of-the-service": {
      requires: ["FLT-GWY-168", "FLT-GWY-166"],
      why: "A client that is sent away is to know why.",
      control: [
        opened(),
        ...says(envelope(CLOSE_FLAG, code(4002, "full"))),
        send(end(ASKED)),
        expectFrame(CLOSE, { payload: code(4002, "full") }),
        httpSend(clientFrame(CLOSE, code(4002))),
        hears(CLOSE_FLAG, code(4002)),
        expectEnd({ stream: ASKED }),
        expectHttpClosed(),
      ],
      expect: succeeds(),
    },
    "a-close-of-the-service-without-a-code": {
      requires: ["FLT-GWY-168"],
      why: "A service need not say why.",
      control: [opened(), ...says(envelope(CLOSE_FLAG)), send(end(ASKED)), expectFrame(CLOSE, { payload: "" })],
      expect: succeeds(),
    },
    "a-service-that-dies": failing("A client that hears nothing believes that there is nothing to hear.", reset()),
    "a-service-that-ends-without-a-close": failing(
      "An end without a Close is how nodes that know no better tell of a failure.",
      send(end(ASKED)),
    ),
    "an-end-within-a-message": failing(
      "Half a message is none.",
      says(envelope(TEXT_FLAG, "half").subarray(0, 7)),
      send(end(ASKED)),
    ),
    "flags-of-the-service": failing("What no flags say is no message.", says(envelope(0x80, "x"))),
    "text-of-the-service-that-is-no-utf-8": failing(
      "A browser breaks off a WebSocket over such text, and blames the network.",
      says(envelope(TEXT_FLAG, latin1("\xff"))),
    ),
    "a-message-of-the-service-without-end": failing(
      "A length that nobody bounds lets one service exhaust the gateway of all.",
      says(latin1("\x02\x7f\xff\xff\xff")),
    ),
    "a-close-with-one-byte": failing("Half a code is none.", says(envelope(CLOSE_FLAG, "x"))),
    "a-close-with-a-code-for-nobody": failing(
      "The code 1006 is what a browser says when nobody has said anything.",
      says(envelope(CLOSE_FLAG, code(1006))),
    ),
    "a-close-with-a-long-reason": failing(
      "A reason that is too long for its frame breaks the client's rule.",
      says(envelope(CLOSE_FLAG, code(1000, "x".repeat(124)))),
    ),
    "held-up-by-the-client": {
      requires: ["FLT-GWY-171"],
      why: "A client that reads nothing must not make a gateway keep it all.",
      control: [
        opened(),
        httpStopReading(),
        expectDataHeldUp(ASKED, FLOOD, envelope(BINARY_FLAG, new Uint8Array(2043))),
      ],
      expect: succeeds(),
    },
  },
  "gateway",
);
