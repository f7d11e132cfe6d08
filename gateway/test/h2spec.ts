/** h2spec, which tries a server of HTTP/2 against RFC 9113 and RFC 7541 frame by frame. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { Program } from "./processes.ts";

/** Seconds that h2spec waits for what is to come. */
const PATIENCE = 2;
const LONG_PATIENCE = 10;

export interface Verdict {
  /** By section and number, as h2spec takes them, with its title: `http2/5.1/8 closed: Sends …`. */
  readonly cases: readonly string[];
  readonly failed: readonly string[];
}

export class H2spec {
  readonly #program: string;
  readonly #target: readonly string[];

  /** @param target where, as its command line has it */
  constructor(program: string, target: readonly string[]) {
    this.#program = program;
    this.#target = target;
  }

  /** Runs every case. @param report file of JUnit that is left */
  async all(report: string): Promise<Verdict> {
    rmSync(report, { force: true });
    const printed = await this.#run(["-o", String(PATIENCE), "-j", report]);
    if (!existsSync(report)) throw new Error(`h2spec has left no report:\n${printed}`);
    return readReport(readFileSync(report, "utf8"));
  }

  /** Whether a case passes by itself, on a machine that may be slow. */
  async passes(name: string): Promise<boolean> {
    const [place = ""] = name.split(" ", 1);
    return /\b1 passed\b/.test(await this.#run([place, "-o", String(LONG_PATIENCE)]));
  }

  async #run(args: readonly string[]): Promise<string> {
    const running = new Program([...args, ...this.#target], { command: this.#program });
    await running.ended();
    return running.stdout + running.stderr;
  }
}

/** What a report of JUnit says. Cases of a section are numbered in their order. */
function readReport(xml: string): Verdict {
  const cases: string[] = [];
  const failed: string[] = [];
  const counts = new Map<string, number>();
  for (const [, attributes = "", rest = ""] of xml.matchAll(/<testcase ([^>]*)>(.*?)<\/testcase>/gs)) {
    const section = /package="([^"]*)"/.exec(attributes)?.[1] ?? "";
    const title = /classname="([^"]*)"/.exec(attributes)?.[1] ?? "";
    const number = (counts.get(section) ?? 0) + 1;
    counts.set(section, number);
    const name = `${section}/${number} ${title.replaceAll("&#34;", '"')}`;
    cases.push(name);
    if (rest.trim() !== "") failed.push(name);
  }
  return { cases, failed };
}
