/** Packet layouts of chapter 04, written down plainly. Nothing is checked: wrong packets are half of what is made here. */
import { join, u8, u16, u32, utf8 } from "./bytes.ts";

export interface Id {
  readonly publicKey: Uint8Array;
  readonly address: Uint8Array;
  readonly port: number;
}
export type Name = string | Uint8Array;
export type Headers = readonly (readonly [Name, Name])[];

export const bytesOf = (name: Name): Uint8Array => (typeof name === "string" ? utf8(name) : name);

/** One field and its bytes, so that a body can also be cut at each of its edges. */
export type Field = readonly [name: string, bytes: Uint8Array];
export const body = (fields: readonly Field[]): Buffer => join(...fields.map(([, bytes]) => bytes));

export const idFields = ({ publicKey, address, port }: Id, what = "ID"): Field[] => [
  [`${what} public key`, publicKey],
  [`${what} family`, u8(address.length === 4 ? 0 : 1)],
  [`${what} address`, address],
  [`${what} port`, u16(port)],
];
export const idBytes = (id: Id): Buffer => body(idFields(id));

export const nameFields = (names: readonly Name[]): Field[] => [
  ["count of names", u8(names.length)],
  ...names.flatMap((name, index): Field[] => [
    [`length of name ${index + 1}`, u8(bytesOf(name).length)],
    [`name ${index + 1}`, bytesOf(name)],
  ]),
];
export const signedBytes = (id: Id, names: readonly Name[]): Buffer => join(idBytes(id), ...names.map(bytesOf));

export const handshakeFields = (id: Id | undefined, names: readonly Name[], signature?: Uint8Array): Field[] => [
  ["has-ID", u8(id ? 1 : 0)],
  ...(id ? idFields(id) : []),
  ...nameFields(names),
  ...(signature ? [["signature", signature] as const] : []),
];
export const headerFields = (headers: Headers): Field[] => [
  ["count of headers", u16(headers.length)],
  ...headers.flatMap(([key, value], index): Field[] => [
    [`length of key ${index + 1}`, u8(bytesOf(key).length)],
    [`key ${index + 1}`, bytesOf(key)],
    [`length of value ${index + 1}`, u16(bytesOf(value).length)],
    [`value ${index + 1}`, bytesOf(value)],
  ]),
];
export const requestFields = (stream: number, names: readonly Name[], headers: Headers): Field[] => [
  ["stream", u32(stream)],
  ...nameFields(names),
  ...headerFields(headers),
];
export const responseFields = (stream: number, handled: number, headers: Headers): Field[] => [
  ["stream", u32(stream)],
  ["handled", u8(handled)],
  ...headerFields(headers),
];
export const dataFields = (stream: number, data: Uint8Array, length = data.length): Field[] => [
  ["stream", u32(stream)],
  ["length", u16(length)],
  ["data", data],
];
export const findNodeFields = (target: Uint8Array): Field[] => [["target", target]];
export const closestFields = (ids: readonly Id[]): Field[] => [
  ["count of IDs", u8(ids.length)],
  ...ids.flatMap((id, index) => idFields(id, `ID ${index + 1}`)),
];

export const OPCODE = { handshake: 0, serviceRequest: 1, serviceResponse: 2, data: 3, findNodeRequest: 4 } as const;
export const message = (seq: number, opcode: number | undefined, fields: readonly Field[]): Buffer =>
  join(u32(seq), opcode === undefined ? Buffer.alloc(0) : u8(opcode), body(fields));
