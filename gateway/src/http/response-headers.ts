/** Header fields that the configuration adds to responses. */
import type { FastifyInstance } from "fastify";
import type { ResponseHeaders } from "../config/settings.ts";
import { exchangeOf } from "./exchange.ts";

/** What keeps a browser from guessing types, from showing a page inside one of another site, and from telling other sites whole addresses. */
const SECURE = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "SAMEORIGIN",
  "referrer-policy": "strict-origin-when-cross-origin",
};

/** Whether the rules add anything to any response. */
export const addsHeaders = ({ set, secure }: ResponseHeaders): boolean => secure || Object.keys(set).length > 0;

/** @param rules for requests that no route takes */
export function addResponseHeaders(app: FastifyInstance, rules: ResponseHeaders): void {
  app.addHook("onSend", (request, reply, _payload, done) => {
    const { set, secure } = exchangeOf(request.raw).route?.responseHeaders ?? rules;
    for (const [name, value] of secure ? Object.entries(SECURE) : []) {
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
    reply.headers(set);
    done();
  });
}
