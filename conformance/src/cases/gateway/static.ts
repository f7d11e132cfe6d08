import { type CaseText, chapter } from "../../case.ts";
import {
  answers,
  at,
  expectHttp,
  expectHttpBody,
  get,
  head,
  httpDial,
  httpSend,
  type Step,
  succeeds,
} from "../../steps/index.ts";

/** A file that is there. */
const found = (path: string, text: string): Step[] => [
  httpDial(),
  httpSend(get(path)).as("request"),
  expectHttp(200),
  expectHttpBody(text),
];
/** A path that looks like one of a file, and is none. */
const refused = (
  requires: CaseText["requires"],
  why: string,
  path: string,
  status = 404,
  control = found("/files/below/page.txt", "a page below\n"),
): CaseText => ({
  requires,
  why,
  control,
  change: at("request").instead(httpSend(get(path))),
  expect: answers(expectHttp(status)),
});

export default chapter(
  "gateway/static",
  {
    "an-escaped-slash": refused(
      ["FLT-GWY-026", "FLT-GWY-025"],
      "What guards a folder in front of the gateway sees no folder in an escaped slash.",
      "/files/below%2Fpage.txt",
    ),
    "an-escaped-slash-in-small-letters": refused(
      ["FLT-GWY-026", "FLT-GWY-023"],
      "Two spellings of an escape are one escape.",
      "/files/below%2fpage.txt",
    ),
    "a-step-up-behind-an-escape": refused(
      ["FLT-GWY-026"],
      "Two dots in front of an escaped slash are no segment of their own before it is decoded.",
      "/files/below/..%2Fpage.txt",
    ),
    "out-of-the-folder": refused(
      ["FLT-GWY-026"],
      "A path that climbs out of its folder reads what nobody has put there.",
      "/files/..%2Foutside.txt",
    ),
    "an-escaped-backslash": refused(
      ["FLT-GWY-026"],
      "For some systems a backslash is a slash, and the same path must lead to the same on all of them.",
      "/files/below%5Cpage.txt",
    ),
    "two-dots": refused(
      ["FLT-GWY-024"],
      "Steps are taken by clients, and whoever sends one wants something else.",
      "/files/below/../page.txt",
      400,
    ),
    "two-escaped-dots": refused(
      ["FLT-GWY-024", "FLT-GWY-023"],
      "An escaped dot is a dot.",
      "/files/%2e%2e/outside.txt",
      400,
    ),
    "no-such-file": refused(["FLT-GWY-090"], "What is not there is not found.", "/files/other.txt"),
    "an-escape-in-the-query": {
      requires: ["FLT-GWY-026"],
      why: "A query is no path, and may hold what a path may not.",
      control: found("/files/page.txt?a=%2F%5C", "a page\n"),
      expect: succeeds(),
    },
    "escaped-letters": {
      requires: ["FLT-GWY-023"],
      why: "An escaped letter is the letter, for a file as for a route.",
      control: found("/files/%70age%2Etxt", "a page\n"),
      expect: succeeds(),
    },
    "another-method": {
      ...refused(["FLT-GWY-090", "FLT-GWY-092"], "Nobody writes what is there to be read.", ""),
      change: at("request").instead(
        httpSend(head("POST /files/page.txt HTTP/1.1", "host: kit.example", "content-length: 0")),
      ),
      expect: answers(expectHttp(405, { fields: { allow: "GET, HEAD, OPTIONS" } })),
    },
    "to-head": {
      requires: ["FLT-GWY-066"],
      why: "A client that asks how long a file is does not want it.",
      control: [
        httpDial(),
        httpSend(head("HEAD /files/page.txt HTTP/1.1", "host: kit.example")),
        expectHttp(200, { fields: { "content-length": "7" }, toHead: true }),
        httpSend(get("/files/page.txt")),
        expectHttp(200),
        expectHttpBody("a page\n"),
      ],
      expect: succeeds(),
    },
  },
  "gateway",
);
