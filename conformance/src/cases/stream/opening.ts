import { type CaseText, chapter } from "../../case.ts";
import {
  anonymous,
  answers,
  at,
  closes,
  connect,
  data,
  end,
  expectBody,
  expectResponse,
  expectServed,
  hex,
  pattern,
  request,
  send,
  succeeds,
} from "../../steps/index.ts";

const body = pattern(10);
const exchange = (stream: number) => [
  send(request("echo", [], stream)),
  send(data(body, stream)),
  send(end(stream)),
  expectResponse({ stream }),
  expectBody(body, stream),
];
const control = [
  connect(anonymous),
  send(request("echo")).as("request"),
  send(data(body)),
  send(end()),
  expectResponse(),
  expectBody(body),
  expectServed(),
];
const refused = answers(expectResponse({ handled: false }), send(data(body)), send(end()), expectServed());

const numbers = Object.fromEntries(
  [0, 1, 2, 3, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff].map((stream): [string, CaseText] => [
    `number-${stream}`,
    {
      requires: ["FLT-STR-003", "FLT-CMP-004"],
      why: "Go counts its streams from 1 and 0, npm from 0 and 1, and each expects to be served.",
      needs: "echo",
      control: [connect(anonymous), exchange(stream)],
      expect: succeeds(),
    },
  ]),
);
const LANGUAGE_NAMES = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"];
const languageNames = Object.fromEntries(
  LANGUAGE_NAMES.map((name): [string, CaseText] => [
    `name-${name.toLowerCase().replace(/_/g, "")}`,
    {
      requires: ["FLT-STR-025"],
      why: "A table of services that is an object of the language seems to hold this name, and the call never ends.",
      needs: "echo",
      control,
      change: at("request").set({ services: [name] }),
      expect: refused,
    },
  ]),
);
const notHosted = (
  requirement: CaseText["requires"][0],
  why: string,
  services: readonly (string | Uint8Array)[],
): CaseText => ({
  requires: [requirement, "FLT-STR-025"],
  why,
  needs: "echo",
  control,
  change: at("request").set({ services }),
  expect: refused,
});
const hosted = (
  requirement: CaseText["requires"][0],
  why: string,
  services: readonly (string | Uint8Array)[],
): CaseText => ({
  requires: [requirement],
  why,
  needs: "echo",
  control,
  change: at("request").set({ services }),
  expect: succeeds(),
});

export default chapter("stream/opening", {
  ...numbers,
  ...languageNames,
  "number-in-use": {
    requires: ["FLT-STR-004"],
    why: "Two calls under one number get each other's bytes.",
    needs: "echo",
    control: [
      connect(anonymous),
      send(request("echo")),
      expectServed(),
      send(request("echo", [], 7)).as("second"),
      expectServed(),
    ],
    change: at("second").set({ stream: 2_147_483_649 }),
    expect: closes({ tolerates: true }),
  },
  "number-of-a-refused-request": {
    requires: ["FLT-STR-004"],
    why: "A refused request goes on until its body ends; its number is not free before.",
    control: [
      connect(anonymous),
      send(request("conformance-not-hosted")),
      expectResponse({ handled: false }),
      send(request("conformance-not-hosted", [], 7)).as("second"),
      expectServed(),
    ],
    change: at("second").set({ stream: 2_147_483_649 }),
    expect: closes(),
  },
  "number-again-after-the-end": {
    requires: ["FLT-STR-005"],
    why: "A long-lived connection runs out of numbers, or a peer counts in a small circle.",
    needs: "echo",
    control: [connect(anonymous), exchange(5), exchange(5), exchange(5)],
    expect: succeeds(),
  },
  "number-again-after-a-refusal": {
    requires: ["FLT-STR-005", "FLT-STR-034"],
    why: "A refusal whose number stays taken for ever is a leak that a peer can fill.",
    needs: "echo",
    control: [
      connect(anonymous),
      send(request("conformance-not-hosted", [], 5)),
      expectResponse({ handled: false, stream: 5 }),
      send(data(body, 5)),
      send(end(5)),
      exchange(5),
    ],
    expect: succeeds(),
  },
  "second-name-hosted": hosted(
    "FLT-STR-021",
    "A caller names alternatives so that the second serves where the first is absent.",
    ["conformance-not-hosted", "echo"],
  ),
  "first-of-two-hosted": {
    requires: ["FLT-STR-021"],
    why: "The order of the names is the caller's preference, and not the responder's to choose.",
    needs: ["echo", "empty"],
    control,
    change: at("request").set({ services: ["empty", "echo"] }),
    expect: answers(send(data(body)), send(end()), expectResponse(), expectBody(new Uint8Array(0)), expectServed()),
  },
  "last-of-255-hosted": hosted(
    "FLT-STR-021",
    "The count of names has one byte; a reader that stops at 127 misses half of them.",
    [...Array.from({ length: 254 }, () => "n"), "echo"],
  ),
  "no-name": notHosted("FLT-PKT-042", "A request for nothing must be answered, or its caller waits for ever.", []),
  "empty-name": hosted("FLT-PKT-023", "An empty name among others is nobody's service.", ["", "echo"]),
  "empty-name-alone": notHosted("FLT-PKT-023", "An empty name must not select whatever comes first.", [""]),
  "name-not-utf8": notHosted(
    "FLT-PKT-043",
    "A name nobody can type names nothing, and is no reason to lose the connection.",
    [hex("fffe80")],
  ),
  "name-not-utf8-before-a-hosted-one": hosted(
    "FLT-PKT-043",
    "A bad alternative must not hide the good one behind it.",
    [hex("6563686fff"), "echo"],
  ),
  "name-in-capitals": notHosted(
    "FLT-PKT-022",
    "Names that match regardless of case route calls to services nobody meant.",
    ["ECHO"],
  ),
  "name-with-a-space": notHosted("FLT-PKT-022", "Names that are trimmed before they are compared are other names.", [
    "echo ",
  ]),
  "name-with-a-zero-byte": notHosted(
    "FLT-PKT-022",
    "A reader that ends names at a zero byte serves what was not asked for.",
    ["echo\0"],
  ),
  "name-cut": notHosted("FLT-PKT-022", "A comparison of prefixes serves half the names there are.", ["ech"]),
  "marker-name": notHosted("FLT-STR-029", "Names with a tilde are markers of later versions and no services.", [
    "~echo",
  ]),
});
