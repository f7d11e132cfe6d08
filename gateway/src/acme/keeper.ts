/** Keeps a certificate for each domain: from the folder, from the CA, and anew before it ends. */
import { createHash, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import type { AutomaticCertificates } from "../tls/automatic.ts";
import { newKey, pemOfKey, selfSigned } from "../tls/x509.ts";
import { type Challenge, type ChallengeKind, order } from "./client.ts";
import { Storage, type StoredCertificate } from "./storage.ts";
import { sender } from "./transport.ts";

export interface KeeperOptions {
  readonly domains: readonly string[];
  readonly directory: string;
  readonly email: string | undefined;
  /** Root of the CA's own server, in PEM, where Node does not know it. */
  readonly ca: string | undefined;
  readonly folder: string;
  /** Part of a certificate's lifetime after which it is renewed. */
  readonly renewAt: number;
  readonly challenges: readonly ChallengeKind[];
  readonly log: (message: string, level?: "warn") => void;
  /** ms before a CA that has refused is asked again: the first time, and at most. */
  readonly retryMs?: readonly [number, number];
}

/** ms; a certificate that another gateway has stored is seen within it. */
const CHECK_MS = 3_600_000;
const RETRY_MS = [60_000, 3_600_000] as const;
/** ms after which a domain is looked at again that another gateway asks for. */
const LOCKED_MS = 15_000;
/** Part of a wait that is left to chance, so that not all ask at one moment. */
const JITTER = 0.1;

interface Kept {
  readonly context: SecureContext;
  readonly cert: string;
  /** When to renew it, in ms since 1970. */
  readonly due: number;
}

export class Keeper implements AutomaticCertificates {
  readonly #options: KeeperOptions;
  readonly #storage: Storage;
  readonly #kept = new Map<string, Kept>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  readonly #overTls = new Map<string, SecureContext>();
  readonly #overHttp = new Map<string, string>();
  readonly #ending = new AbortController();

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#storage = new Storage(options.folder);
  }

  contextFor = (domain: string): SecureContext | undefined => this.#kept.get(domain)?.context;
  certificateFor = (domain: string): string | undefined => this.#kept.get(domain)?.cert;
  isAskedOverTls = (): boolean => this.#overTls.size > 0;
  answerOverTls = (domain: string): SecureContext | undefined => this.#overTls.get(domain);
  answerOverHttp = (token: string): string | undefined => this.#overHttp.get(token);

  /** Takes what is in the folder. Rejects when the folder cannot be read. */
  async load(): Promise<void> {
    for (const domain of this.#options.domains) await this.#take(domain);
  }

  /** Begins to ask the CA for what is missing or old. A CA that asks back has to be answered by then. */
  start(): void {
    for (const domain of this.#options.domains) this.#look(domain, 0);
  }

  /** Ends what runs; an order that is begun is given up. */
  async close(): Promise<void> {
    this.#ending.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  #look(domain: string, ms: number): void {
    if (this.#ending.signal.aborted) return;
    const timer = setTimeout(() => {
      const running = this.#check(domain).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }, ms);
    this.#timers.set(domain, timer.unref());
  }

  async #check(domain: string): Promise<void> {
    try {
      await this.#take(domain);
      const left = (this.#kept.get(domain)?.due ?? 0) - Date.now();
      if (left <= 0 && !(await this.#renew(domain))) return this.#look(domain, LOCKED_MS);
      this.#failures.delete(domain);
      const due = (this.#kept.get(domain)?.due ?? 0) - Date.now();
      this.#look(domain, Math.min(Math.max(due, 0), CHECK_MS));
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      const failures = (this.#failures.get(domain) ?? 0) + 1;
      this.#failures.set(domain, failures);
      const [first, most] = this.#options.retryMs ?? RETRY_MS;
      const ms = jittered(Math.min(first * 2 ** (failures - 1), most));
      const serving = this.#kept.has(domain) ? "; the old one goes on serving" : "";
      const again = `trying again in ${Math.ceil(ms / 1000)} s`;
      this.#options.log(`No certificate for '${domain}': ${(error as Error).message}; ${again}${serving}.`, "warn");
      this.#look(domain, ms);
    }
  }

  async #take(domain: string): Promise<void> {
    const stored = await this.#storage.load(domain);
    if (stored !== undefined && stored.cert !== this.#kept.get(domain)?.cert) this.#use(domain, stored);
  }

  #use(domain: string, { cert, key }: StoredCertificate): void {
    const { validFrom, validTo } = new X509Certificate(cert);
    const from = Date.parse(validFrom);
    const life = Date.parse(validTo) - from;
    // New handshakes get it; connections that are open keep theirs.
    const context = createSecureContext({ cert, key, minVersion: "TLSv1.2" });
    this.#kept.set(domain, { context, cert, due: from + this.#options.renewAt * life * (1 - JITTER * Math.random()) });
  }

  /** False while another gateway is at it. */
  async #renew(domain: string): Promise<boolean> {
    const release = await this.#storage.lock(domain);
    if (release === undefined) return false;
    try {
      const { directory, email, ca, challenges, log } = this.#options;
      const { signal } = this.#ending;
      const key = newKey();
      // A way that has failed is followed by the next one.
      const turn = (this.#failures.get(domain) ?? 0) % challenges.length;
      const kinds = [...challenges.slice(turn), ...challenges.slice(0, turn)];
      const accountKey = await this.#storage.accountKey();
      const present = (challenge: Challenge) => this.#present(challenge);
      const send = sender(ca, signal);
      const cert = await order({ directory, email, accountKey, domain, key, kinds, present, send, signal });
      const stored = { cert, key: pemOfKey(key) };
      await this.#storage.save(domain, stored);
      this.#use(domain, stored);
      log(`New certificate for '${domain}', valid until ${new X509Certificate(cert).validTo}.`);
      return true;
    } finally {
      await release();
    }
  }

  #present({ kind, domain, token, keyAuthorization }: Challenge): () => void {
    if (kind === "http-01") {
      this.#overHttp.set(token, keyAuthorization);
      return () => this.#overHttp.delete(token);
    }
    const key = newKey();
    const cert = selfSigned(key, [domain], createHash("sha256").update(keyAuthorization).digest());
    this.#overTls.set(domain, createSecureContext({ cert, key: pemOfKey(key) }));
    return () => this.#overTls.delete(domain);
  }
}

const jittered = (ms: number): number => ms * (1 + JITTER * Math.random());
