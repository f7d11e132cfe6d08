import { describe, expect, it } from "vitest";
import { requestHalfSender, responseHalfSender, type Transition } from "../generated/machines.ts";
import { ConnectionError, OperationError, type Role, type Stream } from "./index.ts";
import { Bench, dataOf, serviceRequest, serviceResponse } from "./testing-only/bench.ts";
import { Tape } from "./testing-only/tape.ts";

const OWN_NUMBER = { dialer: 0x8000_0001, listener: 0x8000_0000 } as const;
const BYTES = new Uint8Array(3);

/** One stream whose sending half is under test, beside another that keeps a retired connection open. */
class Subject {
  readonly bench: Bench;
  readonly number: number;
  tape = new Tape();
  stream: Stream | undefined;
  error: OperationError | undefined;

  constructor(role: Role, number: number) {
    this.bench = new Bench({ role }).open();
    this.number = number;
    this.bench.say(serviceRequest(99, "echo"));
  }

  call(): void {
    this.stream = this.bench.connection.openStream(["echo"], [], this.tape, 0);
  }

  take(name: string): void {
    const before = this.bench.handler.calls.length;
    this.bench.say(serviceRequest(this.number, name), dataOf(this.number, 0));
    const tape = this.bench.handler.calls[before];
    if (tape === undefined) return;
    this.tape = tape;
    this.stream = tape.stream;
  }

  /** Does something on the stream, and keeps the error of an operation that is refused. */
  try(act: (connection: Bench["connection"], stream: Stream) => unknown): void {
    try {
      act(this.bench.connection, this.stream!);
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      this.error = error;
    }
  }

  close(): void {
    this.bench.connection.close(new ConnectionError("TEST", "closed by the test"), 0);
  }

  get state(): string {
    if (this.bench.connection.state === "closed") return "closed";
    if (this.stream === undefined) return "idle";
    if (this.stream.failed) return "failed";
    return this.stream.send;
  }
}

type Acts = Readonly<Record<string, (subject: Subject) => void>>;
const bytes = (subject: Subject): void => subject.try((connection, stream) => connection.sendData(stream, BYTES, 0));
const finish = (subject: Subject): void => subject.try((connection, stream) => connection.endData(stream, 0));
const close = (subject: Subject): void => subject.close();
const in_ = (subject: Subject, ...acts: ((subject: Subject) => void)[]): void => {
  for (const act of acts) act(subject);
};

const breakRequest = (subject: Subject): void => {
  subject.try((connection, stream) => connection.abandon(stream, 0));
  subject.tape.abandoned = true;
};
const REQUEST_EVENTS: Acts = {
  call: (subject) => subject.call(),
  bytes,
  finish,
  refused: ({ bench, number }) => bench.say(serviceResponse(number, false)),
  break: breakRequest,
  close,
};
const REQUEST_STATES: Acts = {
  idle: () => {},
  open: (subject) => subject.call(),
  ended: (subject) => in_(subject, (it) => it.call(), finish),
  failed: (subject) => in_(subject, (it) => it.call(), bytes, breakRequest),
  closed: (subject) => in_(subject, (it) => it.call(), close),
};

const breakResponse = (subject: Subject): void =>
  subject.try((connection, stream) => connection.failResponse(stream, "boom", 0));
const RESPONSE_EVENTS: Acts = {
  "request-hosted": (subject) => subject.take("echo"),
  "request-refused": (subject) => subject.take("nobody"),
  bytes,
  finish,
  break: breakResponse,
  close,
};
const RESPONSE_STATES: Acts = {
  idle: () => {},
  head: (subject) => subject.take("echo"),
  body: (subject) => in_(subject, (it) => it.take("echo"), bytes),
  ended: (subject) => in_(subject, (it) => it.take("echo"), finish),
  failed: (subject) => in_(subject, (it) => it.take("echo"), bytes, breakResponse),
  closed: (subject) => in_(subject, (it) => it.take("echo"), close),
};

/** The state as the machine of the response half names it. */
const responseState = (subject: Subject): string => (subject.state === "open" ? "body" : subject.state);

