import { openTls, TlsRefused, TlsUnable } from "../probe/tls.ts";
import type { ExpectTlsRefusedStep, HttpDialStep } from "../steps/http.ts";
import { describeHttpStep } from "../steps/http-describe.ts";
import type { RunContext } from "./context.ts";
import { Failure, KitFault } from "./failure.ts";

/** Opens a connection, with TLS or without. Throws a Failure when there is none. */
export async function dialHttp(step: HttpDialStep, context: RunContext): Promise<void> {
  const { connection = "client", server = "main", tls } = step;
  try {
    await context.dialHttp(connection, server, tls);
  } catch (error) {
    if (error instanceof KitFault) throw error;
    const expected = tls === undefined ? "a TCP connection for HTTP" : "a connection of TLS with HTTP/1.1";
    throw new Failure("refused", expected, `it failed: ${(error as Error).message}`);
  }
}

/** Throws a Failure when the handshake is completed, or fails in another way than by the gateway. */
export async function expectTlsRefused(step: ExpectTlsRefusedStep, context: RunContext): Promise<void> {
  const expected = describeHttpStep(step);
  const wrong = (came: string): Failure => new Failure("wrong", expected, came);
  try {
    const socket = await openTls(context.server("secure"), step.tls, false, context.limits.timeoutMs);
    socket.on("error", () => {}).destroy();
  } catch (error) {
    if (error instanceof KitFault) throw error;
    if (error instanceof TlsUnable) throw new KitFault(`this Node cannot begin such a handshake: ${error.message}`);
    if (!(error instanceof TlsRefused)) throw wrong(`the gateway did something else: ${(error as Error).message}`);
    context.transcript.note("client", `the gateway ends the TLS handshake: ${error.message}`);
    return;
  }
  throw wrong("the handshake was completed");
}
