import { type CaseText, chapter } from "../../case.ts";
import {
  byHand,
  dial,
  exchangeKeys,
  expectCall,
  expectHttp,
  expectHttpBody,
  handshake,
  http2Dial,
  http2End,
  http2Post,
  httpDial,
  httpSend,
  keyed,
  on,
  post,
  provide,
  reset,
  respond,
  type Step,
  succeeds,
  times,
} from "../../steps/index.ts";

/** Calls in a row that fail: FLT-GWY-114. */
const FAILURES = 10;
/** A node that is known again when it comes back. */
const offersPost = (connection: string): Step[] =>
  on(connection, dial(), exchangeKeys(), byHand(), handshake(keyed, ["kit-post"]));
/** It gets a call though it has failed before, for there is no other, and is lost with it. */
const fails = (index: number): Step[] => [
  ...offersPost("first"),
  httpDial(),
  httpSend(post("/post", 0)),
  ...on("first", expectCall({ services: ["kit-post"] }).as(`failure ${index}`), reset()),
  expectHttp(502),
];
const works = (requires: CaseText["requires"], why: string, ...control: readonly Step[]): CaseText => ({
  requires,
  why,
  control: [...times(FAILURES, fails), ...offersPost("first"), ...control],
  expect: succeeds(),
});

export default chapter(
  "gateway/failing-providers",
  {
    "beside-another": works(
      ["FLT-GWY-114"],
      "A service that dies of every call has the fewest calls under way, and would get most of them.",
      ...provide(["kit-post"], "second"),
      http2Dial(),
      ...times(4, (index) => [http2Post("/post", {}, `request ${index}`), http2End("", `request ${index}`)]),
      // One of the four may find out whether the first is well again.
      ...on("second", expectCall(), expectCall(), expectCall()),
    ),
    "the-only-one": works(
      ["FLT-GWY-115"],
      "A service that works again is away for as long as nobody asks it.",
      httpDial(),
      httpSend(post("/post", 0)),
      ...on("first", expectCall().as("asked"), respond("well")),
      expectHttp(200),
      expectHttpBody("well"),
    ),
  },
  "gateway",
);
