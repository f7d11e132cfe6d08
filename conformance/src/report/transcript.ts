import { type Field, readMessage } from "../probe/decode.ts";
import type { TranscriptEvent } from "../probe/transcript.ts";

const hex = (bytes: Uint8Array, limit: number): string => {
  const text = Buffer.from(bytes.subarray(0, limit)).toString("hex");
  return bytes.length > limit ? `${text}… ${bytes.length} bytes` : text;
};

/** Longest list of fields shown for one message; a Handshake with many services has more. */
const MAX_FIELDS = 24;

/** One event with the fields of its message, each with its offset in the plaintext. */
export function renderEvent(event: TranscriptEvent): string[] {
  if (event.direction === "-") return [`${time(event.at)}     ${event.what}`];
  const connection = event.connection === "main" ? "" : `[${event.connection}] `;
  const lines = [`${time(event.at)}  ${event.direction}  ${connection}${event.what}`];
  const indent = " ".repeat(15);
  if (event.wire !== undefined && event.plaintext === undefined) lines.push(`${indent}${hex(event.wire, 48)}`);
  if (event.plaintext !== undefined) {
    if (event.wire !== undefined)
      lines.push(
        `${indent}frame ${hex(event.wire, 12)}, ${event.wire.length} bytes; plaintext ${event.plaintext.length} bytes`,
      );
    // The probe's own messages are read only for whoever looks at them.
    const fields = event.fields ?? fieldsOf(event.plaintext, event.reply);
    for (const field of fields.slice(0, MAX_FIELDS)) {
      const bytes = event.plaintext.subarray(field.offset, field.offset + field.length);
      lines.push(
        `${indent}${String(field.offset).padStart(4)}  ${field.name} = ${field.value}${field.value === Buffer.from(bytes).toString("hex") ? "" : `  (${hex(bytes, 12)})`}`,
      );
    }
    if (fields.length > MAX_FIELDS) lines.push(`${indent}      … ${fields.length - MAX_FIELDS} more fields`);
    if (fields.length === 0 && event.plaintext.length > 0) lines.push(`${indent}${hex(event.plaintext, 48)}`);
  }
  return lines;
}

function fieldsOf(plaintext: Uint8Array, reply: TranscriptEvent["reply"]): readonly Field[] {
  const parity = ((plaintext[3] ?? 0) & 1) as 0 | 1;
  return readMessage(plaintext, reply === undefined ? ((1 - parity) as 0 | 1) : parity, () => reply).fields;
}

export function renderTranscript(events: readonly TranscriptEvent[]): string[] {
  return events.flatMap(renderEvent);
}

/** What the probe wrote after the last divider, which is the run that decided. */
export function sentLines(events: readonly TranscriptEvent[]): string[] {
  const divider = events.findLastIndex((event) => event.direction === "-" && event.what.startsWith("— "));
  return events.slice(divider + 1).flatMap((event) => (event.direction === ">" ? [event.what] : []));
}

function time(ms: number): string {
  return `${ms.toFixed(1).padStart(8)} ms`;
}
