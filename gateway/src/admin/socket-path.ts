/** Where a running gateway can be attached to, by its user alone. */
import { createHash } from "node:crypto";
import { mkdir, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { dirname, resolve } from "node:path";

/** Bytes that every system takes for the name of a socket. */
const MAX_PATH = 103;
const OTHERS = 0o077;
const OWNER_ONLY = 0o700;

/** The name to listen on and to connect to: the path itself, or a pipe that stands for it on Windows. */
export function socketName(folder: string, path: string): string {
  const whole = resolve(folder, path);
  if (process.platform !== "win32") return whole;
  const digest = createHash("sha256").update(whole.toLowerCase()).digest("hex");
  return `\\\\.\\pipe\\flatend-gateway-${digest}`;
}

/** Makes the folder of a socket and takes away one that nobody listens on any more. Rejects where others could enter the folder, or somebody listens. */
export async function prepareSocket(name: string): Promise<void> {
  if (process.platform === "win32") return;
  if (Buffer.byteLength(name) > MAX_PATH)
    throw new Error(`admin.socket: expected a path of at most ${MAX_PATH} bytes, got ${name}`);
  const folder = dirname(name);
  await mkdir(folder, { recursive: true, mode: OWNER_ONLY });
  const { mode, uid } = await stat(folder);
  if ((mode & OTHERS) !== 0 || uid !== process.getuid?.()) {
    throw new Error(`admin.socket: expected a folder that only its owner may enter (chmod 700), got ${folder}`);
  }
  if (!(await exists(name))) return;
  if (await isListenedOn(name)) throw new Error(`admin.socket: another gateway listens on ${name}`);
  await rm(name);
}

/** What is no socket is not ours to remove. */
async function exists(name: string): Promise<boolean> {
  const found = await stat(name).catch(() => undefined);
  if (found !== undefined && !found.isSocket())
    throw new Error(`admin.socket: expected a socket or nothing at ${name}`);
  return found !== undefined;
}

const isListenedOn = (name: string): Promise<boolean> =>
  new Promise((settle) => {
    const socket = connect(name);
    socket.once("connect", () => {
      socket.destroy();
      settle(true);
    });
    socket.once("error", () => settle(false));
  });
