// Holds one conversation with a target and judges what came of it.
import { concat, fromHex, u8, u32 } from "../probe/bytes.ts";
import { ProbeConnection } from "../probe/connection.ts";
import { Transcript, type TranscriptEvent } from "../probe/transcript.ts";
import type { Conversation, StreamOutcome, Write } from "./conversation.ts";
import { ANSWERED } from "./ways.ts";

/** What a target did that the tables do not allow. */
export interface Misbehaviour {
  readonly requirement: string;
  readonly expected: string;
  readonly came: string;
}

export interface Held {
  readonly misbehaviour?: Misbehaviour;
  readonly transcript: readonly TranscriptEvent[];
}

/** A close is due within a second; the rest is the tolerance of chapter 01, ms. */
const CLOSE_MS = 2000;
/** The FindNodeRequest at the end, which shows that all before it has been read. No plan reaches its number. */
const LAST_SEQ = 2_000_000_001;

/** Rejects with the socket's own error when the target accepts no connection. */
export async function converse(
  conversation: Conversation,
  address: { readonly host: string; readonly port: number },
  timeoutMs: number,
): Promise<Held> {
  const transcript = new Transcript();
  const key = fromHex(conversation.sessionKey);
  const connection = await ProbeConnection.dial("main", address.host, address.port, key, transcript, timeoutMs);
  try {
    const misbehaviour =
      (await writeAll(conversation.writes, connection, timeoutMs)) ??
      (conversation.expect.outcome === "closes"
        ? await closes(conversation.expect, connection)
        : await serves(conversation, connection, timeoutMs));
    return { transcript: transcript.events, ...(misbehaviour === undefined ? {} : { misbehaviour }) };
  } finally {
    connection.destroy();
  }
}

async function writeAll(
  writes: readonly Write[],
  connection: ProbeConnection,
  timeoutMs: number,
): Promise<Misbehaviour | undefined> {
  for (const one of writes) {
    if (one.write === "end") await connection.closeWrite();
    else if (one.write === "bytes") await connection.writeBytes(fromHex(one.bytes), one.way);
    else if (one.write === "message") await writeMessage(one, connection);
    else {
      await connection.writeBytes(one.key === undefined ? connection.session.publicKey : fromHex(one.key), one.way);
      if (one.key !== undefined) continue;
      const theirs = await connection.until(
        () => connection.takeKey() ?? (connection.closed ? null : undefined),
        timeoutMs,
      );
      if (theirs === undefined || theirs === null)
        return { requirement: "FLT-SES-003", expected: "the target's public key", came: stateOf(connection) };
    }
  }
  return undefined;
}

async function writeMessage(one: Extract<Write, { write: "message" }>, connection: ProbeConnection): Promise<void> {
  const plaintext =
    one.plaintext === undefined
      ? concat(u32(one.seq), one.opcode === null ? new Uint8Array(0) : u8(one.opcode), fromHex(one.body))
      : fromHex(one.plaintext);
  const reply = one.opcode === null ? undefined : ANSWERED[one.opcode];
  if (reply !== undefined) connection.expectReplyTo(one.seq, reply);
  const frame = connection.session.frame(plaintext, one.counter === undefined ? {} : { counter: one.counter });
  if (one.flipBit !== undefined) {
    const index = 4 + (one.flipBit >> 3);
    frame[index] = (frame[index] ?? 0) ^ (0x80 >> (one.flipBit & 7));
  }
  await connection.writeBytes(one.cut === undefined ? frame : frame.subarray(0, one.cut), one.way, plaintext);
}

async function closes(
  expect: { readonly requirement: string; readonly row: string },
  connection: ProbeConnection,
): Promise<Misbehaviour | undefined> {
  await connection.until(() => connection.closed ?? connection.violation, CLOSE_MS);
  if (connection.violation !== undefined) return violated(connection.violation);
  if (connection.closed !== undefined) return undefined;
  return {
    requirement: expect.requirement,
    expected: `a close within 1000 ms (${expect.row})`,
    came: `the connection was still open after ${CLOSE_MS} ms`,
  };
}

async function serves(
  conversation: Conversation,
  connection: ProbeConnection,
  timeoutMs: number,
): Promise<Misbehaviour | undefined> {
  const { writes, expect } = conversation;
  if (expect.outcome !== "serves") return undefined;
  const requests = writes.flatMap((one) => (one.write === "message" && one.seq % 2 === 1 ? [one] : []));
  const open = requests.some((one) => one.opcode === 0);
  if (open) {
    connection.expectReplyTo(LAST_SEQ, "find-node-response");
    await connection.sendMessage(LAST_SEQ, 4, new Uint8Array(32), "FindNodeRequest at the end");
  }
  const missing = (): string[] => [
    ...[...requests.map((one) => one.seq), ...(open ? [LAST_SEQ] : [])]
      .filter((seq) => !connection.inbox.some(({ message }) => message.isReply && message.seq === seq))
      .map((seq) => `a reply to number ${seq}`),
    ...expect.streams.filter((one) => !answered(one, connection)).map(describeOutcome),
  ];
  const bad = () => connection.inbox.find(({ message }) => message.problem !== undefined)?.message.problem;
  const settled = await connection.until(
    () => (connection.closed || connection.violation || bad() || missing().length === 0 ? true : undefined),
    timeoutMs,
  );
  const broken = connection.violation ?? bad();
  if (broken !== undefined) return violated(broken);
  if (settled && connection.closed === undefined) return undefined;
  return { requirement: "FLT-ERR-001", expected: missing()[0] ?? "an open connection", came: stateOf(connection) };
}

function answered(wanted: StreamOutcome, connection: ProbeConnection): boolean {
  const packets = connection.inbox.flatMap(({ message }) => (message.packet === undefined ? [] : [message.packet]));
  const head = packets.find((one) => one.kind === "service-response" && one.stream === wanted.stream);
  if (head?.kind !== "service-response" || head.handled !== wanted.handled) return false;
  return (
    !wanted.complete ||
    packets.some((one) => one.kind === "data" && one.stream === wanted.stream && one.data.length === 0)
  );
}

function describeOutcome(one: StreamOutcome): string {
  if (!one.handled) return `a ServiceResponse for stream ${one.stream} that says not handled`;
  return `a complete response on stream ${one.stream}`;
}

function violated(came: string): Misbehaviour {
  return { requirement: "FLT-ERR-001", expected: "messages that can be read", came };
}

function stateOf(connection: ProbeConnection): string {
  if (connection.closed === undefined) return "nothing of the kind came";
  return `the target closed the connection (${connection.closed.how})`;
}
