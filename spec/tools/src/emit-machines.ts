/** Writes the state machines as typed data, so that cores and model tests run from the tables the chapters show. */
import { compareText } from "./problem.ts";
import type { Machine } from "./tables.ts";

const HEADER = `// Generated from spec/machines/*.json by \`npm run spec\`. Do not edit.

export interface Transition<State extends string = string, Event extends string = string> {
  readonly state: State;
  readonly event: Event;
  readonly action: string;
  readonly next: State;
  /** The requirement behind the transition. */
  readonly requirement: string;
}

export interface Machine<State extends string = string, Event extends string = string> {
  readonly name: string;
  readonly title: string;
  readonly actor: string;
  readonly states: readonly State[];
  readonly events: readonly Event[];
  readonly transitions: readonly Transition<State, Event>[];
  /** What happens on each event in each state that no transition names. */
  readonly default: { readonly action: string; readonly next: State; readonly requirement: string };
}
`;

export function emitMachines(machines: readonly Machine[]): string {
  const sorted = [...machines].sort((a, b) => compareText(a.name, b.name));
  return [HEADER, ...sorted.map(emitMachine)].join("\n");
}

function emitMachine(machine: Machine): string {
  const type = pascalCase(machine.name);
  const union = (items: readonly { readonly name: string }[]): string =>
    items.map((item) => JSON.stringify(item.name)).join(" | ");
  const names = (items: readonly { readonly name: string }[]): string =>
    `[${items.map((item) => JSON.stringify(item.name)).join(", ")}]`;
  const transitions = machine.transitions.map(
    ({ state, event, action, next, requirement }) => `    ${literal({ state, event, action, next, requirement })},\n`,
  );
  const { action, next, requirement } = machine.default;
  return `export type ${type}State = ${union(machine.states)};
export type ${type}Event = ${union(machine.events)};

export const ${camelCase(machine.name)}: Machine<${type}State, ${type}Event> = {
  name: ${JSON.stringify(machine.name)},
  title: ${JSON.stringify(machine.title)},
  actor: ${JSON.stringify(machine.actor)},
  states: ${names(machine.states)},
  events: ${names(machine.events)},
  transitions: [
${transitions.join("")}  ],
  default: ${literal({ action, next, requirement })},
};
`;
}

function literal(record: Readonly<Record<string, string>>): string {
  return `{ ${Object.entries(record)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(", ")} }`;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function pascalCase(name: string): string {
  return camelCase(`-${name}`);
}
