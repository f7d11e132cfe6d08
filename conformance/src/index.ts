export { cases } from "./cases/index.ts";
