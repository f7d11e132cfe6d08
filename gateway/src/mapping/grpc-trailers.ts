/** How a call of gRPC ends: the fields behind the last message, as gRPC-Web writes them (FLT-GWY-189 to FLT-GWY-191). */
import { connectionNames, isReserved } from "./fields.ts";
import { encodeBytes } from "./grpc-message.ts";
import { hasControl, isToken, lowerAscii, trimBlanks } from "./text.ts";

type Field = readonly [name: string, value: string];

export interface GrpcTrailers {
  /** 0 is success; up to 999. */
  readonly status: number;
  /** All of them, those of the status first. Names in lower case, each once; values as byte text. */
  readonly fields: readonly Field[];
}

const STATUS = /^(?:0|[1-9][0-9]{0,2})$/;
const isConnections = connectionNames(undefined);
/** They describe the messages, and the head has told of them. */
const OF_THE_HEAD = new Set(["content-length", "content-type"]);

/** `undefined` where they are malformed. */
export function readTrailers(bytes: Uint8Array): GrpcTrailers | undefined {
  const found = new Map<string, string>();
  for (const line of byteText(bytes).split(/\r\n|\n/)) {
    if (line === "") continue;
    const colon = line.indexOf(":");
    const name = lowerAscii(line.slice(0, Math.max(colon, 0)));
    const value = trimBlanks(line.slice(colon + 1));
    if (!isToken(name) || hasControl(value)) return undefined;
    const before = found.get(name);
    found.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const status = found.get("grpc-status");
  if (status === undefined || !STATUS.test(status)) return undefined;
  const message = found.get("grpc-message");
  const others = [...found].filter(
    ([name]) => !isStatus(name) && !isReserved(name) && !isConnections(name) && !OF_THE_HEAD.has(name),
  );
  return { status: Number(status), fields: [...statusFields(Number(status), message), ...others] };
}

const isStatus = (name: string): boolean => name === "grpc-status" || name === "grpc-message";

/** @param message byte text in which `%` begins an escape */
function statusFields(status: number, message: string | undefined): Field[] {
  const fields: Field[] = [["grpc-status", String(status)]];
  if (message !== undefined && message !== "") fields.push(["grpc-message", encodeBytes(message, false)]);
  return fields;
}

/** @param fields values as byte text */
export function writeTrailers(fields: Iterable<Field>): Uint8Array {
  const text = [...fields].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function byteText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
