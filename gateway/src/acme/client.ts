/** A client of ACME (RFC 8555) that gets a certificate for one domain. */
import type { KeyObject } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { certificateRequest } from "../tls/x509.ts";
import { keyAuthorization, type Signer, signedBody } from "./jws.ts";
import type { Reply, Send } from "./transport.ts";

export type ChallengeKind = "http-01" | "tls-alpn-01";

export interface Challenge {
  readonly kind: ChallengeKind;
  readonly domain: string;
  readonly token: string;
  readonly keyAuthorization: string;
}

/** Shows the CA what it asks for; gives what takes it away again. */
export type Present = (challenge: Challenge) => () => void;

export interface OrderOptions {
  readonly directory: string;
  readonly email: string | undefined;
  readonly accountKey: KeyObject;
  readonly domain: string;
  /** Of the certificate. */
  readonly key: KeyObject;
  /** Those that may be used, the first ones first. */
  readonly kinds: readonly ChallengeKind[];
  readonly present: Present;
  readonly send: Send;
  readonly signal: AbortSignal;
}

/** A nonce may have grown old. */
const MAX_TRIES = 10;
const POLL_MS = 1_000;
const MAX_POLLS = 90;
const MAX_RETRY_AFTER_S = 60;

/** The certificate and its chain, in PEM. Rejects with what the CA says against it. */
export async function order(options: OrderOptions): Promise<string> {
  const { send, directory, email, accountKey, domain, key } = options;
  const urls = jsonOf(expectOk(await send("GET", directory)));
  let nonce: string | undefined;
  let signer: Signer = { key: accountKey };

  const post = async (url: string, payload?: unknown): Promise<Reply> => {
    for (let tries = 1; ; tries += 1) {
      nonce ??= nonceOf(await send("HEAD", textOf(urls, "newNonce")));
      const reply = await send("POST", url, signedBody(signer, url, nonce, payload));
      nonce = nonceOf(reply);
      const stale = reply.status === 400 && reply.text.includes("urn:ietf:params:acme:error:badNonce");
      if (!stale || tries === MAX_TRIES) return expectOk(reply);
    }
  };
  /** Reads until it is settled. */
  const poll = async (url: string, settled: readonly string[]): Promise<Json> => {
    for (let polls = 0; polls < MAX_POLLS; polls += 1) {
      const reply = await post(url);
      const found = jsonOf(reply);
      if (settled.includes(textOf(found, "status"))) return found;
      if (found.status === "invalid") throw new Error(`the CA refuses ${domain}: ${problemOf(found)}`);
      const after = Math.min(Number(reply.headers["retry-after"]) || 0, MAX_RETRY_AFTER_S) * 1_000;
      await wait(after || POLL_MS, undefined, { signal: options.signal });
    }
    throw new Error(`the CA did not decide about ${domain} in time`);
  };

  const contact = email === undefined ? {} : { contact: [`mailto:${email}`] };
  const account = await post(textOf(urls, "newAccount"), { termsOfServiceAgreed: true, ...contact });
  signer = { key: accountKey, account: locationOf(account) };
  const placed = await post(textOf(urls, "newOrder"), { identifiers: [{ type: "dns", value: domain }] });
  const orderUrl = locationOf(placed);
  const { authorizations } = jsonOf(placed);
  for (const url of Array.isArray(authorizations) ? (authorizations as unknown[]) : []) {
    await authorize(String(url), options, post, poll);
  }
  const ready = await poll(orderUrl, ["ready", "valid"]);
  const csr = certificateRequest(key, [domain]).toString("base64url");
  if (ready.status === "ready") await post(textOf(ready, "finalize"), { csr });
  const done = await poll(orderUrl, ["valid"]);
  return (await post(textOf(done, "certificate"))).text;
}

async function authorize(
  url: string,
  { accountKey, domain, kinds, present }: OrderOptions,
  post: (url: string, payload?: unknown) => Promise<Reply>,
  poll: (url: string, settled: readonly string[]) => Promise<Json>,
): Promise<void> {
  const { status, challenges } = jsonOf(await post(url));
  if (status === "valid") return;
  const offered = Array.isArray(challenges) ? (challenges as Json[]) : [];
  const kind = kinds.find((name) => offered.some(({ type }) => type === name));
  const challenge = offered.find(({ type }) => type === kind);
  if (kind === undefined || challenge === undefined) {
    throw new Error(`the CA offers none of ${kinds.join(", ")} for ${domain}`);
  }
  const token = textOf(challenge, "token");
  const remove = present({ kind, domain, token, keyAuthorization: keyAuthorization(accountKey, token) });
  try {
    await post(textOf(challenge, "url"), {});
    await poll(url, ["valid"]);
  } finally {
    remove();
  }
}

type Json = Readonly<Record<string, unknown>>;

function jsonOf({ text }: Reply): Json {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) throw new Error("the CA answered with no object");
  return value as Json;
}

function textOf(value: Json, name: string): string {
  const found = value[name];
  if (typeof found !== "string") throw new Error(`the CA answered without ${name}`);
  return found;
}

function expectOk(reply: Reply): Reply {
  if (reply.status >= 200 && reply.status < 300) return reply;
  throw new Error(`the CA answered ${reply.status}: ${reply.text.slice(0, MAX_SHOWN)}`);
}

const MAX_SHOWN = 500;

/** What the CA has found: in the order, or in one of the challenges. */
function problemOf(value: Json): string {
  const places = [value, ...(Array.isArray(value.challenges) ? (value.challenges as Json[]) : [])];
  const found = places.flatMap(({ error }) => (typeof error === "object" && error !== null ? [error as Json] : []));
  return (found.map(({ detail }) => String(detail)).join(" ") || "it does not say why").slice(0, MAX_SHOWN);
}

const headerOf = ({ headers }: Reply, name: string): string => {
  const value = headers[name];
  if (typeof value !== "string") throw new Error(`the CA answered without ${name}`);
  return value;
};
const nonceOf = (reply: Reply): string => headerOf(reply, "replay-nonce");
const locationOf = (reply: Reply): string => headerOf(reply, "location");
