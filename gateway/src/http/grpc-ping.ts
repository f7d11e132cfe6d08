/** Asks clients of HTTP/2 whether they are there: one whose call is silent may be lost without a word. */
import type { Http2Session, ServerHttp2Stream } from "node:http2";

/** Calls under way on each connection that is watched. */
const watched = new WeakMap<Http2Session, Set<ServerHttp2Stream>>();

/** Ends the connection of a stream when its client does not answer within `pingMs` to a ping, of which there is one in each such time. 0 never asks. */
export function watchSession(stream: ServerHttp2Stream, pingMs: number): void {
  const { session } = stream;
  if (pingMs === 0 || session === undefined) return;
  const calls = watched.get(session) ?? new Set();
  calls.add(stream);
  stream.once("close", () => calls.delete(stream));
  if (watched.has(session)) return;
  watched.set(session, calls);
  let asked = false;
  const timer = setInterval(() => {
    if (asked) session.destroy();
    if (session.destroyed || calls.size === 0) return;
    asked = session.ping(() => {
      asked = false;
    });
  }, pingMs);
  session.once("close", () => clearInterval(timer));
}
