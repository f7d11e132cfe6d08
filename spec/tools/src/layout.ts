/**
 * Encodes and decodes packets by interpreting `tables/packets.json`. It shares no code with the
 * reference codec, so that the table and the codec check each other.
 */
import type { BytesField, Field, IntegerType, Layout } from "./tables.ts";

/** A packet as the table sees it: field name to number, bytes, list or nested packet. */
export type LayoutValue = number | Uint8Array | readonly LayoutRecord[] | LayoutRecord;
export interface LayoutRecord {
  readonly [field: string]: LayoutValue;
}

export interface LayoutContext {
  readonly layouts: ReadonlyMap<string, Layout>;
  readonly constants: ReadonlyMap<string, number>;
}

export class LayoutError extends Error {
  override readonly name = "LayoutError";
}

export const INTEGER_SIZES: Readonly<Record<IntegerType, number>> = { u8: 1, u16: 2, u32: 4, u64: 8 };

export function fieldsOf(name: string, context: LayoutContext): readonly Field[] {
  const layout = context.layouts.get(name);
  if (!layout)
    throw new LayoutError(`no layout named ${name}: expected one of ${[...context.layouts.keys()].join(", ")}`);
  return layout.fields;
}

export function isPresent(field: Field, record: LayoutRecord): boolean {
  return field.when === undefined || record[field.when.field] === field.when.equals;
}

/** @param rest what a field of size `rest` holds is bounded by the input alone */
export function sizeOf(field: BytesField, record: LayoutRecord, context: LayoutContext): number | "rest" {
  const { size } = field;
  if (typeof size === "number" || size === "rest") return size;
  if (typeof size === "string") {
    const constant = context.constants.get(size);
    if (constant === undefined) throw new LayoutError(`${field.name}: no constant named ${size}`);
    return constant;
  }
  if ("of" in size) return numberOf(record, size.of);
  const key = numberOf(record, size.by);
  const chosen = size.sizes[String(key)];
  if (chosen === undefined) throw new LayoutError(`${field.name}: no size for ${size.by} = ${key}`);
  return chosen;
}

function numberOf(record: LayoutRecord, name: string): number {
  const value = record[name];
  if (typeof value !== "number") throw new LayoutError(`${name} is no integer field in front of the one that needs it`);
  return value;
}

export function encodeLayout(name: string, record: LayoutRecord, context: LayoutContext): Uint8Array {
  const out: number[] = [];
  encodeFields(fieldsOf(name, context), record, context, out);
  return Uint8Array.from(out);
}

function encodeFields(fields: readonly Field[], record: LayoutRecord, context: LayoutContext, out: number[]): void {
  for (const field of fields) {
    if (!isPresent(field, record)) continue;
    const value = record[field.name];
    switch (field.type) {
      case "bytes": {
        const bytes = expectBytes(field.name, value);
        const size = sizeOf(field, record, context);
        if (size !== "rest" && size !== bytes.length) {
          throw new LayoutError(`${field.name}: expected ${size} bytes, got ${bytes.length}`);
        }
        out.push(...bytes);
        break;
      }
      case "counted": {
        const bytes = expectBytes(field.name, value);
        putInteger(field.count, bytes.length, out);
        out.push(...bytes);
        break;
      }
      case "list": {
        if (!Array.isArray(value)) throw new LayoutError(`${field.name}: expected a list`);
        putInteger(field.count, value.length, out);
        for (const item of value as readonly LayoutRecord[]) encodeFields(field.items, item, context, out);
        break;
      }
      case "packet":
        encodeFields(fieldsOf(field.packet, context), value as LayoutRecord, context, out);
        break;
      default: {
        if (typeof value !== "number") throw new LayoutError(`${field.name}: expected an integer`);
        putInteger(field.type, value, out);
      }
    }
  }
}

function expectBytes(name: string, value: LayoutValue | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new LayoutError(`${name}: expected bytes`);
  return value;
}

function putInteger(type: IntegerType, value: number, out: number[]): void {
  const size = INTEGER_SIZES[type];
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * size)) {
    throw new LayoutError(`${value} does not fit ${type}`);
  }
  for (let shift = size - 1; shift >= 0; shift--) out.push(Math.floor(value / 2 ** (8 * shift)) % 256);
}

/** Decodes one packet; bytes behind its end are handed back. */
export function decodeLayout(
  name: string,
  bytes: Uint8Array,
  context: LayoutContext,
): { readonly record: LayoutRecord; readonly trailing: Uint8Array } {
  const cursor = { bytes, offset: 0 };
  const record = decodeFields(fieldsOf(name, context), cursor, context);
  return { record, trailing: bytes.subarray(cursor.offset) };
}

interface Cursor {
  readonly bytes: Uint8Array;
  offset: number;
}

function decodeFields(fields: readonly Field[], cursor: Cursor, context: LayoutContext): LayoutRecord {
  const record: { [field: string]: LayoutValue } = {};
  for (const field of fields) {
    if (!isPresent(field, record)) continue;
    switch (field.type) {
      case "bytes": {
        const size = sizeOf(field, record, context);
        record[field.name] = take(field.name, size === "rest" ? cursor.bytes.length - cursor.offset : size, cursor);
        break;
      }
      case "counted":
        record[field.name] = take(field.name, takeInteger(field.name, field.count, cursor), cursor);
        break;
      case "list": {
        const items: LayoutRecord[] = [];
        const count = takeInteger(field.name, field.count, cursor);
        for (let index = 0; index < count; index++) items.push(decodeFields(field.items, cursor, context));
        record[field.name] = items;
        break;
      }
      case "packet":
        record[field.name] = decodeFields(fieldsOf(field.packet, context), cursor, context);
        break;
      default: {
        const value = takeInteger(field.name, field.type, cursor);
        if (field.values && !field.values.includes(value)) {
          throw new LayoutError(`${field.name}: expected ${field.values.join(" or ")}, got ${value}`);
        }
        record[field.name] = value;
      }
    }
  }
  return record;
}

function take(name: string, size: number, cursor: Cursor): Uint8Array {
  const left = cursor.bytes.length - cursor.offset;
  if (size > left) throw new LayoutError(`${name}: expected ${size} bytes at offset ${cursor.offset}, got ${left}`);
  const start = cursor.offset;
  cursor.offset += size;
  return cursor.bytes.subarray(start, cursor.offset);
}

function takeInteger(name: string, type: IntegerType, cursor: Cursor): number {
  return take(name, INTEGER_SIZES[type], cursor).reduce((value, byte) => value * 256 + byte, 0);
}
