/**
 * Responses that are made smaller on their way. Not by @fastify/compress: it waits for the first bytes of a stream to look at them, and for more
 * until a block is full, and a stream of a service goes on as it comes.
 */
import { pipeline, type Readable, type Transform } from "node:stream";
import { promisify } from "node:util";
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { acceptedEncodings, type Encoding } from "../mapping/index.ts";
import { exchangeOf } from "./exchange.ts";
import { addVary } from "./vary.ts";

/** Bytes below which it does not pay. */
const THRESHOLD = 1_024;
/** What is compressed in itself, like pictures, gains nothing; events are to be seen at once, and browsers wait for more of them behind an encoding. */
const COMPRESSIBLE =
  /^(?:text\/(?!event-stream)[^;]*|application\/(?:javascript|json|manifest|wasm|xml|x-yaml|yaml)|[^;]*\+(?:json|text|xml|yaml))\s*(?:;|$)/i;
const BODILESS = new Set([204, 205, 304]);

/** A quality for content that is made now, and a window of 256 KiB, which bounds what a stream holds. */
const BROTLI = { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 };
/** What was written is given on at once, so that nobody waits for a block that is not full. */
const STREAMS: Readonly<Record<Encoding, () => Transform>> = {
  br: () => createBrotliCompress({ params: BROTLI, flush: constants.BROTLI_OPERATION_FLUSH }),
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
};
const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);
const WHOLE: Readonly<Record<Encoding, (bytes: Buffer | string) => Promise<Buffer>>> = {
  br: async (bytes) => compressBrotli(bytes, { params: BROTLI }),
  gzip: async (bytes) => compressGzip(bytes),
};

/** @param fallback whether those of requests that no route takes are compressed */
export function addCompression(app: FastifyInstance, fallback: boolean): void {
  app.addHook("onSend", async (request, reply, payload: unknown) => {
    const { route } = exchangeOf(request.raw);
    // Messages of gRPC are compressed one by one, by whoever makes them.
    if (route?.grpc || !(route?.compress ?? fallback) || !isCompressible(reply)) return payload;
    addVary(reply, "accept-encoding");
    const encoding = encodingFor(request, reply);
    if (encoding === undefined) return payload;
    if (typeof payload === "string" || Buffer.isBuffer(payload)) {
      if (Buffer.byteLength(payload) < THRESHOLD) return payload;
      const compressed = await WHOLE[encoding](payload);
      announce(reply, encoding);
      return compressed;
    }
    if (!isStream(payload) || isShort(reply)) return payload;
    announce(reply, encoding);
    // Whichever of them fails takes the other one with it, and the response breaks off.
    return pipeline(payload, STREAMS[encoding](), () => {});
  });
}

/** Whether it could be, for some client. */
function isCompressible(reply: FastifyReply): boolean {
  if (BODILESS.has(reply.statusCode)) return reply.statusCode === 304;
  if (reply.statusCode === 206 || reply.hasHeader("content-range")) return false;
  if (!["", "identity"].includes(String(reply.getHeader("content-encoding") ?? ""))) return false;
  return COMPRESSIBLE.test(String(reply.getHeader("content-type") ?? ""));
}

function encodingFor({ method, headers }: FastifyRequest, reply: FastifyReply): Encoding | undefined {
  if (method === "HEAD" || reply.statusCode === 304) return undefined;
  if (/\bno-transform\b/i.test(String(reply.getHeader("cache-control") ?? ""))) return undefined;
  return acceptedEncodings(String(headers["accept-encoding"] ?? ""))[0];
}

/** Where the length is told. */
const isShort = (reply: FastifyReply): boolean => Number(reply.getHeader("content-length") ?? THRESHOLD) < THRESHOLD;

const isStream = (payload: unknown): payload is Readable =>
  typeof payload === "object" && payload !== null && "pipe" in payload;

/** What was said of the plain bytes is not true of these. */
function announce(reply: FastifyReply, encoding: Encoding): void {
  reply.header("content-encoding", encoding);
  for (const name of ["content-length", "accept-ranges", "content-md5", "digest", "content-digest"]) {
    reply.removeHeader(name);
  }
  const etag = String(reply.getHeader("etag") ?? "");
  if (etag.startsWith('"')) reply.header("etag", `W/${etag}`);
}
