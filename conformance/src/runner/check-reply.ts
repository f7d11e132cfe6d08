import { native as crypto } from "flatend/crypto";
import { compare, equal, toHex, xor } from "../probe/bytes.ts";
import type { ReadHandshake, ReadId, ReadPacket } from "../probe/decode.ts";
import type { ExpectReplyStep } from "../steps/types.ts";
import type { RunContext } from "./context.ts";
import { Failure } from "./failure.ts";

const BUCKET_SIZE = 16;

/** Holds a reply to what the step wishes of it. */
export function checkReply(
  step: ExpectReplyStep,
  packet: ReadPacket,
  requestBody: Uint8Array,
  context: RunContext,
  keys: ReadonlyMap<string, Uint8Array>,
): void {
  if (packet.kind === "handshake") checkHandshake(step, packet, context);
  if (packet.kind === "find-node-response") checkClosest(step, packet.closest, requestBody, context, keys);
}

function checkHandshake(step: ExpectReplyStep, packet: ReadHandshake, context: RunContext): void {
  const { where } = step;
  const names = packet.services.map((name) => new TextDecoder().decode(name));
  for (const service of where?.offers ?? []) {
    if (!names.includes(service))
      throw new Failure("wrong", `a Handshake that offers "${service}"`, `it offers ${names.join(", ") || "nothing"}`);
  }
  if (where?.cleanNames === true) {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Failure("wrong", "each name once", `"${twice}" is listed twice`);
    const reserved = names.find((name) => name.startsWith("~"));
    if (reserved !== undefined) throw new Failure("wrong", 'no name that begins with "~"', `"${reserved}" is offered`);
    if (names.includes("")) throw new Failure("wrong", "names of at least one byte", "an empty name is offered");
  }
  checkSignature(packet);
  if (where?.keyed === true) {
    if (packet.id === undefined) throw new Failure("wrong", "a Handshake with an ID", "it has none");
    if (packet.id.port === 0) throw new Failure("wrong", "an ID with a port", "the port is 0");
    const known = context.target.publicKey;
    if (known !== undefined && !equal(known, packet.id.publicKey))
      throw new Failure("wrong", `the public key ${toHex(known)}`, `the key ${toHex(packet.id.publicKey)}`);
  }
}

/** Whether asked for or not: a keyed Handshake that does not verify is never right. */
export function checkSignature({ id, signature, signed }: ReadHandshake): void {
  if (id === undefined || signature === undefined || crypto.ed25519Verify(id.publicKey, signed, signature)) return;
  throw new Failure(
    "wrong",
    "a signature over the ID and the names as written",
    `the signature ${toHex(signature)} does not verify`,
  );
}

/**
 * Chapter 07 for one response. Peers the kit does not know may be listed, as the table may hold others; but those it knows to
 * live must be there whenever they are nearer than the farthest one listed, or room is left.
 */
function checkClosest(
  step: ExpectReplyStep,
  closest: readonly ReadId[],
  target: Uint8Array,
  context: RunContext,
  keys: ReadonlyMap<string, Uint8Array>,
): void {
  const { where } = step;
  const fail = (expected: string, came: string): never => {
    throw new Failure("wrong", expected, came);
  };
  for (const [name, wanted] of Object.entries(where?.lists ?? {})) {
    const key = keys.get(name) as Uint8Array;
    const listed = closest.some((id) => equal(id.publicKey, key));
    if (listed !== wanted)
      fail(
        `${wanted ? "" : "not "}to find "${name}" (${toHex(key)}) in the list`,
        listed ? "it is listed" : `it is not among the ${closest.length} IDs`,
      );
  }
  if (where?.closest === undefined) return;
  if (closest.length > BUCKET_SIZE) fail(`at most ${BUCKET_SIZE} IDs`, `${closest.length} IDs`);
  const distances = closest.map((id) => xor(id.publicKey, target));
  const farthest = distances.at(-1);
  const unsorted = distances.findIndex(
    (distance, index) => index > 0 && compare(distances[index - 1] as Uint8Array, distance) > 0,
  );
  if (unsorted > 0)
    fail("IDs by distance to the target, the nearest first", `ID ${unsorted + 1} is nearer than ID ${unsorted}`);
  const seen = new Set<string>();
  for (const id of closest) {
    const key = toHex(id.publicKey);
    if (seen.has(key)) fail("each public key once", `${key} is listed twice`);
    seen.add(key);
    if (equal(id.publicKey, target)) fail("the target's own key left out", "it is listed");
    if (id.port === 0) fail("no ID with port 0", `${key} has port 0`);
  }
  const own = context.target.publicKey;
  if (own !== undefined && seen.has(toHex(own))) fail("the answering node itself left out", "it lists itself");
  for (const name of where.closest) {
    const key = keys.get(name) as Uint8Array;
    if (equal(key, target) || seen.has(toHex(key))) continue;
    const nearer = farthest !== undefined && compare(xor(key, target), farthest) < 0;
    if (closest.length < BUCKET_SIZE || nearer) {
      fail(
        `"${name}" (${toHex(key)}) among the ${BUCKET_SIZE} closest`,
        `it is missing from a list of ${closest.length}`,
      );
    }
  }
}
