import { describeMessage, type ProbeConnection } from "../probe/connection.ts";
import { Failure } from "./failure.ts";
import { checkStreams } from "./tidy-streams.ts";

/** The writer's rules that hold for every message, checked over all that came on the connection so far. */
export function checkTidy(connection: ProbeConnection): void {
  const fail = (expected: string, came: string): never => {
    throw new Failure("wrong", expected, came);
  };
  if (connection.violation !== undefined) fail("frames by chapter 02", connection.violation);
  const replies = new Set<number>();
  let handshakes = 0;
  for (const { message } of connection.inbox) {
    const { packet, problem, seq, isReply, trailing } = message;
    if (packet === undefined) throw new Failure("wrong", "messages that can be read", problem as string);
    const what = describeMessage(message);
    if (trailing.length > 0) fail("nothing behind a packet", `${trailing.length} bytes behind: ${what}`);
    if (isReply) {
      if (replies.has(seq)) fail("one reply for each request", `a second reply with number ${seq}`);
      replies.add(seq);
    } else if (packet.kind === "handshake" && ++handshakes > 1)
      fail("at most one Handshake as a request on a connection", what);
    else if (packet.kind === "handshake" && seq === 0) fail("a request with a number", what);
    else if (packet.kind === "find-node-request" && seq === 0) fail("a request with a number", what);
    else if (packet.kind !== "find-node-request" && packet.kind !== "handshake" && seq !== 0)
      fail("the number 0", what);
    if (packet.kind === "data" && packet.data.length > 2048) fail("at most 2,048 bytes of Data", what);
  }
  checkStreams(connection.inbox);
}
