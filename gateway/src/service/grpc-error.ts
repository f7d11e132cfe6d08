import { GRPC_CODES } from "../mapping/index.ts";

/** How a call fails. Thrown by a method it becomes the call's status, and is no fault of the program. */
export class GrpcError extends Error {
  override readonly name = "GrpcError";
  /** 1 to 999; those of gRPC are {@link Code}. */
  readonly code: number;

  /** Throws a RangeError for a code that is none. @param message what the client is told */
  constructor(code: number, message = "") {
    super(message);
    if (!Number.isInteger(code) || code < 1 || code > 999) {
      throw new RangeError(`code: expected 1 to 999, got ${code}`);
    }
    this.code = code;
  }
}

/** What has gone wrong, as gRPC numbers it; 0 is success. */
export const Code = GRPC_CODES;
