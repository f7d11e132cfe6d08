/** Files that stand compressed beside the one that is asked for. */
import { type SendOptions, send } from "@fastify/send";
import type { FastifyReply, FastifyRequest } from "fastify";
import { acceptedEncodings, type Encoding } from "../mapping/index.ts";
import type { PlainFiles } from "./plain-files.ts";
import { addVary } from "./vary.ts";

const EXTENSION: Readonly<Record<Encoding, string>> = { br: ".br", gzip: ".gz" };

/** What is empty or ends with a slash is a folder, of which its index.html is sent. */
export const isIndex = (name: string): boolean => name === "" || name.endsWith("/");

/**
 * Answers with the one that the client likes best. Whether there was one; if not, the file itself is to be sent.
 * @param name below the root of `options`
 */
export async function sendPrecompressed(
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  options: SendOptions,
  plain: PlainFiles,
): Promise<boolean> {
  addVary(reply, "accept-encoding");
  const file = isIndex(name) ? `${name}index.html` : name;
  for (const encoding of acceptedEncodings(String(request.headers["accept-encoding"] ?? ""))) {
    if (!(await plain.may(`${file}${EXTENSION[encoding]}`))) continue;
    const found = await send(request.raw, encodeURI(`/${file}${EXTENSION[encoding]}`), options);
    if (found.type !== "file") continue;
    // Its own type is that of an archive.
    const type = send.mime.getType(file) ?? "application/octet-stream";
    reply.code(found.statusCode).headers(found.headers);
    reply.header("content-type", send.isUtf8MimeType(type) ? `${type}; charset=utf-8` : type);
    reply.header("content-encoding", encoding);
    void reply.send(found.stream);
    return true;
  }
  return false;
}
