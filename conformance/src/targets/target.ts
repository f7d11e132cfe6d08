import type { Death } from "../runner/verdict.ts";
import type { DialIn } from "./dial-in.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, or `[IPv6]:port`. */
export const showAddress = ({ host, port }: Address): string => `${host.includes(":") ? `[${host}]` : host}:${port}`;

/** Where a gateway serves HTTP: with the usual limits, with small ones and short times, over TLS, and where it leads to that. */
export interface GatewayAddresses {
  readonly main: Address;
  readonly bounded?: Address;
  readonly secure?: Address;
  readonly redirect?: Address;
}

/** What a gateway can be given in place of its configuration: another one, one that is no file of its kind, or another one of which it cannot use all. */
export type OtherConfiguration = "other" | "malformed" | "unusable";
/** What the kit does to a gateway that it has started, as whoever runs it would. */
export interface GatewayControl {
  /** Gives it another configuration. Absent where the kit does not know how. */
  readonly configure?: (other: OtherConfiguration) => Promise<void>;
  /** Asks it to end. Absent where the system has no way to ask a program. */
  readonly end?: () => void;
}

/** The node under test, however the kit got hold of it. */
export interface Target {
  readonly kind: "address" | "exec" | "embedded" | "listen";
  /** How the user named it, for reports. */
  readonly description: string;
  /** The arguments that name it again, for the line that repeats a case. */
  readonly flags: readonly string[];
  /** The kit started it, and can start it again. */
  readonly owned: boolean;
  /** Rejects with TargetUnreachable when nothing accepts connections there. */
  start(): Promise<Address>;
  /** How the present process ended, as soon as that is known but after `withinMs` at the latest; undefined if it lives or is not owned. */
  death(withinMs: number): Promise<Death | undefined>;
  /** After a death. For a target that is not owned: waits a while for it to come back by itself. */
  restart(): Promise<Address>;
  stop(): Promise<void>;
  /** How the target can be made to dial the kit, if it can. */
  readonly dialIn?: DialIn | undefined;
  /** Of a gateway, once it has started. */
  readonly gateway?: GatewayAddresses | undefined;
  readonly control?: GatewayControl | undefined;
}

export class TargetUnreachable extends Error {
  override readonly name = "TargetUnreachable";
  readonly code = "TARGET_UNREACHABLE";
}
