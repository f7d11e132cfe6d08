/** A line of JSON for each request that has ended. */
import type { EndedRequest } from "./ended-request.ts";
import { shortAddress } from "./short-address.ts";

/** Where lines go. */
export interface LineOutput {
  /** Never waits, and drops the line where too many wait already. */
  write(line: string): void;
  /** Resolves when all that was written has been taken. */
  close(): Promise<void>;
}

export interface AccessRules {
  readonly output: LineOutput;
  readonly shortenAddresses: boolean;
}

/** Characters. Nothing else that a client chooses stands in a line. */
const MAX_PATH = 512;
const MAX_METHOD = 32;

/** Writes a request down that has ended. */
export function logAccess(ended: EndedRequest, rules: AccessRules): void {
  const { remoteAddress, route } = ended;
  const line = {
    time: ended.begun.toISOString(),
    request_id: ended.id,
    remote_address: rules.shortenAddresses ? shortAddress(remoteAddress) : remoteAddress,
    protocol: `HTTP/${ended.httpVersion}`,
    method: ended.method.slice(0, MAX_METHOD),
    path: ended.path.slice(0, MAX_PATH),
    route: route?.text,
    services: route?.services,
    status: ended.status,
    grpc_status: ended.grpcStatus,
    complete: ended.complete,
    bytes_in: ended.bytesIn,
    bytes_out: ended.bytesOut,
    duration_ms: Math.round(ended.durationMs * 10) / 10,
  };
  rules.output.write(JSON.stringify(line));
}
