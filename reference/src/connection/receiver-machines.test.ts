import { describe, expect, it } from "vitest";
import { requestHalfReceiver, responseHalfReceiver, type Transition } from "../generated/machines.ts";
import { ConnectionError, ProtocolError, type Role, type Stream } from "./index.ts";
import { Bench, dataOf, serviceRequest, serviceResponse } from "./testing-only/bench.ts";
import { Tape } from "./testing-only/tape.ts";

/** One stream of a connection, as the half under test sees it. */
class Subject {
  readonly bench: Bench;
  readonly number: number;
  stream: Stream | undefined;
  tape = new Tape();

  constructor(role: Role, number: number) {
    this.bench = new Bench({ role }).open();
    this.number = number;
  }

  /** A stream the peer opened, if it is served. */
  served(): void {
    const tape = this.bench.handler.calls.at(-1);
    this.stream = tape?.stream;
    if (tape !== undefined) this.tape = tape;
  }

  /** This node opens a stream. */
  call(): void {
    const { connection, now } = this.bench;
    this.stream = connection.openStream(["echo"], [], this.tape, now);
  }

  end(): void {
    if (this.stream !== undefined) this.bench.connection.endData(this.stream, this.bench.now);
  }

  close(): void {
    this.bench.connection.close(new ConnectionError("TEST", "closed by the test"), this.bench.now);
  }

  /** What the tape has heard, in short. */
  get heard(): string {
    const { answer, received, ended, lost, finished } = this.tape;
    return [
      answer && (answer.handled ? "answer" : "refusal"),
      received > 0 && `${received} bytes`,
      ended && "end",
      lost && "loss",
      finished && "finished",
    ]
      .filter(Boolean)
      .join(", ");
  }
}

type Act = (subject: Subject) => void;
type Acts = Readonly<Record<string, Act>>;
const say = (message: (number: number) => ReturnType<typeof dataOf>): Act => {
  return ({ bench, number }) => bench.say(message(number));
};

const data = say((number) => dataOf(number, 3));
const end = say((number) => dataOf(number, 0));
const hosted = say((number) => serviceRequest(number, "echo"));
const refused = say((number) => serviceRequest(number, "nobody"));
const handled = say((number) => serviceResponse(number, true));
const unhandled = say((number) => serviceResponse(number, false));

const RESPONDER = {
  events: {
    "request-hosted": hosted,
    "request-refused": refused,
    data,
    end,
    // A handler that has finished wants nothing more of the request.
    "response-ended": (subject) => {
      subject.bench.connection.discard(subject.stream!, 0);
      subject.tape.discarded = true;
      subject.end();
    },
  } satisfies Acts,
  states: {
    none: () => {},
    open: (subject) => {
      hosted(subject);
      subject.served();
    },
    refused,
    ended: (subject) => {
      hosted(subject);
      subject.served();
      end(subject);
    },
    closed: (subject) => subject.close(),
  } satisfies Acts,
  actions: {
    serve: { sends: [], heard: "" },
    "answer handled 0": { sends: ["ServiceResponse(7, 0)"], heard: "" },
    "hand on": { sends: [], heard: "3 bytes" },
    "hand on the end": { sends: [], heard: "end" },
    "discard the rest": { sends: ["ServiceResponse(7, 1)", "Data(7, 0)"], heard: "" },
    discard: { sends: [], heard: "" },
  } as Record<string, { sends: string[]; heard: string }>,
};

const OWN_NUMBER = { dialer: 0x8000_0001, listener: 0x8000_0000 } as const;
const REQUESTER = {
  events: {
    "request-sent": (subject) => subject.call(),
    "response-handled": handled,
    "response-refused": unhandled,
    data,
    end,
    "request-ended": (subject) => subject.end(),
  } satisfies Acts,
  states: {
    none: () => {},
    waiting: (subject) => subject.call(),
    body: (subject) => {
      subject.call();
      handled(subject);
    },
    ended: (subject) => {
      subject.call();
      handled(subject);
      end(subject);
    },
    closed: (subject) => subject.close(),
  } satisfies Acts,
};

/** Where the subject is now, found out by what it does with one more message. */
function stateOf({ bench, stream, number, tape }: Subject): string {
  const { connection } = bench;
  if (connection.state === "closed") return "closed";
  if (connection.activeStreams === 0) return "none";
  if (stream === undefined) return "refused";
  if (stream.initiator === "local") return { waiting: "waiting", open: "body", ended: "ended" }[stream.receive];
  if (stream.receive === "ended") return "ended";
  const before = tape.received;
  bench.say(dataOf(number, 1));
  return tape.received > before ? "open" : "refused";
}

