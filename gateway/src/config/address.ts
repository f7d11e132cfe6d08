/** Where to listen. An empty `host` is every address of the machine. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const MAX_PORT = 65_535;

/** Takes `host:port`, `[ipv6]:port` or `:port` apart; `undefined` when it is none of them. */
export function parseAddress(text: string): Address | undefined {
  const parts = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]@/\s]*)):(\d{1,5})$/.exec(text);
  if (parts === null) return undefined;
  const port = Number(parts[3]);
  return port > MAX_PORT ? undefined : { host: (parts[1] ?? parts[2] ?? "").toLowerCase(), port };
}

/** With brackets where the host has colons; every address of the machine is `[::]`, as the original wrote it. */
export function formatAddress({ host, port }: Address): string {
  const named = host === "" ? "::" : host;
  return named.includes(":") ? `[${named}]:${port}` : `${named}:${port}`;
}

/** Whether both cannot be listened on: every address of the machine takes the port of each. */
export function collide(one: Address, other: Address): boolean {
  if (one.port !== other.port || one.port === 0) return false;
  return one.host === other.host || isEvery(one.host) || isEvery(other.host);
}

const isEvery = (host: string): boolean => host === "" || host === "::" || host === "0.0.0.0";
