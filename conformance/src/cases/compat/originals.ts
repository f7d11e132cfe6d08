import { chapter } from "../../case.ts";
import {
  closeWrite,
  connect,
  data,
  dial,
  end,
  exchangeKeys,
  expectBody,
  expectClose,
  expectEnd,
  expectReply,
  expectResponse,
  expectServed,
  findNode,
  hold,
  keyedAs,
  on,
  pattern,
  release,
  request,
  type Steps,
  send,
  sendBody,
  succeeds,
  times,
} from "../../steps/index.ts";

const ORIGINAL = keyedAs("original");

/** Go writes an IPv4 address in 16 bytes. */
const goHandshake = (services: readonly string[]): Steps => [
  send({ packet: "handshake", identity: ORIGINAL, services, address: "mapped" }),
  expectReply("handshake"),
];
const goDials = (services: readonly string[] = []): Steps => [dial(), exchangeKeys(), goHandshake(services)];
/** npm writes it in 4. */
const npmDials = (services: readonly string[] = []): Steps => connect(ORIGINAL, services);

/** Either original says a whole request before it looks at the answer. */
const call = (stream: number, length: number): Steps => [
  send(request("echo", [["content-type", "text/plain"]], stream)),
  sendBody(pattern(length), stream),
  send(end(stream)),
  expectResponse({ stream, headers: [] }),
  expectBody(pattern(length), stream),
];

export default chapter("compat/originals", {
  "go-dials": {
    requires: ["FLT-CMP-002", "FLT-CMP-004"],
    why: "A Go node that was there before must be able to call a new one as it always called.",
    needs: "echo",
    control: [goDials(["b", "a", "c"]), call(1, 5000), call(3, 0), call(5, 1)],
    expect: succeeds(),
  },
  "go-dials-and-probes-again": {
    requires: ["FLT-CMP-002", "FLT-HSK-011"],
    why: "Go sends a second Handshake behind the first on its bootstrap connection, its names in another order, and then its calls.",
    needs: "echo",
    control: [
      goDials(["a", "b", "c"]),
      goHandshake(["c", "a", "b"]),
      call(1, 100),
      goHandshake(["b", "c", "a"]),
      call(3, 100),
    ],
    expect: succeeds(),
  },
  "go-dials-four-times": {
    requires: ["FLT-CMP-003"],
    why: "A Go dialer whose calls queue up opens more connections, and each carries calls of its own under the same numbers.",
    needs: "echo",
    control: [
      times(4, (i) => on(`connection-${i}`, [goDials()].flat())),
      times(4, (i) => on(`connection-${i}`, send(request("echo", [], 1)), send(data(pattern(50, i), 1)))),
      times(4, (i) =>
        on(`connection-${i}`, send(end(1)), expectResponse({ stream: 1 }), expectBody(pattern(50, i), 1)),
      ),
    ],
    expect: succeeds(),
  },
  "one-of-four-gone": {
    requires: ["FLT-CMP-003"],
    why: "A connection that ends takes its own calls with it, and none of those on the others to the same peer.",
    needs: "echo",
    control: [
      times(4, (i) => on(`connection-${i}`, [goDials()].flat())),
      on("connection-0", closeWrite(), expectClose()),
      times(3, (i) => on(`connection-${i + 1}`, [call(1, 3000)].flat())),
    ],
    expect: succeeds(),
  },
  "npm-dials": {
    requires: ["FLT-CMP-002", "FLT-CMP-004"],
    why: "An npm node that was there before must be able to call a new one as it always called.",
    needs: "echo",
    control: [npmDials(["a"]), call(0, 5000), call(2, 0), call(4, 1)],
    expect: succeeds(),
  },
  "npm-looks-for-peers-and-calls": {
    requires: ["FLT-CMP-002", "FLT-CMP-004"],
    why: "Who looks for more peers does not wait for them before it calls.",
    needs: "echo",
    control: [
      npmDials(),
      hold(),
      send(findNode({ keyOf: "original" })),
      send(request("echo", [], 0)),
      send(end(0)),
      release(),
      expectReply("find-node-response"),
      expectResponse({ stream: 0 }),
      expectEnd({ stream: 0 }),
    ],
    expect: succeeds(),
  },
  "npm-without-a-port": {
    requires: ["FLT-PKT-014", "FLT-CMP-004"],
    why: "An npm node that listens nowhere announces port 0 and calls all the same.",
    needs: "echo",
    control: [
      dial(),
      exchangeKeys(),
      send({ packet: "handshake", identity: ORIGINAL, services: [], port: 0 }),
      expectReply("handshake"),
      call(0, 100),
    ],
    expect: succeeds(),
  },
  "both-parities-at-a-time": {
    requires: ["FLT-CMP-004", "FLT-STR-003"],
    why: "Which side counts in which numbers is agreed on by nobody, so a reader must not care.",
    needs: "echo",
    control: [
      npmDials(),
      times(6, (i) => [send(request("echo", [], i)), send(data(pattern(20, i), i))]),
      times(6, (i) => send(end(i))),
      times(6, (i) => [expectResponse({ stream: i }), expectBody(pattern(20, i), i)]),
      expectServed(),
    ],
    expect: succeeds(),
  },
  "a-whole-upload-first": {
    requires: ["FLT-CMP-005", "FLT-STR-033"],
    why: "Go copies the whole request before it waits for the response, however long the response has been there.",
    needs: "echo",
    control: [goDials(), call(1, 700_000)],
    expect: succeeds(),
  },
  "cut-as-nobody-would": {
    requires: ["FLT-PKT-062", "FLT-STR-033"],
    why: "Go cuts at its buffers and npm at whatever its stream hands over; where is of no meaning.",
    needs: "echo",
    control: [
      npmDials(),
      send(request("echo", [], 0)),
      [1, 2048, 3, 2047, 500, 1, 1, 1024].map((length, i, lengths) => {
        const offset = lengths.slice(0, i).reduce((sum, one) => sum + one, 0);
        return send(data(pattern(length, offset), 0));
      }),
      send(end(0)),
      expectResponse({ stream: 0 }),
      expectBody(pattern(5625), 0),
    ],
    expect: succeeds(),
  },
});
