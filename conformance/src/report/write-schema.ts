// Writes the files of conformance/schema: the published form of the report, and kit.proto as gateways read it; part of `npm run spec`.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { KIT_SCHEMA, kitSchema } from "../targets/kit-schema.ts";
import { reportJsonSchema } from "./schema.ts";

const path = fileURLToPath(new URL("../../schema/report.schema.json", import.meta.url));
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, reportJsonSchema());
writeFileSync(KIT_SCHEMA, kitSchema());
console.log("wrote conformance/schema/report.schema.json, kit.binpb");