describe.each(["dialer", "listener"] as const)("request half of a requesting %s", (role) => {
  const n = OWN_NUMBER[role];
  const sends: Readonly<Record<string, string[]>> = {
    "send ServiceRequest": [`ServiceRequest(${n})`],
    "send Data(n)": [`Data(${n}, 3)`],
    "send Data(0)": [`Data(${n}, 0)`],
  };
  const rows: readonly Transition[] = requestHalfSender.transitions;

  it.each(rows.map((row) => [row.state, row.event, row.action, row] as const))(
    "%s: %s: %s",
    (state, event, action, row) => {
      const subject = new Subject(role, n);
      REQUEST_STATES[state]!(subject);
      expect(subject.state).toBe(state);
      const lostBefore = subject.tape.lost;
      subject.bench.sent();
      REQUEST_EVENTS[event]!(subject);
      expect(subject.state).toBe(row.next);
      expect(subject.error).toBeUndefined();
      expect(subject.bench.sentInShort()).toEqual(sends[action] ?? []);
      const { handler } = subject.bench;
      if (action === "retire") {
        expect(handler.retired?.requirement).toBe(row.requirement);
        // Who breaks a body off is told nothing more.
        expect(subject.tape.lost).toBeUndefined();
      } else if (action.startsWith("report the loss")) expect(subject.tape.lost).toBe(handler.closed);
      else expect(subject.tape.lost).toBe(lostBefore);
      if (action === "report") expect(subject.tape.answer?.handled).toBe(false);
      if (event === "refused" && state === "open") expect(subject.tape.finished).toBe(true);
      if (action === "discard the response") {
        subject.bench.say(serviceResponse(n, true), dataOf(n, 9), dataOf(n, 0));
        expect(handler.closed).toBeUndefined();
        expect(subject.bench.connection.outboundStreams).toBe(0);
      }
    },
  );

  it.each(["bytes", "finish"])("refuses %s once it has ended, failed or closed (FLT-STR-012)", (event) => {
    for (const state of ["ended", "failed", "closed"]) {
      const subject = new Subject(role, n);
      REQUEST_STATES[state]!(subject);
      subject.bench.sent();
      REQUEST_EVENTS[event]!(subject);
      expect(subject.error?.code).toBe(state === "closed" ? "CLOSED" : "ENDED");
      expect(subject.bench.sent()).toEqual([]);
    }
  });
});

describe.each(["listener", "dialer"] as const)("response half of a responding %s", (role) => {
  const sends: Readonly<Record<string, string[]>> = {
    "send ServiceResponse(0)": ["ServiceResponse(7, 0)"],
    "send ServiceResponse(1), Data(n)": ["ServiceResponse(7, 1)", "Data(7, 3)"],
    "send ServiceResponse(1), Data(0)": ["ServiceResponse(7, 1)", "Data(7, 0)"],
    "send ServiceResponse(1), the failure as JSON, Data(0)": ["ServiceResponse(7, 1)", "Data(7, 16)", "Data(7, 0)"],
    "send Data(n)": ["Data(7, 3)"],
    "send Data(0)": ["Data(7, 0)"],
  };
  const rows: readonly Transition[] = responseHalfSender.transitions;

  it.each(rows.map((row) => [row.state, row.event, row.action, row] as const))(
    "%s: %s: %s",
    (state, event, action, row) => {
      const subject = new Subject(role, 7);
      RESPONSE_STATES[state]!(subject);
      expect(responseState(subject)).toBe(state);
      const lostBefore = subject.tape.lost;
      subject.bench.sent();
      RESPONSE_EVENTS[event]!(subject);
      // A refused call has no stream that anybody outside of the connection knows of.
      if (event === "request-refused") expect(subject.bench.connection.activeStreams).toBe(1);
      else expect(responseState(subject)).toBe(row.next);
      expect(subject.bench.sentInShort()).toEqual(sends[action] ?? []);
      const { handler } = subject.bench;
      if (action === "retire") {
        expect(handler.retired?.requirement).toBe(row.requirement);
        // Who breaks a body off is told nothing more.
        expect(subject.tape.lost).toBeUndefined();
      } else if (action === "tell the handler") expect(subject.tape.lost).toBe(handler.closed);
      else expect(subject.tape.lost).toBe(lostBefore);
    },
  );

  it.each(["bytes", "finish"])("refuses %s once it has ended, failed or closed (FLT-STR-026)", (event) => {
    for (const state of ["ended", "failed", "closed"]) {
      const subject = new Subject(role, 7);
      RESPONSE_STATES[state]!(subject);
      subject.bench.sent();
      RESPONSE_EVENTS[event]!(subject);
      expect(subject.error?.code).toBe(state === "closed" ? "CLOSED" : "ENDED");
      expect(subject.bench.sent()).toEqual([]);
    }
  });
});
