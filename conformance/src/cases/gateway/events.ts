import { chapter } from "../../case.ts";
import {
  ASKED,
  data,
  end,
  expectCall,
  expectEnd,
  expectHttp,
  expectHttpBody,
  expectHttpPart,
  expectNoEnd,
  expectSilence,
  get,
  httpClose,
  httpDial,
  httpSend,
  provide,
  response,
  type Step,
  send,
  succeeds,
  utf8,
} from "../../steps/index.ts";

/** A stream whose first event has reached the client, while the service still reads its request. */
const begun: readonly Step[] = [
  ...provide(["kit-events"]),
  httpDial(),
  httpSend(get("/events")),
  expectCall({ services: ["kit-events"] }).as("asked"),
  send(response(1, [["content-type", "text/event-stream"]], ASKED)),
  send(data(utf8("data: 1\n\n"), ASKED)),
  expectHttp(200),
  expectHttpPart("data: 1\n\n"),
  expectSilence(300),
  expectNoEnd(),
];

export default chapter(
  "gateway/events",
  {
    "a-client-that-leaves": {
      requires: ["FLT-GWY-068"],
      why: "A service that is not told goes on for a client that has gone, until its connection is given up with all others on it.",
      control: [
        ...begun,
        httpClose(),
        expectEnd({ stream: ASKED }),
        send(data(utf8("data: 2\n\n"), ASKED)),
        send(end(ASKED)),
        expectSilence(300),
      ],
      expect: succeeds(),
    },
    "a-service-that-has-said-all": {
      requires: ["FLT-GWY-068"],
      why: "A request that is never ended leaves its stream behind, and a node takes so many of them and no more.",
      control: [...begun, send(end(ASKED)), expectHttpBody("data: 1\n\n"), expectEnd({ stream: ASKED })],
      expect: succeeds(),
    },
  },
  "gateway",
);