function expectClosed({ bench }: Subject, { requirement }: Transition): void {
  expect(bench.handler.closed).toBeInstanceOf(ProtocolError);
  expect(bench.handler.closed?.requirement).toBe(requirement);
  // Closing says nothing to the peer (FLT-ERR-004).
  expect(bench.sentInShort()).toEqual([]);
}

describe.each(["listener", "dialer"] as const)("request half of a responding %s", (role) => {
  const { events, states, actions } = RESPONDER;
  const rows: readonly Transition[] = requestHalfReceiver.transitions;

  it.each(rows.map((row) => [row.state, row.event, row.action, row] as const))(
    "%s: %s: %s",
    (state, event, action, row) => {
      const subject = new Subject(role, 7);
      (states as Acts)[state]!(subject);
      expect(stateOf(subject)).toBe(state);
      subject.bench.sent();
      const before = { received: subject.tape.received, heard: subject.heard };
      (events as Acts)[event]!(subject);
      if (subject.stream === undefined) subject.served();
      if (row.next === "closed") {
        expectClosed(subject, row);
        return;
      }
      if (action === "finished") {
        if (subject.stream !== undefined) expect(subject.tape.finished).toBe(true);
      } else {
        const looks = actions[action]!;
        expect(subject.bench.sentInShort()).toEqual(looks.sends);
        if (looks.heard === "3 bytes") expect(subject.tape.received - before.received).toBe(3);
        else if (before.heard === "") expect(subject.heard).toBe(looks.heard);
      }
      expect(stateOf(subject)).toBe(row.next);
    },
  );
});

describe.each(["dialer", "listener"] as const)("response half of a requesting %s", (role) => {
  const { events, states } = REQUESTER;
  const number = OWN_NUMBER[role];
  const rows: readonly Transition[] = responseHalfReceiver.transitions;
  const heard: Readonly<Record<string, string>> = {
    "hand on the headers": "answer",
    "report, end the request half": "refusal, finished",
    "hand on": "answer, 3 bytes",
    "hand on the end": "answer, end",
    finished: "answer, end, finished",
  };
  const sends: Readonly<Record<string, string[]>> = {
    "request-sent": [`ServiceRequest(${number})`],
    "request-ended": [`Data(${number}, 0)`],
    "response-refused": [`Data(${number}, 0)`],
  };

  it.each(rows.map((row) => [row.state, row.event, row.action, row] as const))(
    "%s: %s: %s",
    (state, event, action, row) => {
      const subject = new Subject(role, number);
      (states as Acts)[state]!(subject);
      expect(stateOf(subject)).toBe(state);
      subject.bench.sent();
      const before = subject.heard;
      (events as Acts)[event]!(subject);
      if (row.next === "closed") {
        expectClosed(subject, row);
        expect(subject.heard).toBe(
          before === "" && subject.stream === undefined ? "" : `${before}, loss`.replace(/^, /, ""),
        );
        return;
      }
      expect(subject.heard).toBe(heard[action] ?? before);
      expect(subject.bench.sentInShort()).toEqual(sends[event] ?? []);
      // A refusal ends the request half in the same breath, and with it the stream.
      expect(stateOf(subject)).toBe(event === "response-refused" ? "none" : row.next);
    },
  );

  it("is finished by a refusal after the request has ended (FLT-STR-043)", () => {
    const subject = new Subject(role, number);
    subject.call();
    subject.end();
    subject.bench.sent();
    unhandled(subject);
    expect(subject.heard).toBe("refusal, finished");
    expect(subject.bench.sentInShort()).toEqual([]);
  });
});

describe("half receivers", () => {
  it("do nothing more once the connection is closed (FLT-SES-042)", () => {
    for (const machine of [RESPONDER, REQUESTER]) {
      for (const [name, act] of Object.entries(machine.events as Acts)) {
        if (/sent|ended/.test(name)) continue;
        const subject = new Subject("listener", 7);
        subject.close();
        act(subject);
        expect(subject.bench.handler.log.at(-1)).toBe("closed");
        expect(subject.bench.sent()).toEqual([]);
      }
    }
  });
});
