import { type CaseText, chapter } from "../../case.ts";
import {
  anonymous,
  answers,
  at,
  type Change,
  connect,
  data,
  end,
  expectBody,
  expectClose,
  expectData,
  expectReply,
  expectResponse,
  expectServed,
  findNode,
  hex,
  keyedAs,
  on,
  pattern,
  request,
  response,
  send,
  sendRaw,
} from "../../steps/index.ts";

/** Faults of one peer, each of another layer, while another peer's call is half done. */
const FAULTS: Readonly<Record<string, readonly [Change, string]>> = {
  "length-of-zero": [
    at("fault").instead(sendRaw(hex("00000000"))),
    "A loop over frames that ends for one ends for all.",
  ],
  "length-of-four-gibibytes": [
    at("fault").instead(sendRaw(hex("ffffffff"))),
    "An allocation that fails takes the whole process with it.",
  ],
  "forged-frame": [
    at("fault").tag(),
    "A failed tag is an exception in most libraries, and one left uncaught ends the node.",
  ],
  "empty-body": [
    at("fault").plaintext(hex("00000003")),
    "A read past an empty body ends the program in many languages.",
  ],
  "unknown-packet": [
    at("fault").opcode(200),
    "A table of packets has no entry for this one, and a call of nothing ends the node.",
  ],
  "find-node-cut-short": [
    at("fault").truncateBody(7),
    "A key of seven bytes breaks the arithmetic on keys, not just one connection.",
  ],
  "service-request-cut-short": [
    at("fault").plaintext(hex("00000000 01 00000001")),
    "One ServiceRequest of five bytes ends the Go original and every stream it served.",
  ],
  "data-on-no-stream": [
    at("fault").instead(send(data(pattern(8), 77))),
    "Data for nobody must not be looked up into a crash.",
  ],
  "response-to-nothing": [
    at("fault").instead(send(response(1, [], 78))),
    "An answer to a call that was never made must not end those that were.",
  ],
  "handshake-under-another-key": [
    at("fault").instead(send({ packet: "handshake", identity: keyedAs("other"), services: [] })),
    "The npm original throws here, and leaves its reading in a way that ends the process on Node 20.",
  ],
  "handshake-not-signed": [
    at("fault").instead(
      send({ packet: "handshake", identity: keyedAs("peer"), services: [], signature: new Uint8Array(64) }),
    ),
    "A signature that fails is thrown in some libraries and returned in others.",
  ],
};

const isolated = Object.fromEntries(
  Object.entries(FAULTS).map(([name, [change, why]]): [string, CaseText] => [
    name,
    {
      requires: ["FLT-ERR-002", "FLT-ERR-003"],
      why,
      needs: "echo",
      control: [
        on("main", connect(keyedAs("peer"))),
        on("caller", connect(anonymous), send(request("echo")), send(data(pattern(300)))),
        on("caller", expectResponse(), expectData(pattern(300))),
        send(findNode()).as("fault"),
        expectReply("find-node-response"),
      ],
      change,
      expect: answers(
        expectClose(),
        on("caller", send(data(pattern(300, 300))), send(end()), expectBody(pattern(300, 300)), expectServed()),
        on("newcomer", connect(anonymous), expectServed()),
      ),
    },
  ]),
);

export default chapter("error/isolation", isolated);
