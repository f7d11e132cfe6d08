// Writes conformance/schema/report.schema.json, the published form of the report; part of `npm run spec`.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { reportJsonSchema } from "./schema.ts";

const path = fileURLToPath(new URL("../../schema/report.schema.json", import.meta.url));
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, reportJsonSchema());
console.log("wrote conformance/schema/report.schema.json");
