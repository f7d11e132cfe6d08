/** Large bodies through the gateway, each byte of them checked. */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pieces } from "../bytes.ts";
import { readBody, verifyBody } from "../stack.ts";

/** Rejects when the service has not verified all of it. */
export async function upload(url: string, total: number): Promise<void> {
  const outgoing = request(`${url}/sink`, { method: "POST", headers: { "content-length": total } });
  const answered = once(outgoing, "response") as Promise<[IncomingMessage]>;
  answered.catch(() => {});
  await pipeline(Readable.from(pieces(total)), outgoing);
  const [response] = await answered;
  expectBytes(total, Number((await readBody(response)).toString()));
}

/** Rejects when a byte is wrong or missing. */
export async function download(url: string, total: number): Promise<void> {
  const [response] = (await once(request(`${url}/source?bytes=${total}`).end(), "response")) as [IncomingMessage];
  expectBytes(total, (await verifyBody(response)).length);
}

function expectBytes(total: number, got: number): void {
  if (got !== total) throw new Error(`expected ${total} bytes, got ${got}`);
}
