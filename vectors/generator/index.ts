/** The vectors as a package: `listVectors()` says what there is, `loadVectors(path)` reads one file. Needs no dependency. */
import { readFileSync } from "node:fs";
import type { VectorFile, VectorIndex } from "./types.ts";

export type {
  Fields,
  Json,
  VectorError,
  VectorFile,
  VectorGroup,
  VectorIndex,
  VectorNote,
  VectorTest,
} from "./types.ts";

const root = new URL("../", import.meta.url);

function read(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, root), "utf8"));
}

/** The index: each file with its suite, SHA-256 and number of tests. */
export function listVectors(): VectorIndex {
  return read("index.json") as VectorIndex;
}

/** @param path as it stands in the index, such as `v1/base/frame.json`. Throws a RangeError on any other. */
export function loadVectors(path: string): VectorFile {
  if (!listVectors().files.some((file) => file.path === path)) {
    throw new RangeError(`no vector file "${path}": expected a path of index.json, such as "v1/base/frame.json"`);
  }
  return read(path) as VectorFile;
}

/** Every file of the index, in its order. */
export function loadAllVectors(): VectorFile[] {
  return listVectors().files.map((file) => loadVectors(file.path));
}
