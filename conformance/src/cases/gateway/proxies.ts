import { type CaseText, chapter } from "../../case.ts";
import {
  type called,
  expectCall,
  expectHttp,
  get,
  httpDial,
  httpSend,
  provide,
  respond,
  type Step,
  succeeds,
} from "../../steps/index.ts";

type Has = NonNullable<NonNullable<Parameters<typeof called>[0]>["has"]>;

const CLIENT = "203.0.113.7";
/** What a client says of itself, in the hope that a proxy passes it on. */
const MADE_UP = "198.51.100.66";
const NOT_MADE_UP = { matches: `^(?!${MADE_UP.replaceAll(".", "\\.")}$)` };
const OF_ANY_ADDRESS = { matches: "^(?:\\d+\\.\\d+\\.\\d+\\.\\d+|[0-9a-f:]+)$" };

/** What the service reads of a request that a trusted proxy sends: the kit itself. */
const reads = (requires: CaseText["requires"], why: string, has: Has, ...lines: readonly string[]): CaseText => {
  const control: Step[] = [
    ...provide(["kit-get"]),
    httpDial("bounded"),
    httpSend(get("/get", ...lines)),
    expectCall({ has }).as("asked"),
    ...respond("well"),
    expectHttp(200),
  ];
  return { requires, why, control, expect: succeeds(), needs: "bounded" };
};

export default chapter(
  "gateway/proxies",
  {
    "who-asks": reads(
      ["FLT-GWY-052"],
      "Behind a proxy all clients have one address, and one of them spends the limit of all.",
      { ":remote-address": CLIENT },
      `x-forwarded-for: ${CLIENT}`,
    ),
    "over-what": reads(
      ["FLT-GWY-052"],
      "A service that is told that it was asked without TLS sends its client to where it has come from.",
      { ":scheme": "https" },
      "x-forwarded-proto: https",
    ),
    "what-a-client-says-before": reads(
      ["FLT-GWY-048"],
      "A proxy writes what it sees behind what its client has said: whoever believes the first word lets clients choose their address.",
      { ":remote-address": NOT_MADE_UP },
      `x-forwarded-for: ${MADE_UP}, ${CLIENT}`,
    ),
    "what-a-client-says-in-a-field-of-its-own": reads(
      ["FLT-GWY-048"],
      "Some proxies add a field, and do not touch the one that was there.",
      { ":remote-address": NOT_MADE_UP },
      `x-forwarded-for: ${MADE_UP}`,
      `x-forwarded-for: ${CLIENT}`,
    ),
    "what-the-proxy-says-behind": reads(
      ["FLT-GWY-052"],
      "The last word is that of the proxy.",
      { ":remote-address": CLIENT, ":scheme": "https" },
      `x-forwarded-for: ${MADE_UP}, ${CLIENT}`,
      "x-forwarded-proto: http, https",
    ),
    "what-the-proxy-says-in-a-field-of-its-own": reads(
      ["FLT-GWY-052"],
      "Fields of one name are one list, in whatever way they were sent.",
      { ":remote-address": CLIENT },
      `x-forwarded-for: ${MADE_UP}`,
      `x-forwarded-for: ${CLIENT}`,
    ),
    "one-proxy-behind-another": reads(
      ["FLT-GWY-052"],
      "The address of a proxy is that of nobody who asks.",
      { ":remote-address": CLIENT },
      `x-forwarded-for: ${MADE_UP}, ${CLIENT}, 127.0.0.1`,
    ),
    "what-is-no-address": reads(
      ["FLT-GWY-048"],
      "Proxies write `unknown` and the like, and services look addresses up.",
      { ":remote-address": OF_ANY_ADDRESS },
      "x-forwarded-for: unknown",
    ),
    "a-mapped-address": reads(
      ["FLT-GWY-049"],
      "A proxy that listens on IPv6 writes every address of IPv4 so.",
      { ":remote-address": { matches: "^(?!::ffff:)" } },
      `x-forwarded-for: ::ffff:${CLIENT}`,
    ),
  },
  "gateway",
);
