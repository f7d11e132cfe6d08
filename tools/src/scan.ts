/** Reads what a source file imports and which ambient names it uses, from its syntax tree. */
import ts from "typescript";

export interface Import {
  readonly specifier: string;
  /** Counted from 1. */
  readonly line: number;
}

export interface Scan {
  readonly imports: readonly Import[];
  /** Uses of the clock, of randomness, of timers and of Node's own globals. */
  readonly impurities: readonly { readonly name: string; readonly line: number }[];
  readonly lines: number;
}

/** Globals that a pure room may not touch, and members of globals. */
const IMPURE_GLOBALS = new Set([
  "Buffer",
  "process",
  "performance",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "queueMicrotask",
  "console",
  "fetch",
  "require",
]);
const IMPURE_MEMBERS = new Set([
  "Date.now",
  "Math.random",
  "crypto.getRandomValues",
  "crypto.randomUUID",
  "globalThis.crypto",
]);

export function scan(file: string, text: string): Scan {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const imports: Import[] = [];
  const impurities: { name: string; line: number }[] = [];
  const lineOf = (node: ts.Node): number => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const add = (node: ts.Node | undefined): void => {
    if (node && ts.isStringLiteralLike(node)) imports.push({ specifier: node.text, line: lineOf(node) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    else if (ts.isCallExpression(node) && isLoader(node.expression)) add(node.arguments[0]);
    const name = impurityOf(node);
    if (name !== undefined) impurities.push({ name, line: lineOf(node) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { imports, impurities, lines: source.getLineStarts().length - (text.endsWith("\n") ? 1 : 0) };
}

function isLoader(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === "require");
}

function impurityOf(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "Date")
    return "new Date()";
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const path = `${node.expression.text}.${node.name.text}`;
    return IMPURE_MEMBERS.has(path) ? path : undefined;
  }
  if (!ts.isIdentifier(node) || !IMPURE_GLOBALS.has(node.text)) return undefined;
  return isUse(node) ? node.text : undefined;
}

/** Whether the identifier stands for a value, not for a member, a key or a declaration of that name. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  const declares =
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isParameter(parent) ||
    ts.isImportSpecifier(parent);
  return !declares;
}
