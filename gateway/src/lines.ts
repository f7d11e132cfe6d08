/** Lines of text for a stream that may be slow, or fail and be another one later. */
import { type Log, MAX_WAITING } from "./log.ts";

/** How long nothing is tried after a fault, in ms. */
const PAUSE_MS = 10_000;

export interface LineStream {
  readonly writable: boolean;
  readonly writableLength: number;
  write(text: string, done: (error?: Error | null) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
}

export interface LinesOptions<Stream extends LineStream> {
  /** What the log calls the stream. */
  readonly name: string;
  readonly log: Log;
  /** Makes another stream for the same lines, some time after one has failed. Without it nothing is written behind a fault. */
  readonly open?: () => Promise<Stream>;
  /** In ms. */
  readonly now?: () => number;
}

/** Writes each line, or counts it where it cannot be written. */
export class Lines<Stream extends LineStream> {
  #stream: Stream;
  readonly #options: LinesOptions<Stream>;
  readonly #now: () => number;
  /** Lines that have been lost since the last one that was written. */
  #dropped = 0;
  /** When the present stream has failed. */
  #failedAt: number | undefined;
  /** Whether the log says of this stream that it has failed, and nothing else since. */
  #isTold = false;
  #opening: Promise<void> | undefined;
  #isReleased = false;

  constructor(stream: Stream, options: LinesOptions<Stream>) {
    this.#stream = stream;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    stream.on("error", this.#onError);
  }

  /** Never waits. */
  write(line: string): void {
    if (this.#isReleased) return;
    if (this.#failedAt !== undefined || !this.#stream.writable) {
      this.#dropped++;
      this.#tryAnother();
      return;
    }
    if (this.#stream.writableLength > MAX_WAITING) {
      this.#dropped++;
      return;
    }
    const dropped = this.#dropped;
    this.#dropped = 0;
    const gap = dropped > 0 ? `${JSON.stringify({ time: new Date().toISOString(), dropped })}\n` : "";
    // The last line before a fault may be there in part.
    this.#stream.write(`${this.#isTold ? "\n" : ""}${gap}${line}\n`, (error) => {
      if (error) this.#dropped += dropped + 1;
      else if (this.#isTold) {
        this.#isTold = false;
        this.#options.log(`The access log is written to ${this.#options.name} again.`);
      }
    });
  }

  /** The stream of now, whose errors are not heard any more. */
  async release(): Promise<Stream> {
    this.#isReleased = true;
    await this.#opening;
    this.#stream.off("error", this.#onError);
    return this.#stream;
  }

  readonly #onError = (error: Error): void => {
    this.#failedAt ??= this.#now();
    if (this.#isTold) return;
    this.#isTold = true;
    this.#options.log(`The access log cannot be written to ${this.#options.name}: ${error.message}`, "warn");
  };

  #tryAnother(): void {
    const { open } = this.#options;
    if (open === undefined || this.#opening !== undefined) return;
    if (this.#failedAt === undefined || this.#now() < this.#failedAt + PAUSE_MS) return;
    this.#opening = open()
      .then(
        (stream) => {
          this.#stream.off("error", this.#onError);
          this.#stream = stream;
          stream.on("error", this.#onError);
          this.#failedAt = undefined;
        },
        () => {
          this.#failedAt = this.#now();
        },
      )
      .finally(() => {
        this.#opening = undefined;
      });
  }
}
