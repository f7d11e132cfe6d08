import { type CaseText, chapter } from "../../case.ts";
import {
  accept,
  answers,
  at,
  byHand,
  closeWrite,
  dialAnnounced,
  end,
  exchangeKeys,
  expectBody,
  expectEnd,
  expectKey,
  expectNoDial,
  expectRequest,
  expectResponse,
  expectServed,
  expectTidy,
  handshake,
  keyedAs,
  on,
  request,
  reset,
  type Step,
  send,
  sendKey,
  succeeds,
  times,
  utf8,
} from "../../steps/index.ts";

const me = keyedAs("listener");
const served: Step[] = [
  expectKey(),
  sendKey().as("key"),
  expectRequest("handshake").as("theirs"),
  send({ packet: "handshake", identity: me, services: [] }, { replyTo: "theirs" }).as("reply"),
  expectServed(),
];
/** Names are those of one connection, so that they can stand in a case twice. */
const servedOn = (connection: string, services: readonly string[] = []): Step[] => [
  ...on(connection, expectKey(), sendKey(), expectRequest("handshake").as(connection)),
  ...on(connection, send({ packet: "handshake", identity: me, services }, { replyTo: connection }), expectServed()),
];
const BACK = { within: 3000 };

const lost = (requires: CaseText["requires"], why: string, ...how: Step[]): CaseText => ({
  requires,
  why,
  control: [accept(), served, how, on("again", accept(BACK)), servedOn("again"), on("again", expectTidy())],
  expect: succeeds(),
});

export default chapter(
  "dialer/reconnecting",
  {
    "closed-by-the-listener": lost(
      ["FLT-PRV-020", "FLT-PRV-022", "FLT-PRV-026"],
      "A bootstrap node that restarts must find its mesh again without anybody's help.",
      closeWrite(),
    ),
    "reset-by-the-listener": lost(
      ["FLT-PRV-020", "FLT-PRV-026"],
      "A machine that loses its power says no goodbye.",
      reset(),
    ),
    "names-in-another-order": {
      requires: ["FLT-CMP-006"],
      why: "A Go node keeps its services in a map, and names them in another order whenever it is asked.",
      control: [
        on("first", accept()),
        servedOn("first", ["two", "three", "one"]),
        on("first", closeWrite()),
        on("again", accept(BACK)),
        servedOn("again", ["one", "three", "two"]),
      ],
      expect: succeeds(),
    },
    "not-at-once": {
      requires: ["FLT-PRV-021"],
      why: "A thousand nodes that come back at once keep the one they want from coming up.",
      control: [accept(), served, closeWrite(), on("again", accept({ within: 3000, notBefore: 400 }))],
      expect: succeeds(),
    },
    "before-the-key": {
      requires: ["FLT-PRV-020"],
      why: "A bootstrap node that is still starting closes what it cannot serve yet.",
      control: [accept(), reset(), on("again", accept(BACK)), servedOn("again")],
      expect: succeeds(),
    },
    "before-the-reply": {
      requires: ["FLT-PRV-020"],
      why: "A connection that breaks in the middle of its greeting is as lost as any.",
      control: [
        accept(),
        expectKey(),
        sendKey(),
        expectRequest("handshake"),
        reset(),
        on("again", accept(BACK)),
        servedOn("again"),
      ],
      expect: succeeds(),
    },
    "after-a-fault-of-the-listener": {
      requires: ["FLT-PRV-020", "FLT-SES-034"],
      why: "A connection closed for a fault is a connection lost; the next one may be sound.",
      control: [accept(), served],
      change: at("reply").tag(),
      expect: answers(on("again", accept({ within: 8000 })), servedOn("again")),
    },
    "time-after-time": {
      requires: ["FLT-PRV-023", "FLT-PRV-021", "FLT-PRV-022"],
      why: "An outage of some seconds must not cost the mesh a node for good.",
      control: [
        accept(),
        served,
        reset(),
        times(7, (i) => on(`attempt-${i}`, accept({ within: 3000, notBefore: 400 }), reset())),
        on("again", accept({ within: 3000, notBefore: 400 })),
        servedOn("again"),
      ],
      expect: succeeds(),
    },
    "asks-for-itself-again": {
      requires: ["FLT-DHT-049"],
      why: "After a partition only the addresses a node was given lead to the other half: who does not ask there again stays in its own.",
      control: [
        accept(),
        served,
        reset(),
        // Long enough that no look at the mesh is left that was due anyhow.
        times(5, (i) => on(`attempt-${i}`, accept({ within: 3000 }), reset())),
        on("again", accept(BACK), byHand(), expectKey(), sendKey(), expectRequest("handshake").as("back")),
        on("again", send({ packet: "handshake", identity: me, services: [] }, { replyTo: "back" })),
        on("again", expectRequest("find-node-request", { forItself: true }).as("asked")),
        on("again", send({ packet: "find-node-response", closest: [] }, { replyTo: "asked" }), expectServed()),
      ],
      expect: succeeds(),
    },
    "not-any-more": {
      requires: ["FLT-PRV-034", "FLT-TST-090"],
      why: "A node that is to go and dials once more keeps its peers believing in it.",
      needs: ["shutdown", "slow"],
      control: [
        accept(),
        served,
        // It has not ended when its connection is lost.
        on("other", dialAnnounced("theirs"), exchangeKeys(), handshake(keyedAs("other"))),
        on("other", send(request("slow", [["delay", "3000"]])), send(end())),
        send(request("shutdown", [], 2)),
        send(end(2)),
        expectResponse({ stream: 2 }),
        expectEnd({ stream: 2 }),
        reset(),
        on("again", expectNoDial(2000)),
        on("other", expectResponse({ within: 5000 })),
      ],
      expect: succeeds(),
    },
    "from-under-a-call": {
      requires: ["FLT-SES-041", "FLT-PRV-020", "FLT-ERR-002"],
      why: "A handler that writes while its caller vanishes must not take the node with it.",
      needs: "slow",
      control: [
        accept(),
        served,
        send(request("slow", [["delay", "300"]], 2)),
        send(end(2)),
        reset(),
        on("again", accept(BACK)),
        servedOn("again"),
        on(
          "again",
          send(request("slow", [], 2)),
          send(end(2)),
          expectResponse({ stream: 2 }),
          expectBody(utf8("."), 2),
        ),
      ],
      expect: succeeds(),
    },
  },
  "dialer",
);
