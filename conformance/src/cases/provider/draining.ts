import { createHash } from "node:crypto";
import { type CaseText, chapter } from "../../case.ts";
import {
  anonymous,
  connect,
  data,
  end,
  expectBody,
  expectClose,
  expectEnd,
  expectNoConnection,
  expectRequest,
  expectResponse,
  on,
  pattern,
  pause,
  request,
  response,
  type Step,
  type Steps,
  send,
  streamOf,
  succeeds,
  times,
  utf8,
} from "../../steps/index.ts";
import { CALL, callEmpty, providing } from "../requester/calling.ts";

const RUNNING = 31;
const STOP = 33;
const LATER = 35;

const SUM = createHash("sha256").update(pattern(1024)).digest("hex");

const stops = (...within: readonly string[]): Step[] => [
  send(request("shutdown", within.length === 0 ? [] : [["within", ...within] as [string, string]], STOP)),
  send(end(STOP)),
  expectResponse({ stream: STOP, headers: [] }),
  expectEnd({ stream: STOP }),
];
/** Answers after so many ms. */
const runs = (delay: string): Step[] => [send(request("slow", [["delay", delay]], RUNNING)), send(end(RUNNING))];
const ranToItsEnd = [expectResponse({ stream: RUNNING, within: 5000 }), expectBody(utf8("."), RUNNING)];
const refused = (stream: number): Step[] => [
  send(request("empty", [], stream)),
  send(end(stream)),
  expectResponse({ stream, handled: false }),
];

const draining = (
  requires: CaseText["requires"],
  why: string,
  needs: NonNullable<CaseText["needs"]>,
  ...control: Steps[]
): CaseText => ({
  requires,
  why,
  needs: typeof needs === "string" ? ["shutdown", needs] : ["shutdown", ...needs],
  exclusive: true,
  control,
  expect: succeeds(),
});

export default chapter("provider/draining", {
  "an-answer-under-way": draining(
    ["FLT-PRV-032", "FLT-PRV-033", "FLT-TST-090"],
    "A service that is replaced by a newer one every day would fail someone every day.",
    "slow",
    connect(anonymous),
    runs("700"),
    stops(),
    ranToItsEnd,
    expectClose(),
  ),
  "an-upload-under-way": draining(
    ["FLT-PRV-032"],
    "What is half sent has begun.",
    "sink",
    connect(anonymous),
    send(request("sink", [], RUNNING)),
    send(data(pattern(1000), RUNNING)),
    stops(),
    // Long enough for one that does not wait.
    pause(500),
    send(data(pattern(24, 1000), RUNNING)),
    send(end(RUNNING)),
    expectResponse({ stream: RUNNING, headers: [["content-type", "application/json"]] }),
    expectBody(utf8(`{"bytes":1024,"sha256":"${SUM}"}`), RUNNING),
    expectClose(),
  ),
  "a-call-it-has-made": draining(
    ["FLT-PRV-032"],
    "A call that was made may have been run: nobody else may make it again, and its caller still waits.",
    "call",
    providing("provider", ["kit-last-call"]),
    connect(anonymous),
    callEmpty("kit-last-call"),
    on("provider", expectRequest("service-request").as("asked"), expectEnd({ stream: streamOf("asked") })),
    stops(),
    pause(500),
    on("provider", send(response(1, [], streamOf("asked"))), send(data(utf8("well"), streamOf("asked")))),
    on("provider", send(end(streamOf("asked")))),
    expectResponse({ stream: CALL, headers: [] }),
    expectBody(utf8("well"), CALL),
    expectClose(),
    on("provider", expectClose()),
  ),
  "new-calls": draining(
    ["FLT-PRV-031"],
    "A node that goes on serving never ends; one that says nothing has its callers wait for somebody who will not answer.",
    ["slow", "empty"],
    on("other", connect(anonymous)),
    connect(anonymous),
    runs("700"),
    stops(),
    refused(LATER),
    on("other", refused(LATER)),
    ranToItsEnd,
    expectClose(),
  ),
  "calls-when-nothing-runs-any-more": draining(
    ["FLT-PRV-035", "FLT-PRV-031"],
    "A call that meets a closing connection is lost, and must not be made again; one that is refused is made elsewhere.",
    "empty",
    connect(anonymous),
    stops(),
    times(8, (i) => [pause(20), ...refused(LATER + 2 * i)]),
    expectClose(),
  ),
  "connections-that-wait": draining(
    ["FLT-PRV-033"],
    "A peer that is not told goes on counting on a node that is gone.",
    [],
    on("other", connect(anonymous)),
    connect(anonymous),
    stops(),
    expectClose(),
    on("other", expectClose()),
  ),
  "a-new-connection": draining(
    ["FLT-PRV-030"],
    "Who comes to a node that is about to leave has come for nothing, and could have gone elsewhere.",
    "slow",
    connect(anonymous),
    runs("1200"),
    stops(),
    on("late", expectNoConnection()),
    ranToItsEnd,
    expectClose(),
  ),
  "no-longer-than-it-may": draining(
    ["FLT-PRV-032", "FLT-PRV-033"],
    "One call that never ends would keep a node for ever that its user wants gone.",
    "slow",
    connect(anonymous),
    runs("9000"),
    stops("1000"),
    expectClose({ within: 1500, notBefore: 400 }),
  ),
});
