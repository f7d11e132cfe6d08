/** Holds the reference codec and the specification's tables and examples to each other. */
import type { Codec, PacketCodec } from "./codec.ts";
import { decodeLayout, encodeLayout, type LayoutContext, LayoutError } from "./layout.ts";
import type { Problem } from "./problem.ts";
import { samplesOf } from "./samples.ts";
import { lineOf, type Spec } from "./source.ts";

/** Layouts that no packet codec handles: the session reads frames. */
const WITHOUT_CODEC = new Set(["frame"]);
const SAMPLES = 40;

export function checkCodec(spec: Spec, codec: Codec): Problem[] {
  const context = layoutContext(spec);
  return [
    ...checkConstants(spec, codec),
    ...checkOpcodes(spec, codec),
    ...checkLayouts(spec, codec, context),
    ...checkExamples(spec, codec, context),
  ];
}

export function layoutContext(spec: Spec): LayoutContext {
  return {
    layouts: new Map(spec.packets.packets.map((packet) => [packet.name, packet])),
    constants: new Map(spec.constants.constants.map((constant) => [constant.name, constant.value])),
  };
}

function checkConstants(spec: Spec, codec: Codec): Problem[] {
  const path = "tables/constants.json";
  const problems: Problem[] = [];
  for (const { name, value } of spec.constants.constants) {
    const found = codec.constants.get(name);
    if (found !== value) {
      problems.push({
        file: `spec/${path}`,
        line: lineOf(spec, path, `"${name}"`),
        message: `${name} is ${value}, the codec has ${found ?? "none"}`,
      });
    }
  }
  return problems;
}

function checkOpcodes(spec: Spec, codec: Codec): Problem[] {
  const path = "tables/packets.json";
  const problems: Problem[] = [];
  const expected = new Map(spec.packets.opcodes.map((opcode) => [opcode.value, opcode.name]));
  for (const [name, value] of codec.opcodes) {
    if (plain(expected.get(value) ?? "") !== plain(name)) {
      problems.push({
        file: `spec/${path}`,
        line: 0,
        message: `the codec's opcode ${value} is ${name}, the table's is ${expected.get(value) ?? "none"}`,
      });
    }
    expected.delete(value);
  }
  for (const [value, name] of expected) {
    problems.push({
      file: `spec/${path}`,
      line: lineOf(spec, path, `"name": "${name}"`),
      message: `the codec has no opcode ${value} (${name})`,
    });
  }
  return problems;
}

/** ServiceRequest, SERVICE_REQUEST and serviceRequest are one name. */
function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
}

function checkLayouts(spec: Spec, codec: Codec, context: LayoutContext): Problem[] {
  const path = "tables/packets.json";
  const problems: Problem[] = [];
  for (const { name } of spec.packets.packets) {
    if (WITHOUT_CODEC.has(name)) continue;
    const fault = (message: string): void =>
      void problems.push({
        file: `spec/${path}`,
        line: lineOf(spec, path, `"name": "${name}"`),
        message: `layout ${name}: ${message}`,
      });
    const packet = codec.packets.get(name);
    const difference = packet ? compareLayout(name, packet, context) : "the codec has no such packet";
    if (difference !== undefined) fault(difference);
  }
  return problems;
}

/** Both directions: the codec's bytes are the table's, and each reads what the other wrote. Returns the first difference. */
function compareLayout(name: string, packet: PacketCodec, context: LayoutContext): string | undefined {
  let expected: Uint8Array = new Uint8Array(0);
  try {
    for (const record of samplesOf(name, SAMPLES, context)) {
      expected = encodeLayout(name, record, context);
      const actual = packet.encode(record);
      if (hex(actual) !== hex(expected)) return `the table encodes ${hex(expected)}, the codec ${hex(actual)}`;
      const { record: read, trailing } = packet.decode(expected);
      if (trailing.length > 0) return `the codec leaves ${trailing.length} bytes of ${hex(expected)}`;
      const again = hex(encodeLayout(name, read, context));
      if (again !== hex(expected)) return `the codec decodes ${hex(expected)} to what the table encodes as ${again}`;
      const own = decodeLayout(name, actual, context);
      if (hex(packet.encode(own.record)) !== hex(actual)) return `the table decodes ${hex(actual)} to another packet`;
    }
  } catch (error) {
    if (error instanceof LayoutError) return `the table contradicts itself: ${error.message}`;
    return `the codec refuses ${hex(expected)}: ${(error as Error).message}`;
  }
  return undefined;
}

function checkExamples(spec: Spec, codec: Codec, context: LayoutContext): Problem[] {
  const problems: Problem[] = [];
  for (const example of spec.chapters.flatMap((chapter) => chapter.examples)) {
    const fault = (message: string): void =>
      void problems.push({
        file: example.file,
        line: example.line,
        message: `example of ${example.packet}: ${message}`,
      });
    const packet = codec.packets.get(example.packet);
    if (!packet) {
      fault(`unknown packet, expected one of ${[...codec.packets.keys()].join(", ")}`);
      continue;
    }
    const bytes = unhex(example.hex);
    try {
      const { record, trailing } = packet.decode(bytes);
      if (example.invalid !== undefined) fault(`decodes, but is marked invalid with ${example.invalid}`);
      else if (trailing.length > 0) fault(`${trailing.length} bytes follow the end of the packet`);
      else if (hex(packet.encode(record)) !== example.hex)
        fault(`the codec encodes it again as ${hex(packet.encode(record))}`);
      else if (hex(encodeLayout(example.packet, record, context)) !== example.hex)
        fault("the layout's table encodes it differently");
    } catch (error) {
      const code = (error as { readonly code?: unknown }).code;
      if (example.invalid === undefined) fault(`does not decode: ${(error as Error).message}`);
      else if (code !== example.invalid)
        fault(`expected the error ${example.invalid}, got ${String(code)}: ${(error as Error).message}`);
    }
  }
  return problems;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
