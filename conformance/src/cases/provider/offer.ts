import { type CaseText, chapter } from "../../case.ts";
import {
  anonymous,
  answers,
  at,
  closeWrite,
  connect,
  dial,
  end,
  exchangeKeys,
  expectCalled,
  expectClose,
  expectEnd,
  expectReply,
  expectResponse,
  expectServed,
  expectTidy,
  type Identity,
  keyedAs,
  on,
  request,
  type Steps,
  send,
  succeeds,
  type Text,
  times,
} from "../../steps/index.ts";

// The kit answers each ServiceRequest of the target with handled 0. What `call` then says tells whether anybody was asked.
const asked = (service: string, callError: "unhandled" | "no-provider", stream = 11) => [
  send(
    request(
      "call",
      [
        ["services", service],
        ["timeout", "10000"],
      ],
      stream,
    ),
  ),
  send(end(stream)),
  expectResponse({ stream, headers: [["call-error", callError]], within: 12_000 }),
  expectEnd({ stream }),
];
const offering = (identity: Identity, services: readonly Text[]) => [
  dial(),
  exchangeKeys(),
  send({ packet: "handshake", identity, services }).as("offer"),
  expectReply("handshake"),
];
const again = (identity: Identity, services: readonly Text[]) => [
  send({ packet: "handshake", identity, services }).as("again"),
  expectReply("handshake"),
];

function found(requires: CaseText["requires"], why: string, ...control: Steps[]): CaseText {
  return { requires, why, needs: "call", control: [...control, expectServed()], expect: succeeds() };
}

const peer = keyedAs("peer");

