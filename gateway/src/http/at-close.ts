/** What is to be done when a response is over. */
import { Attached } from "./attached.ts";
import type { Outgoing } from "./message.ts";

const actions = new Attached<Outgoing, (() => void)[]>("at close");

/** Does it when the response is closed, in the order in which it was asked for. Node takes a microsecond for each further listener of its own. */
export function atClose(response: Outgoing, action: () => void): void {
  const before = actions.get(response);
  if (before !== undefined) {
    before.push(action);
    return;
  }
  actions.set(response, [action]);
  response.on("close", doAll);
}

function doAll(this: Outgoing): void {
  const all = actions.get(this) ?? [];
  // What is asked for from now on would come too late, as of Node.
  actions.set(this, []);
  for (const action of all) action();
}
