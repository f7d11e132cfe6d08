import { type CaseText, chapter } from "../../case.ts";
import {
  anonymous,
  at,
  closes,
  connect,
  data,
  end,
  expectBody,
  expectReply,
  expectResponse,
  findNode,
  hex,
  pattern,
  request,
  send,
} from "../../steps/index.ts";

const lookup = [connect(anonymous), send(findNode()).as("probe"), expectReply("find-node-response")];
// stream 4, count 1, length 1, "conformance-not-hosted" 22, headers 2, length 1, "x-key" 5, length 2, "value" 5: 43 bytes.
const call = [
  connect(anonymous),
  send(request("conformance-not-hosted", [["x-key", "value"]])).as("request"),
  expectResponse({ handled: false }),
];
const body = [
  connect(anonymous),
  send(request("echo")),
  send(data(pattern(64))).as("data"),
  send(end()).as("end"),
  expectResponse(),
  expectBody(pattern(64)),
];

const requestCuts: Readonly<Record<string, number>> = {
  "in-the-stream": 3,
  "without-service-count": 4,
  "without-service": 5,
  "without-name": 6,
  "in-the-name": 27,
  "without-header-count": 28,
  "in-the-header-count": 29,
  "without-header": 30,
  "without-key": 31,
  "in-the-key": 35,
  "without-value-length": 36,
  "in-the-value-length": 37,
  "without-value": 38,
  "in-the-value": 42,
};

const cutRequests = Object.fromEntries(
  Object.entries(requestCuts).map(([name, to]): [string, CaseText] => [
    `service-request-${name}`,
    {
      requires: ["FLT-PKT-003"],
      why:
        to === 4
          ? "Four bytes behind an opcode are all it takes to end a node that reads the count without looking whether there is one."
          : `A ServiceRequest that ends ${name.replace(/-/g, " ")} must neither end the node nor be served as if it were whole.`,
      control: call,
      change: at("request").truncateBody(to),
      expect: closes(),
    },
  ]),
);

export default chapter("packet/short-message", {
  ...cutRequests,
  "service-request-with-nothing": {
    requires: ["FLT-PKT-003"],
    why: "An opcode with nothing behind it is the shortest message there is, and must not end the node.",
    control: call,
    change: at("request").truncateBody(0),
    expect: closes(),
  },
  "service-request-with-too-many-headers": {
    requires: ["FLT-PKT-003"],
    why: "A count of 65,535 headers in two bytes must not make a node reserve room for them, nor serve the one that is there.",
    control: call,
    change: at("request").patch(28, [0xff, 0xff]),
    expect: closes(),
  },
  "service-request-with-too-many-names": {
    requires: ["FLT-PKT-003"],
    why: "A count of 255 names takes the headers for names and runs off the end of the message.",
    control: call,
    change: at("request").patch(4, [0xff]),
    expect: closes(),
  },
  "service-request-with-too-long-a-value": {
    requires: ["FLT-PKT-003"],
    why: "A value that reaches one byte past its message takes in what is not its own.",
    control: call,
    change: at("request").patch(36, [0, 6]),
    expect: closes(),
  },
  "service-response-in-the-stream": {
    requires: ["FLT-PKT-003"],
    why: "A responder parses what only requesters expect, and must survive it cut short.",
    control: lookup,
    change: at("probe").plaintext(hex("00000000 02 0000")),
    expect: closes(),
  },
  "service-response-without-headers": {
    requires: ["FLT-PKT-003"],
    why: "A responder parses what only requesters expect, and must survive a header that is announced and absent.",
    control: lookup,
    change: at("probe").plaintext(hex("00000000 02 80000001 01 ffff")),
    expect: closes(),
  },
  "find-node-one-byte-short": {
    requires: ["FLT-PKT-003"],
    why: "A key of 31 bytes has no distance to anything, and a node that pads it answers another question.",
    control: lookup,
    change: at("probe").truncateBody(31),
    expect: closes(),
  },
  "find-node-with-nothing": {
    requires: ["FLT-PKT-003"],
    why: "A lookup for no key at all must not be answered as one for a key of zeros.",
    control: lookup,
    change: at("probe").truncateBody(0),
    expect: closes(),
  },
  "data-with-nothing": {
    requires: ["FLT-PKT-003"],
    why: "Data without a stream number must not be taken for the end of stream 0.",
    needs: "echo",
    control: body,
    change: at("data").truncateBody(0),
    // echo may have answered before the Data came.
    expect: closes({ tolerates: true }),
  },
  "data-in-the-stream": {
    requires: ["FLT-PKT-003"],
    why: "Three bytes of a stream number are none.",
    needs: "echo",
    control: body,
    change: at("data").truncateBody(3),
    // echo may have answered before the Data came.
    expect: closes({ tolerates: true }),
  },
  "data-without-length": {
    requires: ["FLT-PKT-003", "FLT-STR-031"],
    why: "Data without a length read as a length of 0 ends a body that is not complete.",
    needs: "echo",
    control: body,
    change: at("data").truncateBody(4),
    // echo may have answered before the Data came.
    expect: closes({ tolerates: true }),
  },
  "data-in-the-length": {
    requires: ["FLT-PKT-003", "FLT-STR-031"],
    why: "One byte of a length read as a length of 0 ends a body that is not complete.",
    needs: "echo",
    control: body,
    change: at("data").truncateBody(5),
    // echo may have answered before the Data came.
    expect: closes({ tolerates: true }),
  },
  "data-one-byte-short": {
    requires: ["FLT-PKT-063", "FLT-PKT-003"],
    why: "Data cut short silently is a file with a hole in it that nobody notices.",
    needs: "echo",
    control: body,
    change: at("data").truncateBody(-1),
    // echo may have answered before the Data came.
    expect: closes({ tolerates: true }),
  },
  "data-without-its-bytes": {
    requires: ["FLT-PKT-063", "FLT-STR-031"],
    why: "A length with no bytes behind it, taken for what is there, ends the body.",
    needs: "echo",
    control: body,
    change: at("data").truncateBody(6),
    // echo may have answered before the Data came.
    expect: closes({ tolerates: true }),
  },
});
