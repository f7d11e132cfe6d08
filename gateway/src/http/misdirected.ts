import { HttpFault } from "./fault.ts";

/** Refuses a host for which the server has no certificate: another server of this address may be meant (FLT-GWY-132). */
export function checkHost(domains: readonly string[], authority: string | undefined): void {
  const host = authority?.replace(/:\d+$/, "");
  if (host === undefined || !domains.includes(host)) throw new HttpFault(421, "this server is not for that host");
}
