/** ms of each unit. */
const UNITS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
};

/** The field `grpc-timeout` in ms, which may be a fraction; `undefined` where it is malformed (FLT-GWY-186). */
export function readGrpcTimeout(text: string): number | undefined {
  const [, digits, unit] = /^([0-9]{1,8})([HMSmun])$/.exec(text) ?? [];
  return digits === undefined || unit === undefined ? undefined : Number(digits) * (UNITS[unit] as number);
}
