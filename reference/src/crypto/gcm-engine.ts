import { SHORT_GCM } from "../generated/short-gcm.ts";

/** What reference/wasm/short-gcm.ts exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly SLOTS: Constant;
  readonly DATA: Constant;
  readonly MOST_DATA: Constant;
  readonly STREAM: Constant;
  readonly MOST_BLOCKS: Constant;
  setKey(slot: number): void;
  seal(slot: number, length: number): void;
  open(slot: number, length: number): number;
  putCounters(high: number, counter: number, low: number, nonces: number, blocks: number): void;
}
interface Constant {
  readonly value: number;
}

/** The part of the WebAssembly interface that is used here; the compiler's libraries have it only together with a browser's. */
interface WebAssemblyInterface {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
}

/** One message at a time is worked on in `memory`, by one of a few keys whose tables are held there. */
export interface GcmEngine {
  readonly memory: Uint8Array;
  readonly slots: number;
  /** Where a message is put, and where its key stream: one block for the tag, then those for the bytes. */
  readonly data: number;
  readonly stream: number;
  /** Bytes of a message that there is room for: more than the largest Data has. Of longer ones a cipher object of OpenSSL, which costs several µs to make, is faster. */
  readonly mostData: number;
  /** Blocks of key stream that there is room for. */
  readonly mostBlocks: number;
  readonly exports: Pick<Exports, "setKey" | "seal" | "open" | "putCounters">;
}

function load(): GcmEngine | undefined {
  const { WebAssembly } = globalThis as { WebAssembly?: WebAssemblyInterface };
  // Processors without vectors of 16 bytes exist, and so do engines that are told to do without WebAssembly.
  if (WebAssembly?.validate(SHORT_GCM) !== true) return undefined;
  const exports = new WebAssembly.Instance(new WebAssembly.Module(SHORT_GCM)).exports as Exports;
  return {
    memory: new Uint8Array(exports.memory.buffer),
    slots: exports.SLOTS.value,
    data: exports.DATA.value,
    stream: exports.STREAM.value,
    mostData: exports.MOST_DATA.value,
    mostBlocks: exports.MOST_BLOCKS.value,
    exports,
  };
}

let engine: { readonly loaded: GcmEngine | undefined } | undefined;

/** The engine of this process, compiled when it is first asked for; undefined where it cannot run. */
export function gcmEngine(): GcmEngine | undefined {
  engine ??= { loaded: load() };
  return engine.loaded;
}
