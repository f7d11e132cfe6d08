/** `node gateway/dist/config/write.js`: writes what is generated from the schema. */
import { writeFileSync } from "node:fs";
import { jsonSchema, referencePage } from "./page.ts";

writeFileSync(new URL("../../configuration.md", import.meta.url), referencePage());
writeFileSync(new URL("../../config.schema.json", import.meta.url), jsonSchema());
