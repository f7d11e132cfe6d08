/** The vectors as the files hold them. */
import { readFileSync } from "node:fs";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Fields = { [key: string]: Json };

export interface Vector {
  readonly id: string;
  readonly op: string;
  readonly input: Fields;
  readonly expect?: Fields;
  readonly result: "valid" | "invalid";
  readonly error?: { readonly kind: string; readonly action: string; readonly at?: number };
}
interface File {
  readonly groups: readonly { readonly tests: readonly Vector[] }[];
}

const root = new URL("../../../vectors/", import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, root), "utf8"));

/** The suites every node is held to; those of a gateway are read by the gateway's own tests. */
export function suites(): { suite: string; vectors: readonly Vector[] }[] {
  const { files } = read("index.json") as { readonly files: readonly { path: string; suite: string }[] };
  return files
    .filter(({ path }) => path.startsWith("v1/base/"))
    .map(({ path, suite }) => ({
      suite,
      vectors: (read(path) as File).groups.flatMap(({ tests }) => tests),
    }));
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const unhex = (text: Json | undefined): Uint8Array => Uint8Array.from(Buffer.from(text as string, "hex"));
export const text = (value: Json | undefined): string => Buffer.from(value as string, "hex").toString("utf8");
