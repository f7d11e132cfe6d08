import type { PeerTable } from "flatend/dht";
import type { PeerId } from "flatend/wire";

/** What an attacker does when it is asked. Each kind shakes hands as it should. */
export const ATTACKS = ["invent", "poison", "collude", "empty", "mute", "slow"] as const;
export type Attack = (typeof ATTACKS)[number];

/** One node of the simulated mesh: what it knows, and whom it is connected to. */
export interface Member {
  readonly index: number;
  readonly id: PeerId;
  readonly table: PeerTable;
  /** ms a packet needs from here to the middle of the network. */
  readonly latencyMs: number;
  /** `undefined` of an honest node. */
  readonly attack: Attack | undefined;
  /** Addresses it was told at its start, which it dials again for ever. */
  readonly bootstraps: PeerId[];
  /** Members it has a connection with that it has dialed, by index. */
  readonly dialed: number[];
  /** And those that have dialed it. */
  readonly accepted: number[];
  alive: boolean;
  /** Half of the network it stands in; connected with the other half unless there is a partition. */
  readonly half: 0 | 1;
  refreshMs: number;
  /** Looks through the mesh at this moment. */
  looking: boolean;
  /** Bootstraps it is connected to again and has not looked through since. */
  returned: PeerId[];
  cancelRefresh: (() => void) | undefined;
}

/** Host number of an address of four bytes; addresses from 11.0.0.0 up, which are public. */
export const indexOf = ({ address }: PeerId): number =>
  (((address[0] as number) - 11) << 24) |
  ((address[1] as number) << 16) |
  ((address[2] as number) << 8) |
  (address[3] as number);

export const addressOf = (index: number): Uint8Array =>
  Uint8Array.of(11 + (index >> 24), (index >> 16) & 255, (index >> 8) & 255, index & 255);

export const connectionsOf = (member: Member): number => member.dialed.length + member.accepted.length;

export const isLinked = (member: Member, index: number): boolean =>
  member.dialed.includes(index) || member.accepted.includes(index);
