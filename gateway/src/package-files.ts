/** What the package has beside its code. Where all of it is one file, the bundler puts these in the place of this module. */
import { readFileSync } from "node:fs";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

export const version = (): string => (JSON.parse(read("package.json")) as { version: string }).version;

export const dashboardFile = (name: "index.html" | "dashboard.js" | "dashboard.css"): string =>
  read(`dashboard/${name}`);
