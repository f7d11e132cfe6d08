/** Files and folders of this machine, as a route answers with them. */
import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RoutePath } from "../config/route-path.ts";
import type { StaticSettings } from "../config/settings.ts";
import { mayNameFile } from "../mapping/index.ts";
import { Attached } from "./attached.ts";
import { readHead } from "./head.ts";
import { PlainFiles } from "./plain-files.ts";
import { isIndex, sendPrecompressed } from "./precompressed.ts";
import type { Handle } from "./router.ts";
import { watchWrites } from "./write-stall.ts";

export interface StaticRoute {
  /** Of a folder: everything below the path of the route. */
  readonly path: RoutePath;
  readonly handle: Handle;
}

/** What nobody is to keep, in the words of the original. */
const NO_CACHE = {
  "cache-control": "no-cache, no-store, no-transform, must-revalidate, private, max-age=0",
  expires: "Thu, 01 Jan 1970 00:00:00 GMT",
  pragma: "no-cache",
};

/** Requests that had a route, but for a file that is not there: nothing is to be redirected then. */
const missing = new Attached<FastifyRequest, true>("missing");
export const hadRoute = (request: FastifyRequest): boolean => missing.get(request) === true;

export async function prepareStatic(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, { serve: false, root: process.cwd(), redirect: true });
}

/**
 * A file, or a folder with its index.html, ETags and ranges; files whose name begins with a dot are as if they were not there. Rejects when there is
 * nothing at `file`.
 */
export async function staticRoute(
  { path, file, nocache, precompressed }: StaticSettings & { readonly path: RoutePath },
  writeStallMs: number,
): Promise<StaticRoute> {
  const there = await stat(file).catch(() => undefined);
  if (there === undefined) throw new Error(`static: expected a file or a folder at ${file}, got nothing`);
  const isFolder = there.isDirectory();
  if (!isFolder && !there.isFile())
    throw new Error(`static: expected a file or a folder at ${file}, got something that is neither`);
  const root = isFolder ? resolve(file) : dirname(resolve(file));
  const caching = nocache ? { etag: false, lastModified: false, cacheControl: false } : {};
  const options = { ...caching, root, dotfiles: isFolder ? ("ignore" as const) : ("allow" as const) };
  const plain = new PlainFiles(root);
  const sendFile = (reply: FastifyReply, name: string): FastifyReply =>
    reply.sendFile(name === "" ? "/" : name, options);
  const handle: Handle = (request, reply) => {
    if (nocache) reply.headers(NO_CACHE);
    missing.set(request, true);
    if (!mayNameFile(readHead(request.raw).path)) {
      reply.callNotFound();
      return undefined;
    }
    watchWrites(reply.raw, writeStallMs);
    const name = isFolder ? ((request.params as { "*": string })["*"] ?? "") : basename(file);
    const may = plain.may(isIndex(name) ? `${name}index.html` : name);
    if (may === true && !precompressed) {
      sendFile(reply, name);
      return undefined;
    }
    const isSent = precompressed ? sendPrecompressed(request, reply, name, options, plain) : Promise.resolve(false);
    return isSent.then(async (sent) => {
      if (sent) return reply;
      if (await may) return sendFile(reply, name);
      reply.callNotFound();
      return reply;
    });
  };
  return { path: isFolder ? below(path) : path, handle };
}

function below({ method, segments }: RoutePath): RoutePath {
  const last = segments.at(-1);
  const named = last?.kind === "literal" && last.text === "" ? segments.slice(0, -1) : segments;
  return { method, segments: [...named, { kind: "rest", name: "path" }] };
}
