/** Renders the generated parts of the chapters from the tables. */
import type { Chapter, GeneratedBlock } from "./chapter.ts";
import { INTEGER_SIZES } from "./layout.ts";
import { renderRequirementIndex } from "./matrix.ts";
import type { Problem } from "./problem.ts";
import type { Spec } from "./source.ts";
import type { Field, Layout, Machine } from "./tables.ts";

/** The chapter with all its generated parts written anew. Its problems name blocks that nothing can fill. */
export function renderChapter(
  chapter: Chapter,
  spec: Spec,
): { readonly text: string; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const lines = [...chapter.lines];
  // From the end, so that the indexes in front stay true.
  for (const block of [...chapter.generated].reverse()) {
    const rendered = renderBlock(block, spec);
    if (typeof rendered === "string") problems.push({ file: chapter.file, line: block.start, message: rendered });
    else lines.splice(block.start, block.end - block.start, "", ...rendered, "");
  }
  return { text: lines.join("\n"), problems };
}

/** The block's lines, or what is wrong with its marker. */
function renderBlock(block: GeneratedBlock, spec: Spec): readonly string[] | string {
  switch (block.kind) {
    case "constants":
      return renderConstants(spec, block.name);
    case "opcodes":
      return renderOpcodes(spec);
    case "errors":
      return renderErrors(spec);
    case "requirements":
      return renderRequirementIndex(spec);
    case "packet": {
      const layout = spec.packets.packets.find((packet) => packet.name === block.name);
      return layout ? renderLayout(layout, spec) : `no layout named ${block.name} in spec/tables/packets.json`;
    }
    case "machine": {
      const machine = spec.machines.find((item) => item.name === block.name);
      return machine ? renderMachine(machine) : `no machine named ${block.name} in spec/machines`;
    }
    default:
      return `unknown kind of generated part "${block.kind}": expected constants, opcodes, packet, machine, errors or requirements`;
  }
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [row(head), `|${" --- |".repeat(head.length)}`, ...rows.map(row)];
}

function renderConstants(spec: Spec, group: string | undefined): readonly string[] | string {
  const constants = spec.constants.constants.filter((constant) => group === undefined || constant.group === group);
  if (constants.length === 0)
    return `no constants${group === undefined ? "" : ` of group ${group}`} in spec/tables/constants.json`;
  return table(
    ["constant", "value", "unit", "meaning"],
    constants.map((constant) => [`\`${constant.name}\``, grouped(constant.value), constant.unit, constant.meaning]),
  );
}

/** 4096 as 4,096: the way the prose writes numbers. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

function renderOpcodes(spec: Spec): string[] {
  const title = (name: string | null): string =>
    spec.packets.packets.find((packet) => packet.name === name)?.title ?? "none";
  return table(
    ["opcode", "packet", "sent by", "sequence number", "reply"],
    spec.packets.opcodes.map((opcode) => [
      String(opcode.value),
      opcode.name,
      opcode.sender,
      opcode.number,
      title(opcode.reply),
    ]),
  );
}

function renderErrors(spec: Spec): string[] {
  return table(
    ["input", "state", "action", "requirement"],
    spec.errors.rows.map((row) => [row.input, row.state, row.action, row.requirement]),
  );
}

function renderLayout(layout: Layout, spec: Spec): string[] {
  const rows = layout.fields.flatMap((field) => renderField(field, "", spec));
  return table(["field", "type", "size", "meaning", "condition"], rows);
}

function renderField(field: Field, prefix: string, spec: Spec): string[][] {
  const name = `${prefix}${field.name}`;
  const condition = field.when ? `only when ${field.when.field} = ${field.when.equals}` : "";
  const cells = (type: string, size: string): string[] => [
    field.when ? `[${name}]` : name,
    type,
    size,
    field.meaning,
    condition,
  ];
  switch (field.type) {
    case "bytes":
      return [cells("bytes", renderSize(field.size))];
    case "counted": {
      const most = field.most ? `, at most \`${field.most}\`` : "";
      return [
        cells(
          `counted (\`${field.count}\`)${field.encoding === "utf-8" ? " UTF-8" : ""}`,
          `\`${field.count}\` + n${most}`,
        ),
      ];
    }
    case "list": {
      const most = field.most ? `, at most \`${field.most}\` items` : "";
      return [
        cells(`list (\`${field.count}\`)`, `\`${field.count}\` + items${most}`),
        ...field.items.flatMap((item) => renderField(item, `${name}[i].`, spec)),
      ];
    }
    case "packet": {
      const layout = spec.packets.packets.find((packet) => packet.name === field.packet);
      return [cells(layout?.title ?? field.packet, layout ? sizesOf(layout, spec).join(" or ") : "")];
    }
    default:
      return [cells(`\`${field.type}\``, String(INTEGER_SIZES[field.type]))];
  }
}

/** Every size in bytes that a layout of fixed and chosen sizes can have. */
function sizesOf(layout: Layout, spec: Spec): number[] {
  let totals = [0];
  for (const field of layout.fields) {
    if (field.type === "counted" || field.type === "list" || field.type === "packet") continue;
    let choices: number[];
    if (field.type !== "bytes") choices = [INTEGER_SIZES[field.type]];
    else if (typeof field.size === "number") choices = [field.size];
    else if (typeof field.size === "string") choices = [constantOf(spec, field.size)];
    else choices = "by" in field.size ? Object.values(field.size.sizes) : [0];
    totals = totals.flatMap((total) => choices.map((choice) => total + choice));
  }
  return totals;
}

function constantOf(spec: Spec, name: string): number {
  return spec.constants.constants.find((constant) => constant.name === name)?.value ?? 0;
}

function renderSize(size: Extract<Field, { type: "bytes" }>["size"]): string {
  if (typeof size === "number") return String(size);
  if (size === "rest") return "all that follows";
  if (typeof size === "string") return `\`${size}\``;
  if ("of" in size) return size.of;
  return Object.entries(size.sizes)
    .map(([value, bytes]) => `${bytes} (${size.by} ${value})`)
    .join(", ");
}

function renderMachine(machine: Machine): string[] {
  const cell = (state: string, event: string): string => {
    const found = machine.transitions.find((transition) => transition.state === state && transition.event === event);
    return found ? `${found.action} → **${found.next}** (${found.requirement})` : "";
  };
  const { action, next, requirement } = machine.default;
  return [
    `**${machine.title}** (${machine.actor})`,
    "",
    ...table(
      ["event", ...machine.states.map((state) => `**${state.name}**`)],
      machine.events.map((event) => [event.name, ...machine.states.map((state) => cell(state.name, event.name))]),
    ),
    "",
    `Default, for every empty cell: ${action} → **${next}** (${requirement}).`,
    "",
    ...machine.states.map((state) => `- state **${state.name}**: ${state.description}`),
    ...machine.events.map((event) => `- event ${event.name}: ${event.description}`),
  ];
}
