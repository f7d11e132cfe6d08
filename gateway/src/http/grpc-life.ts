/** How long a gRPC call goes on: until its service has answered, its client has gone, its deadline has passed or it broke a rule. */
import { Canceller, type Response } from "flatend";
import { HttpFault } from "./fault.ts";
import { GrpcMessages } from "./grpc-request.ts";

/** ms in which a service may end its response to a call that is over; then the call breaks off as the mesh has it. */
const LAST_WORDS_MS = 10_000;

/** Made once: the stack of an error made for each request would cost more than the rest of its end. */
const CLIENT_GONE = new Error("the client has gone");

export class GrpcLife {
  /** The request half of the call, which ends with it. */
  readonly messages = new GrpcMessages();
  /** Ends the call of the mesh. */
  readonly canceller = new Canceller();
  /** Is told that the call is over while the service answers, and why if anybody is to be told. */
  onOver: (fault: HttpFault | undefined) => void = () => {};
  #fault: HttpFault | undefined;
  #over = false;
  #isSettled = false;
  #lastWords: NodeJS.Timeout | undefined;
  #response: Response | undefined;
  readonly #deadline: NodeJS.Timeout | undefined;
  #giveUp: (error: Error) => void = () => {};
  /** Rejects where the call is over before its service has answered. */
  readonly #ended = new Promise<never>((_, reject) => {
    this.#giveUp = reject;
  });

  /** @param timeoutMs until the client's deadline */
  constructor(timeoutMs: number | undefined) {
    this.#ended.catch(() => {});
    if (timeoutMs === undefined) return;
    const passed = (): void => this.end(new HttpFault(504, "the deadline has passed"));
    this.#deadline = setTimeout(passed, Math.ceil(timeoutMs));
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Why the gateway has ended it. */
  get fault(): HttpFault | undefined {
    return this.#fault;
  }

  /** The response, if it comes before the call is over; one that comes later is discarded. */
  first(calling: Promise<Response>): Promise<Response> {
    const answered = calling.then((response) => {
      this.#response = response;
      response.once("close", () => this.#settled());
      if (this.#over) response.resume();
      return response;
    });
    answered.catch(() => this.#settled());
    return Promise.race([answered, this.#ended]);
  }

  /** The same of something else that is waited for. */
  unlessOver<T>(waiting: Promise<T>): Promise<T> {
    return Promise.race([waiting, this.#ended]);
  }

  /** The call is over: the service is told by the end of the request half. Without a fault where nobody is to be told why. */
  end(fault?: HttpFault): void {
    if (this.#over) return;
    this.#over = true;
    this.#fault = fault;
    clearTimeout(this.#deadline);
    this.messages.finish();
    this.#giveUp(fault ?? CLIENT_GONE);
    this.onOver(fault);
    this.#response?.resume();
    if (this.#isSettled) return;
    // Nobody was asked yet, and nobody is to be.
    if (!this.messages.isWanted) this.canceller.cancel(CLIENT_GONE);
    else this.#lastWords = setTimeout(() => this.canceller.cancel(CLIENT_GONE), LAST_WORDS_MS);
  }

  #settled(): void {
    this.#isSettled = true;
    clearTimeout(this.#lastWords);
  }
}
