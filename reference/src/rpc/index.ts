/** Messages: which number belongs to which request (chapter 03). Pure. */
export { type MessageKind, Requests } from "./requests.ts";
