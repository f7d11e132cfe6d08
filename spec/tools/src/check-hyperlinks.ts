/** Links between the chapters, and from them into the repository. */
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import type { Problem } from "./problem.ts";
import type { Spec } from "./source.ts";

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;
const EXTERNAL = /^[a-z]+:/;

/** @param exists whether the repository holds a path, given relative to its root */
export function checkHyperlinks(spec: Spec, exists: (path: string) => boolean): Problem[] {
  const anchors = new Map(spec.chapters.map((chapter) => [chapter.file, anchorsOf(chapter.lines)]));
  const problems: Problem[] = [];
  for (const chapter of spec.chapters) {
    chapter.lines.forEach((line, index) => {
      for (const [, link] of line.replace(/`[^`]*`/g, "").matchAll(LINK)) {
        if (link === undefined || EXTERNAL.test(link)) continue;
        const [path = "", anchor] = link.split("#");
        const file = path === "" ? chapter.file : posix.join("spec", path);
        const known = anchors.get(file);
        if (!known && !exists(file)) {
          problems.push({ file: chapter.file, line: index + 1, message: `the link ${link} leads to no file` });
        } else if (anchor !== undefined && known && !known.has(anchor)) {
          problems.push({ file: chapter.file, line: index + 1, message: `the link ${link} leads to no heading` });
        }
      }
    });
  }
  return problems;
}

export function existsIn(root: string): (path: string) => boolean {
  return (path) => existsSync(join(root, path));
}

/** Anchors as the usual renderers form them: lower case, punctuation dropped, spaces to hyphens. */
function anchorsOf(lines: readonly string[]): Set<string> {
  const headings = lines.filter((line) => /^#+ /.test(line)).map((line) => line.replace(/^#+ /, ""));
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}
