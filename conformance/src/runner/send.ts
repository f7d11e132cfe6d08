import { concat, u8, u32 } from "../probe/bytes.ts";
import type { ProbeConnection } from "../probe/connection.ts";
import type { ReadPacket } from "../probe/decode.ts";
import { encodePacket } from "../probe/encode.ts";
import type { EditedStep } from "../steps/change.ts";
import { describeEdit, describeStep } from "../steps/describe.ts";
import type { Packet } from "../steps/packets.ts";
import type { SendPlaintextStep, SendStep } from "../steps/types.ts";
import type { RunContext } from "./context.ts";
import { KitFault } from "./failure.ts";

const REPLY_OF: Partial<Record<Packet["packet"], ReadPacket["kind"]>> = {
  handshake: "handshake",
  "find-node-request": "find-node-response",
};

function patch(body: Uint8Array, offset: number, bytes: Uint8Array): Uint8Array {
  const start = offset < 0 ? body.length + offset : offset;
  const out = new Uint8Array(Math.max(body.length, start + bytes.length));
  out.set(body);
  out.set(bytes, start);
  return out;
}

/** Makes the bytes of a message step from the inside out, with its edit applied at the edit's own layer, and writes them. */
export async function sendMessageStep(
  step: (SendStep | SendPlaintextStep) & Pick<EditedStep, "edit">,
  connection: ProbeConnection,
  context: RunContext,
): Promise<void> {
  const { edit } = step;
  const plaintext = step.step === "send" ? await plaintextOf(step, connection, context) : step.plaintext;
  const final = edit?.edit === "plaintext" ? edit.bytes : plaintext;
  const what = describeStep(step) + (edit === undefined ? "" : `, changed: ${describeEdit(edit)}`);
  const seal =
    edit?.edit === "counter"
      ? { counter: edit.value }
      : edit?.edit === "nonce"
        ? { nonce: edit.bytes }
        : edit?.edit === "seal"
          ? { form: edit.form }
          : {};
  let frame = connection.session.frame(final, seal);
  if (edit?.edit === "flip-bit") {
    const bits = (frame.length - 4) * 8;
    const bit = edit.bit < 0 ? bits + edit.bit : edit.bit;
    const index = 4 + (bit >> 3);
    frame[index] = (frame[index] ?? 0) ^ (0x80 >> (bit & 7));
  } else if (edit?.edit === "frame-length") {
    frame.set(u32(edit.value), 0);
  } else if (edit?.edit === "truncate-frame") {
    frame = frame.slice(0, edit.to < 0 ? frame.length + edit.to : edit.to);
    connection.answersRequests = false;
  }
  await connection.writeBytes(frame, what, final);
  if (edit?.edit === "replay") await connection.writeBytes(frame, "the same frame once more", final);
  if (edit?.edit === "twice")
    await connection.writeBytes(connection.session.frame(final), "the same message once more", final);
}

async function plaintextOf(
  step: SendStep & Pick<EditedStep, "edit">,
  connection: ProbeConnection,
  context: RunContext,
): Promise<Uint8Array> {
  const { edit } = step;
  let packet = named(step.packet, step.connection);
  if (edit?.edit === "set") packet = { ...packet, ...edit.fields } as Packet;
  let { opcode, body } = await encodePacket(packet, context);
  if (edit?.edit === "replace-body") body = edit.bytes;
  else if (edit?.edit === "truncate-body") body = body.slice(0, edit.to < 0 ? body.length + edit.to : edit.to);
  else if (edit?.edit === "append-body") body = concat(body, edit.bytes);
  else if (edit?.edit === "patch") body = patch(body, edit.offset, edit.bytes);
  else if (edit?.edit === "opcode") opcode = edit.opcode;
  let seq: number;
  if (edit?.edit === "seq") seq = edit.seq;
  else if (step.seq === "next") seq = connection.takeSeq();
  else if (typeof step.seq === "number") seq = step.seq;
  else {
    const asked = context.messages.get(step.seq.replyTo);
    if (asked === undefined) throw new KitFault(`a step replies to "${step.seq.replyTo}", which no step has received`);
    seq = asked.message.seq;
    opcode = null;
  }
  const reply = REPLY_OF[packet.packet];
  if (reply !== undefined && opcode !== null) {
    connection.expectReplyTo(seq, reply);
    if (step.name !== undefined) context.sentAs.set(step.name, seq);
    const open = context.openRequests.get(connection.name) ?? [];
    open.push({ seq, packet: reply, body });
    context.openRequests.set(connection.name, open);
  }
  return concat(u32(seq), opcode === null ? new Uint8Array(0) : u8(opcode), body);
}

/** An identity without a name is the connection's own. */
function named(packet: Packet, connection = "main"): Packet {
  if (packet.packet !== "handshake" || packet.identity.kind !== "keyed" || packet.identity.as !== undefined)
    return packet;
  return { ...packet, identity: { kind: "keyed", as: connection } };
}
