/** A page in a real browser, driven by its DevTools protocol. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";
import WebSocket from "ws";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** What CHROME_PATH names, or the path of a Chromium on the PATH, if there is one. */
export function findChromium(): string | undefined {
  const named = process.env.CHROME_PATH;
  if (named !== undefined && named !== "") return named;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Page {
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/** @param more options of its command line */
export async function openPage(chromium: string, url: string, more: readonly string[] = []): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), "flatend-browser-"));
  const options = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    // It is to speak with the gateway and nobody else.
    "--no-first-run",
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--remote-debugging-port=0",
    ...more,
  ];
  const browser = spawn(chromium, [...options, `--user-data-dir=${profile}`, url], {
    stdio: ["ignore", "ignore", "pipe"],
    detached: process.platform !== "win32",
  });
  // That is once nobody writes to its output any more, its helpers neither.
  const ended = new Promise<void>((resolve) => browser.once("close", () => resolve()));
  const close = async (): Promise<void> => {
    killAll(browser);
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  try {
    const port = await portOf(browser.stderr);
    const connection = new WebSocket(await pageAt(browser, port, url));
    await once(connection, "open");
    return { evaluate: evaluator(connection), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Its helpers outlive a browser that is killed, and write into its profile. */
function killAll(browser: ChildProcess): void {
  try {
    if (process.platform === "win32" || browser.pid === undefined) browser.kill("SIGKILL");
    else process.kill(-browser.pid, "SIGKILL");
  } catch {
    // All have ended.
  }
}

function portOf(output: Readable): Promise<string> {
  let text = "";
  return new Promise((resolve, reject) => {
    // It is read to its end: a browser that has more to say must not find nobody there.
    output.on("data", (piece) => {
      text += String(piece);
      const port = /DevTools listening on ws:\/\/[^:]+:(\d+)\//.exec(text)?.[1];
      if (port !== undefined) resolve(port);
    });
    output.once("close", () => reject(new Error(`the browser ended:\n${text}`)));
  });
}

interface Target {
  readonly url: string;
  readonly webSocketDebuggerUrl: string;
}

/** Where the page is debugged. On a busy machine the browser may not answer at first. */
async function pageAt(browser: ChildProcess, port: string, url: string): Promise<string> {
  for (;;) {
    const targets = await fetch(`http://127.0.0.1:${port}/json`)
      .then((response) => response.json() as Promise<Target[]>)
      .catch((error: unknown) => {
        if (browser.exitCode !== null || browser.signalCode !== null) {
          throw new Error(`the browser ended: ${browser.exitCode ?? browser.signalCode}`, { cause: error });
        }
        return [];
      });
    const found = targets.find((target) => target.url === url);
    if (found !== undefined) return found.webSocketDebuggerUrl;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

interface Reply {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

function evaluator(connection: WebSocket): Page["evaluate"] {
  let calls = 0;
  return (expression) =>
    new Promise((resolve) => {
      const id = ++calls;
      const onMessage = (data: WebSocket.RawData): void => {
        const reply = JSON.parse(data.toString()) as Reply;
        if (reply.id !== id) return;
        connection.off("message", onMessage);
        resolve(reply.result?.result?.value);
      };
      connection.on("message", onMessage);
      connection.send(JSON.stringify({ id, method: "Runtime.evaluate", params: { expression, returnByValue: true } }));
    });
}
