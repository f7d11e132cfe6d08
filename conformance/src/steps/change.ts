import type { HandshakePacket, KeyForm, SealForm, ServiceRequestPacket, ServiceResponsePacket } from "./packets.ts";
import { flatten, type Step, type Steps } from "./types.ts";

/** What is done to one named step. Layers from inside out: packet, body, message, seal, frame, step. */
export type Edit =
  | { readonly edit: "set"; readonly fields: PacketFields }
  | { readonly edit: "replace-body"; readonly bytes: Uint8Array }
  | { readonly edit: "truncate-body"; readonly to: number }
  | { readonly edit: "append-body"; readonly bytes: Uint8Array }
  | { readonly edit: "patch"; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly edit: "opcode"; readonly opcode: number | null }
  | { readonly edit: "seq"; readonly seq: number }
  | { readonly edit: "plaintext"; readonly bytes: Uint8Array }
  | { readonly edit: "counter"; readonly value: number }
  | { readonly edit: "nonce"; readonly bytes: Uint8Array }
  | { readonly edit: "seal"; readonly form: SealForm }
  | { readonly edit: "flip-bit"; readonly bit: number }
  | { readonly edit: "frame-length"; readonly value: number }
  | { readonly edit: "truncate-frame"; readonly to: number }
  | { readonly edit: "replay" }
  | { readonly edit: "twice" }
  | { readonly edit: "key"; readonly key: Uint8Array | KeyForm }
  | { readonly edit: "instead"; readonly steps: readonly Step[] }
  | { readonly edit: "before"; readonly steps: readonly Step[] }
  | { readonly edit: "after"; readonly steps: readonly Step[] };

export type PacketFields = Partial<
  Omit<HandshakePacket, "packet"> &
    Omit<ServiceRequestPacket, "packet" | "services"> &
    Omit<ServiceResponsePacket, "packet"> & {
      readonly data: Uint8Array;
      readonly length: number;
      readonly target: Uint8Array;
    }
>;

/** The one difference between the control and what is sent to the target afterwards. */
export interface Change {
  readonly at: string;
  readonly edit: Edit;
}

/** `at("probe").frameLength(4097)`: names the step of the control that is changed, then how. */
export function at(name: string) {
  const change = (edit: Edit): Change => ({ at: name, edit });
  return {
    /** Other values for fields of the packet; a Handshake is signed again over the new values. */
    set: (fields: PacketFields) => change({ edit: "set", fields }),
    /** Another packet body, behind the same opcode and number. */
    replaceBody: (bytes: Uint8Array) => change({ edit: "replace-body", bytes }),
    /** The packet's first `to` bytes; negative: so many fewer. */
    truncateBody: (to: number) => change({ edit: "truncate-body", to }),
    /** Bytes behind the packet. */
    appendBody: (bytes: Uint8Array) => change({ edit: "append-body", bytes }),
    /** Other bytes at an offset of the packet (after the opcode); a negative offset counts from the end. */
    patch: (offset: number, bytes: Uint8Array | readonly number[]) =>
      change({ edit: "patch", offset, bytes: Uint8Array.from(bytes) }),
    opcode: (opcode: number) => change({ edit: "opcode", opcode }),
    /** The body without its opcode. */
    noOpcode: () => change({ edit: "opcode", opcode: null }),
    seq: (seq: number) => change({ edit: "seq", seq }),
    /** Another plaintext altogether, properly sealed. */
    plaintext: (bytes: Uint8Array) => change({ edit: "plaintext", bytes }),
    /** Sealed with the nonce of another frame counter. */
    counter: (value: number) => change({ edit: "counter", value }),
    /** Sealed with these 12 bytes as the nonce. */
    nonce: (bytes: Uint8Array) => change({ edit: "nonce", bytes }),
    /** Sealed with another key, or with associated data. */
    seal: (form: SealForm) => change({ edit: "seal", form }),
    /** One bit of ciphertext and tag inverted; a negative number counts from the end. */
    flipBit: (bit: number) => change({ edit: "flip-bit", bit }),
    /** The last bit of the tag inverted. */
    tag: () => change({ edit: "flip-bit", bit: -1 }),
    /** Another number in the length field, in front of the same bytes. */
    frameLength: (value: number) => change({ edit: "frame-length", value }),
    /** Only the first `to` bytes of the frame with its length field; negative: so many fewer. */
    truncateFrame: (to: number) => change({ edit: "truncate-frame", to }),
    /** The same frame, byte for byte, a second time. */
    replay: () => change({ edit: "replay" }),
    /** The same message, sealed anew, a second time. */
    twice: () => change({ edit: "twice" }),
    /** Another public key in the key exchange. */
    key: (key: Uint8Array | KeyForm) => change({ edit: "key", key }),
    /** Other steps in its place. */
    instead: (...steps: Steps[]) => change({ edit: "instead", steps: flatten(steps) }),
    /** Not at all. */
    withheld: () => change({ edit: "instead", steps: [] }),
    before: (...steps: Steps[]) => change({ edit: "before", steps: flatten(steps) }),
    after: (...steps: Steps[]) => change({ edit: "after", steps: flatten(steps) }),
  };
}

/** A step together with the edit the probe has to apply while it makes the step's bytes. */
export type EditedStep = Step & { readonly edit?: Edit };

export interface ChangedSteps {
  readonly steps: readonly EditedStep[];
  /** Index of the first step after the change: up to here the run goes as planned. */
  readonly resume: number;
}

/** The control with its change. Throws when no step, or more than one, has the change's name. */
export function applyChange(control: readonly Step[], change: Change): ChangedSteps {
  const indices = control.flatMap((step, index) => (step.name === change.at ? [index] : []));
  const [index] = indices;
  if (index === undefined || indices.length > 1) {
    throw new Error(
      `a change is made at "${change.at}", which names ${indices.length} steps of the control, expected one`,
    );
  }
  const { edit } = change;
  const before = control.slice(0, index);
  const step = control[index] as Step;
  const rest = control.slice(index + 1);
  const connection = step.connection;
  const inserted = (steps: readonly Step[]): Step[] =>
    steps.map((one) => (connection === undefined || one.connection !== undefined ? one : { ...one, connection }));
  let middle: EditedStep[];
  if (edit.edit === "instead") middle = inserted(edit.steps);
  else if (edit.edit === "before") middle = [...inserted(edit.steps), step];
  else if (edit.edit === "after") middle = [step, ...inserted(edit.steps)];
  else middle = [{ ...step, edit }];
  return { steps: [...before, ...middle, ...rest], resume: before.length + middle.length };
}
