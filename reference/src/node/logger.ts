/**
 * Where a node logs: a logger of pino, or any with these methods. What happened goes into `details`; `message` is one of few constant texts.
 * Bodies, headers and secret keys are never logged (FLT-SEC-003).
 */
export interface Logger {
  /** What is of use to whoever looks for a fault. */
  debug(details: object, message: string): void;
  /** Peers that come and go, addresses that are dialed again. */
  info(details: object, message: string): void;
  /** Handlers that have failed, peers that are not allowed. */
  warn(details: object, message: string): void;
  /** What the event `error` tells. */
  error(details: object, message: string): void;
  /** If it is there, the node logs to a child that has its public key as `node`. */
  child?(bindings: { readonly node: string }): Logger;
}

/** The logger of one node: a child of its user's, where loggers have children. `key` is its public key, `undefined` of an anonymous node. */
export function loggerOf(logger: Logger | undefined, key: string | undefined): Logger | undefined {
  return logger?.child?.({ node: key ?? "anonymous" }) ?? logger;
}
