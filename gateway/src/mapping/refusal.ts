/** What is wrong with a head. The first group is the client's fault, the second the service's. */
export type RefusalKind =
  | "BAD_METHOD"
  | "BAD_FIELD"
  | "BAD_FRAMING"
  | "BAD_HOST"
  | "BAD_TARGET"
  | "TOO_LARGE"
  | "BAD_STATUS"
  | "BAD_VALUE";

const STATUS: Readonly<Record<RefusalKind, number>> = {
  BAD_METHOD: 400,
  BAD_FIELD: 400,
  BAD_FRAMING: 400,
  BAD_HOST: 400,
  BAD_TARGET: 400,
  TOO_LARGE: 431,
  BAD_STATUS: 502,
  BAD_VALUE: 502,
};

/** A head that is not passed on. It is returned and never thrown: a client's bad request is no exception. */
export class Refusal {
  readonly kind: RefusalKind;
  /** One sentence for the client. It quotes nothing of the request. */
  readonly reason: string;

  constructor(kind: RefusalKind, reason: string) {
    this.kind = kind;
    this.reason = reason;
  }

  /** The HTTP status to answer with. */
  get status(): number {
    return STATUS[this.kind];
  }

  /** Whether the HTTP/1 connection closes behind the answer, because nobody can say where the next request begins (FLT-GWY-006). */
  get closes(): boolean {
    return this.kind === "BAD_FIELD" || this.kind === "BAD_FRAMING";
  }
}