export default chapter(
  "provider/offer",
  {
    "by-a-keyed-peer": found(
      ["FLT-PRV-001", "FLT-TST-082"],
      "A service that was offered and is never called might as well not be there.",
      on("provider", offering(peer, ["kit-keyed"])),
      connect(anonymous),
      asked("kit-keyed", "unhandled"),
      on("provider", expectCalled("kit-keyed", ["kit-keyed"])),
    ),
    "by-an-anonymous-peer": found(
      ["FLT-HSK-033", "FLT-PRV-001"],
      "A peer without a key can serve whoever is connected to it, behind any firewall.",
      on("provider", offering(anonymous, ["kit-anonymous"])),
      connect(anonymous),
      asked("kit-anonymous", "unhandled"),
    ),
    "by-the-caller-itself": found(
      ["FLT-PRV-001", "FLT-HSK-012"],
      "Two nodes can serve each other over one connection, both ways at once.",
      connect(anonymous, ["kit-itself"]),
      asked("kit-itself", "unhandled"),
    ),
    "by-nobody": found(
      ["FLT-TST-082"],
      "A call that nobody can take must end, and say why.",
      connect(anonymous),
      asked("kit-nobody", "no-provider"),
    ),
    "first-and-last-of-255": found(
      ["FLT-HSK-045", "FLT-PRV-001"],
      "A node that keeps the first names of a long list hides the others from its callers.",
      on(
        "provider",
        offering(
          peer,
          Array.from({ length: 255 }, (_, i) => `kit-many-${i}`),
        ),
      ),
      connect(anonymous),
      asked("kit-many-0", "unhandled"),
      asked("kit-many-254", "unhandled", 13),
    ),
    "behind-an-empty-name": found(
      ["FLT-PKT-023", "FLT-HSK-041"],
      "One name that says nothing must not hide those that do.",
      on("provider", offering(peer, ["", "kit-behind-empty", ""])),
      connect(anonymous),
      asked("kit-behind-empty", "unhandled"),
    ),
    "listed-twice": found(
      ["FLT-HSK-041"],
      "A name listed twice is one offer, made by one peer.",
      on("provider", offering(peer, ["kit-twice", "kit-other", "kit-twice"])),
      connect(anonymous),
      asked("kit-twice", "unhandled"),
    ),
    "in-other-letters": found(
      ["FLT-PKT-022"],
      "A node that folds letters calls a service by a name its provider never gave.",
      on("provider", offering(peer, ["KIT-LETTERS", "kit-letters ", "kit-letter"])),
      connect(anonymous),
      asked("kit-letters", "no-provider"),
    ),
    "with-a-marker": {
      requires: ["FLT-HSK-043", "FLT-PKT-022"],
      why: "Names that begin with a tilde are not services, and the name behind the tilde was not offered.",
      needs: "call",
      control: [
        connect(anonymous),
        on("provider", offering(peer, ["kit-marked"])),
        asked("kit-marked", "unhandled"),
        expectServed(),
      ],
      change: at("offer").set({ services: ["~kit-marked"] }),
      expect: answers(on("provider", expectReply("handshake")), asked("kit-marked", "no-provider")),
    },
    "added-by-a-second-handshake": found(
      ["FLT-HSK-012", "FLT-HSK-011"],
      "A peer that starts a service says so in a new Handshake, and is not heard by a node that reads only the first.",
      on("provider", offering(peer, ["kit-old-offer"]), again(peer, ["kit-old-offer", "kit-new-offer"])),
      connect(anonymous),
      asked("kit-new-offer", "unhandled"),
      asked("kit-old-offer", "unhandled", 13),
    ),
    "withdrawn-by-a-second-handshake": {
      requires: ["FLT-HSK-012", "FLT-PRV-001"],
      why: "A node that only ever adds names goes on calling a service that was stopped.",
      needs: "call",
      control: [
        connect(anonymous),
        on("provider", offering(peer, ["kit-withdrawn", "kit-kept"]), again(peer, ["kit-withdrawn", "kit-kept"])),
        asked("kit-withdrawn", "unhandled"),
        expectServed(),
      ],
      change: at("again").set({ services: ["kit-kept"] }),
      expect: answers(
        on("provider", expectReply("handshake")),
        asked("kit-withdrawn", "no-provider"),
        asked("kit-kept", "unhandled", 13),
      ),
    },
    "withdrawn-by-an-anonymous-peer": {
      requires: ["FLT-HSK-012"],
      why: "Lists kept by public key have no place for the peer that has none.",
      needs: "call",
      control: [
        connect(anonymous),
        on("provider", offering(anonymous, ["kit-lent"]), again(anonymous, ["kit-lent"])),
        asked("kit-lent", "unhandled"),
        expectServed(),
      ],
      change: at("again").set({ services: [] }),
      expect: answers(on("provider", expectReply("handshake")), asked("kit-lent", "no-provider")),
    },
    "of-one-connection-alone": {
      requires: ["FLT-HSK-012", "FLT-HSK-035"],
      why: "What a peer offers on one connection says nothing of another, which may lead to another process with its key.",
      needs: "call",
      control: [
        connect(anonymous),
        on("elsewhere", offering(peer, ["kit-elsewhere"])),
        on("provider", connect(peer, ["kit-both"]), again(peer, ["kit-both"])),
        asked("kit-elsewhere", "unhandled"),
        asked("kit-both", "unhandled", 13),
        expectServed(),
      ],
      change: at("again").set({ services: [] }),
      expect: answers(
        on("provider", expectReply("handshake")),
        asked("kit-elsewhere", "unhandled"),
        asked("kit-both", "no-provider", 13),
      ),
    },
    "gone-with-its-connection": found(
      ["FLT-PRV-001", "FLT-SES-041"],
      "A provider that has left takes every call sent to it to its grave.",
      on("provider", offering(anonymous, ["kit-gone"])),
      connect(anonymous),
      asked("kit-gone", "unhandled"),
      on("provider", closeWrite(), expectClose()),
      asked("kit-gone", "no-provider", 13),
    ),
    "under-a-bad-signature": {
      requires: ["FLT-HSK-022", "FLT-PRV-001"],
      why: "A peer that was refused must not be called, however many services it claimed.",
      needs: "call",
      control: [
        connect(anonymous),
        on("provider", offering(peer, ["kit-forged"])),
        asked("kit-forged", "unhandled"),
        expectServed(),
      ],
      change: at("offer").set({ signature: "names-left-out" }),
      expect: answers(on("provider", expectClose()), asked("kit-forged", "no-provider")),
    },
    "refused-by-three-in-turn": found(
      ["FLT-PRV-005", "FLT-TST-082"],
      "A caller whose node asks one provider of three reports a refusal where two might have served.",
      times(3, (i) => on(`provider-${i}`, offering(keyedAs(`peer-${i}`), ["kit-three"]))),
      connect(anonymous),
      asked("kit-three", "unhandled"),
      times(3, (i) => on(`provider-${i}`, expectCalled("kit-three"))),
    ),
    "one-of-two-alternatives": found(
      ["FLT-PRV-001", "FLT-PKT-040"],
      "A caller who would take either of two services gets neither from a node that looks for both.",
      on("provider", offering(peer, ["kit-second-choice"])),
      connect(anonymous),
      asked("kit-first-choice,kit-second-choice", "unhandled"),
      on("provider", expectCalled("kit-second-choice", ["kit-first-choice", "kit-second-choice"])),
    ),
    "and-nothing-else": found(
      ["FLT-RPC-006", "FLT-RPC-003", "FLT-PKT-001"],
      "A request of the listener's own under a number of the dialer's is taken for a reply, and ignored.",
      on("provider", offering(peer, ["kit-tidy"])),
      connect(keyedAs("caller")),
      asked("kit-tidy", "unhandled"),
      asked("kit-not-offered", "no-provider", 13),
      on("provider", expectCalled("kit-tidy"), expectServed(), expectTidy()),
      expectTidy(),
    ),
  },
  "requester",
);
