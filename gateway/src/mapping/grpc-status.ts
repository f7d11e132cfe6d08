/** Codes of gRPC, and what statuses of HTTP are among them. */

export const GRPC_CODES = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** How a call ends. */
export interface GrpcStatus {
  readonly code: number;
  readonly message: string;
}

const { INTERNAL, UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED, UNAVAILABLE } = GRPC_CODES;
const { DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNKNOWN } = GRPC_CODES;

/** As gRPC maps them (http-grpc-status-mapping). */
const OF_SERVICES: ReadonlyMap<number, number> = new Map([
  [400, INTERNAL],
  [401, UNAUTHENTICATED],
  [403, PERMISSION_DENIED],
  [404, UNIMPLEMENTED],
  [429, UNAVAILABLE],
  [502, UNAVAILABLE],
  [503, UNAVAILABLE],
  [504, UNAVAILABLE],
]);

/** A gateway knows more of what it answers itself. */
const OWN: ReadonlyMap<number, number> = new Map([
  [400, INTERNAL],
  [408, DEADLINE_EXCEEDED],
  [413, RESOURCE_EXHAUSTED],
  [429, RESOURCE_EXHAUSTED],
  [431, RESOURCE_EXHAUSTED],
  [500, INTERNAL],
  [502, UNAVAILABLE],
  [503, UNAVAILABLE],
  [504, DEADLINE_EXCEEDED],
]);

/** For a status with which a service has answered that speaks no gRPC (FLT-GWY-188). */
export const codeOfService = (status: number): number => OF_SERVICES.get(status) ?? UNKNOWN;

/** For a status that the gateway would answer with on other routes (FLT-GWY-193). */
export const codeOfGateway = (status: number): number => OWN.get(status) ?? UNKNOWN;
