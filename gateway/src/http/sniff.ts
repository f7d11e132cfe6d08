/** Which HTTP a client speaks, told by its first bytes. */
import type { Socket } from "node:net";

/** What a client that knows of HTTP/2 beforehand begins with (RFC 9113, 3.4). */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** As Node answers a head that does not come. */
const TOO_LATE = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n";

export interface Protocols {
  http1(socket: Socket): void;
  http2(socket: Socket): void;
}

/**
 * Hands a connection on, with all of its bytes, as soon as they tell: one byte is enough unless it begins like the preface of HTTP/2.
 * @param timeoutMs for these bytes; 0 is no limit
 */
export function sniff(socket: Socket, timeoutMs: number, { http1, http2 }: Protocols): void {
  let seen = Buffer.alloc(0);
  const leave = (): void => {
    clearTimeout(timer);
    socket.off("readable", onReadable).off("end", onEnd).off("error", onError);
  };
  const onError = (): void => leave();
  const onEnd = (): void => {
    leave();
    socket.destroy();
  };
  const onReadable = (): void => {
    for (let piece = socket.read() as Buffer | null; piece !== null; piece = socket.read() as Buffer | null) {
      seen = Buffer.concat([seen, piece]);
    }
    const length = Math.min(seen.length, PREFACE.length);
    const isLike = seen.subarray(0, length).equals(PREFACE.subarray(0, length));
    if (length === 0 || (isLike && length < PREFACE.length)) return;
    leave();
    // Whoever it is handed to finds all of it.
    socket.unshift(seen);
    if (isLike) http2(socket);
    else http1(socket);
  };
  const onTimeout = (): void => {
    leave();
    // Nobody listens any more for what happens to it.
    socket.on("error", () => {}).end(TOO_LATE, () => socket.destroy());
  };
  const timer = timeoutMs > 0 ? setTimeout(onTimeout, timeoutMs) : undefined;
  socket.on("readable", onReadable).on("end", onEnd).on("error", onError).once("close", leave);
}
