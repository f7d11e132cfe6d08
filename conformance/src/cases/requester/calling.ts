import {
  byHand,
  dial,
  end,
  exchangeKeys,
  expectReply,
  keyedAs,
  on,
  request,
  type Step,
  send,
} from "../../steps/index.ts";

/** The stream on which the kit asks the target's `call` to call. */
export const CALL = 11;

/** A connection of the kit that offers services and answers the target's requests by hand. */
export const providing = (connection: string, services: readonly string[]): Step[] =>
  on(
    connection,
    dial(),
    exchangeKeys(),
    byHand(),
    send({ packet: "handshake", identity: keyedAs(connection), services }),
    expectReply("handshake"),
  );

/** Asks the target to call, with what it is to send along; the request body stays open. */
export const call = (
  services: string,
  headers: readonly (readonly [string, string])[] = [],
  timeout = 5000,
  stream = CALL,
): Step => send(request("call", [["services", services], ["timeout", `${timeout}`], ...headers], stream));

/** The same with an empty body. */
export const callEmpty = (services: string, timeout = 5000, stream = CALL): Step[] => [
  call(services, [], timeout, stream),
  send(end(stream)),
];
