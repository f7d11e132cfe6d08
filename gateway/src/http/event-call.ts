/** The call behind a stream of events, which goes on until its client leaves: the open request half tells the service when that is (FLT-GWY-068). */
import { PassThrough, type Readable } from "node:stream";
import type { Canceller, Response } from "flatend";

/** ms in which a service may end its response to a client that has gone; then the call breaks off as the mesh has it. */
const LAST_WORDS_MS = 10_000;

/** Made once: the stack of an error made for each request would cost more than the rest of its end. */
const CLIENT_GONE = new Error("the client has gone");

export class EventCall {
  /** The request half: nothing, until the call is over. */
  readonly body: AsyncIterable<never> = {
    [Symbol.asyncIterator]: () => ({ next: () => this.#next() }),
  };
  readonly #canceller: Canceller;
  readonly #over: Promise<void>;
  #end!: () => void;
  /** Whether a provider was asked, and waits for the end of the request half. */
  #isAsked = false;
  #hasLeft = false;
  #response: Response | undefined;
  #lastWords: NodeJS.Timeout | undefined;

  constructor(canceller: Canceller) {
    this.#canceller = canceller;
    this.#over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** The service has answered. */
  answered(response: Response): void {
    this.#response = response;
    response.once("close", () => {
      clearTimeout(this.#lastWords);
      this.#end();
    });
    if (this.#hasLeft) response.resume();
  }

  /** What is sent to the client, which may end before the response does. */
  events(response: Response): Readable {
    const events = new PassThrough();
    response.once("error", (error) => events.destroy(error));
    events.once("close", () => response.unpipe(events).resume());
    return response.pipe(events);
  }

  /** Nobody wants what the service still says. */
  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#end();
    this.#response?.resume();
    if (this.#response?.closed === true) return;
    const breakOff = (): void => this.#canceller.cancel(CLIENT_GONE);
    if (this.#isAsked) this.#lastWords = setTimeout(breakOff, LAST_WORDS_MS);
    else breakOff();
  }

  async #next(): Promise<IteratorReturnResult<undefined>> {
    this.#isAsked = true;
    await this.#over;
    return { done: true, value: undefined };
  }
}
