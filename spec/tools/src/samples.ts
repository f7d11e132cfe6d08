/** Sample packets made from a layout alone: edges first, then values from a small fixed generator. */
import {
  fieldsOf,
  INTEGER_SIZES,
  isPresent,
  type LayoutContext,
  type LayoutRecord,
  type LayoutValue,
  sizeOf,
} from "./layout.ts";
import type { CountedField, Field, ListField } from "./tables.ts";

/** Mulberry32: the same samples on every machine. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const NAMES = ["", "a", "echo", "größe", "\u{1f600}", "x".repeat(255)];

export function samplesOf(packet: string, count: number, context: LayoutContext): LayoutRecord[] {
  const samples: LayoutRecord[] = [];
  for (let index = 0; index < count; index++)
    samples.push(sample(fieldsOf(packet, context), generator(index + 1), context));
  return samples;
}

function sample(fields: readonly Field[], random: (below: number) => number, context: LayoutContext): LayoutRecord {
  const record: { [field: string]: LayoutValue } = {};
  const someBytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, () => random(256));
  for (const field of fields) {
    if (!isPresent(field, record)) continue;
    switch (field.type) {
      case "bytes": {
        const size = sizeOf(field, record, context);
        record[field.name] = someBytes(size === "rest" ? random(300) : size);
        break;
      }
      case "counted": {
        const most = mostOf(field, 400, context);
        const size = [0, 1, most, random(most)][random(4)]!;
        record[field.name] =
          field.encoding === "utf-8" ? new TextEncoder().encode(NAMES[random(NAMES.length)]!) : someBytes(size);
        break;
      }
      case "list": {
        const most = mostOf(field, 4, context);
        const size = [0, 1, most, random(most)][random(4)]!;
        record[field.name] = Array.from({ length: size }, () => sample(field.items, random, context));
        break;
      }
      case "packet":
        record[field.name] = sample(fieldsOf(field.packet, context), random, context);
        break;
      default: {
        const most = 2 ** (8 * INTEGER_SIZES[field.type]);
        const choices = field.values ?? [0, 1, most - 1, random(most - 1)];
        record[field.name] = choices[random(choices.length)]!;
      }
    }
  }
  return record;
}

/** The most bytes or items to write: the field's own limit or a handful, and never more than its count can say. */
function mostOf(field: CountedField | ListField, usual: number, context: LayoutContext): number {
  const most = field.most === undefined ? usual : (context.constants.get(field.most) ?? usual);
  return Math.min(most, 2 ** (8 * INTEGER_SIZES[field.count]) - 1);
}
