import type { WebSocket } from "ws";
import type { Upgrade } from "./upgradable.ts";

export interface WatchRules {
  /** ms in which a client takes nothing of what is ready; 0 is no limit. */
  readonly writeStallMs: number;
  /** ms of silence after which a client is asked whether it is there; 0 never asks. */
  readonly pingMs: number;
}

/** Gives up a client that takes nothing of what is ready, or from which nothing comes although it was asked. */
export function watchSocket(socket: WebSocket, upgrade: Upgrade, { writeStallMs, pingMs }: WatchRules): void {
  const { socket: connection } = upgrade;
  if (writeStallMs > 0) {
    connection.on("timeout", () => {
      if (connection.writableLength > 0) socket.terminate();
      else connection.setTimeout(writeStallMs);
    });
    connection.setTimeout(writeStallMs);
  }
  if (pingMs === 0) return;
  let read = -1;
  let asked = false;
  const timer = setInterval(() => {
    // Of a connection that is not read, or whose ping waits behind other bytes, silence says nothing.
    const received = upgrade.received();
    const silent = received === read && !socket.isPaused && connection.writableLength === 0;
    read = received;
    if (silent && asked) {
      socket.terminate();
      return;
    }
    asked = silent;
    if (silent) socket.ping();
  }, pingMs);
  socket.once("close", () => clearInterval(timer));
}
