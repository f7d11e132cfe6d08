export { type Case, type CaseText, chapter, lintCases } from "./case.ts";
export { cases } from "./cases/index.ts";
export { main } from "./main.ts";
export { type CaseReport, caseReportSchema, type Report, reportSchema } from "./report/schema.ts";
export * from "./steps/index.ts";
