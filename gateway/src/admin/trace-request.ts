/** Makes a request and tells what became of it. */
import type { Listening } from "../http/server.ts";
import { CommandError } from "./command-error.ts";
import type { CommandContext } from "./commands.ts";
import { requestOwn } from "./own-request.ts";

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/** Operands are a method and a path, or a URL whose port names the server; the first server where there is only a path. */
export async function traceRequest(context: CommandContext, operands: readonly string[]) {
  const [target = "", method = "GET"] = [...operands].reverse();
  const { listening, host, path } = target.startsWith("/") ? firstServer(context, target) : named(context, target);
  const trace = context.traces.begin();
  let head = 0;
  try {
    const request = { method: method.toUpperCase(), target: path, host, traceparent: trace.traceparent };
    const answer = await requestOwn(listening, request, () => {
      head = trace.elapsed();
    });
    const total = trace.elapsed();
    const ended = await trace.ended();
    return {
      route: ended?.route?.text ?? null,
      services: ended?.route?.services ?? [],
      static: ended?.route?.static?.file ?? null,
      request_id: ended?.id ?? null,
      calls: trace.calls,
      ...answer,
      head_ms: head,
      total_ms: total,
    };
  } finally {
    trace.end();
  }
}

interface Aim {
  readonly listening: Listening;
  readonly host: string;
  readonly path: string;
}

function firstServer({ servers, settings }: CommandContext, path: string): Aim {
  const [listening] = servers.addresses;
  if (listening === undefined) throw new CommandError("failed", "expected a server in the configuration, got none");
  const [domain] = settings().servers[0]?.tls?.domains ?? [];
  return { listening, host: domain ?? "localhost", path };
}

function named({ servers }: CommandContext, text: string): Aim {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const standard = DEFAULT_PORTS[url?.protocol ?? ""];
  if (url === undefined || standard === undefined)
    throw new CommandError("usage", `expected a path that begins with /, or a URL of http or https, got ${text}`);
  const port = url.port === "" ? standard : Number(url.port);
  const listening = servers.addresses.find((one) => one.port === port);
  if (listening === undefined) throw new CommandError("failed", `expected the port of a server, got ${port}`);
  return { listening, host: url.host, path: `${url.pathname}${url.search}` };
}
