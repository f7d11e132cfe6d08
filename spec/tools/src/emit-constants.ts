/** Writes the registry's constants as TypeScript for the reference codec. */
import type { Constants } from "./tables.ts";

export function emitConstants(table: Constants): string {
  const parts = ["// Generated from spec/tables/constants.json by `npm run spec`. Do not edit.\n"];
  for (const { name, value, unit, meaning } of table.constants) {
    parts.push(
      `/** ${meaning[0]?.toUpperCase()}${meaning.slice(1)}${unit === "" ? "" : `, in ${unit}`}. */\nexport const ${name} = ${literal(value)};\n`,
    );
  }
  return parts.join("\n");
}

/** 1048576 as 1_048_576, as people group digits. */
function literal(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, "_");
}
