/** Makes every file of the package from nothing but this folder and vectors/captured. */
import { z } from "zod";
import { hex, utf8 } from "./bytes.ts";
import { canonical } from "./canonical.ts";
import { sha256 } from "./primitives.ts";
import { fileSchema } from "./schema.ts";
import { FORMAT, SPEC_REVISION, type Suite } from "./suite.ts";
import { address } from "./suites/address.ts";
import { calls } from "./suites/calls.ts";
import { choice } from "./suites/choice.ts";
import { data } from "./suites/data.ts";
import { distance } from "./suites/distance.ts";
import { findNode } from "./suites/find-node.ts";
import { frame } from "./suites/frame.ts";
import { greeting } from "./suites/greeting.ts";
import { grpc } from "./suites/grpc.ts";
import { grpcSchema } from "./suites/grpc-schema.ts";
import { handshake } from "./suites/handshake.ts";
import { headers } from "./suites/headers.ts";
import { http } from "./suites/http.ts";
import { keyExchange } from "./suites/key-exchange.ts";
import { messages } from "./suites/message.ts";
import { peerId } from "./suites/peer-id.ts";
import { serviceRequest, serviceResponse } from "./suites/service.ts";
import { signature } from "./suites/signature.ts";
import { stream } from "./suites/stream.ts";
import { table } from "./suites/table.ts";
import { captured, conversations } from "./suites/transcript.ts";
import { websocket } from "./suites/websocket.ts";
import type { VectorIndex } from "./types.ts";

const CAPTURED = ["go-dials-go", "go-dials-npm", "npm-dials-go", "npm-service-dials-go-gateway"];

function suites(): Suite[] {
  return [
    keyExchange(),
    frame(),
    messages(),
    peerId(),
    handshake(),
    signature(),
    greeting(),
    serviceRequest(),
    serviceResponse(),
    data(),
    findNode(),
    headers(),
    calls(),
    choice(),
    stream(),
    distance(),
    table(),
    address(),
    conversations(),
    ...CAPTURED.map(captured),
    http(),
    websocket(),
    grpc(),
    grpcSchema(),
  ];
}

/** Text of each file by its path in the package, in the order of the index. Throws when a file does not fit the schema. */
export function generate(): Map<string, string> {
  const files = new Map<string, string>();
  const entries: VectorIndex["files"][number][] = [];
  for (const suite of suites()) {
    const file = suite.file();
    const parsed = fileSchema.safeParse(file);
    if (!parsed.success) throw new Error(`${suite.path}: ${z.prettifyError(parsed.error)}`);
    const text = canonical(file);
    files.set(suite.path, text);
    entries.push({
      path: suite.path,
      suite: suite.name,
      sha256: hex(sha256(utf8(text))),
      numberOfTests: file.numberOfTests,
    });
  }
  const index: VectorIndex = {
    format: FORMAT,
    spec: { revision: SPEC_REVISION },
    numberOfTests: entries.reduce((sum, { numberOfTests }) => sum + numberOfTests, 0),
    files: entries,
  };
  files.set("index.json", canonical(index));
  files.set("schema/vectors.schema.json", canonical(z.toJSONSchema(fileSchema, { reused: "ref" })));
  return files;
}
