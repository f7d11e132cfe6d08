/** Whether a CA asks over TLS (RFC 8737): its ClientHello offers `acme-tls/1`, and has to be known before the certificate is chosen. */
import type { Socket } from "node:net";

/** As ALPN has it: its length, and the name. */
const OFFER = Buffer.from("\x0aacme-tls/1", "latin1");
/** Bytes of a record's head, and of the largest record. */
const HEAD = 5;
const MAX_RECORD = HEAD + 16_384;

/** Hands the connection on, with all of its bytes, when its first record is there. Its client has until `timeoutMs`; 0 is no limit. */
export function peekHello(socket: Socket, timeoutMs: number, known: (isAsked: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const leave = (): void => {
    clearTimeout(timer);
    socket.off("readable", onReadable).off("end", onEnd).off("error", leave);
  };
  const onEnd = (): void => {
    leave();
    socket.destroy();
  };
  const onReadable = (): void => {
    for (let piece = socket.read() as Buffer | null; piece !== null; piece = socket.read() as Buffer | null) {
      seen = Buffer.concat([seen, piece]);
    }
    const length = seen.length < HEAD ? HEAD : Math.min(HEAD + seen.readUInt16BE(3), MAX_RECORD);
    if (seen.length < length) return;
    leave();
    socket.unshift(seen);
    known(seen.includes(OFFER));
  };
  const timer = timeoutMs > 0 ? setTimeout(onEnd, timeoutMs) : undefined;
  socket.on("readable", onReadable).on("end", onEnd).on("error", leave).once("close", leave);
}
