import { type CaseText, chapter } from "../../case.ts";
import { at, closes, connect, hex, keyed, type SignatureForm, succeeds } from "../../steps/index.ts";

const control = connect(keyed, ["conformance", "second"]);

/** One signature that must not verify. */
function refused(form: SignatureForm | Uint8Array, requirement: CaseText["requires"][0], why: string): CaseText {
  return {
    requires: [requirement, "FLT-HSK-022"],
    why,
    control,
    change: at("handshake").set({ signature: form }),
    expect: closes(),
  };
}

export default chapter("handshake/signature", {
  valid: {
    requires: ["FLT-HSK-002", "FLT-HSK-021"],
    why: "A keyed peer that is turned away never becomes part of the mesh.",
    control,
    expect: succeeds(),
  },
  flipped: refused(
    "flipped",
    "FLT-HSK-022",
    "Without this check anybody is anybody, and takes the calls meant for others.",
  ),
  "all-zero": refused(new Uint8Array(64), "FLT-HSK-022", "An empty signature is the first thing a forger tries."),
  "of-the-id-alone": refused(
    "names-left-out",
    "FLT-HSK-021",
    "Names that are not signed can be added by whoever passes the Handshake on.",
  ),
  "s-plus-l": refused(
    "s-plus-l",
    "FLT-HSK-023",
    "A second valid form of each signature lets nodes disagree on who is who.",
  ),
  "small-order-r": refused(
    "small-order-r",
    "FLT-HSK-025",
    "With an R of small order libraries disagree, and so do the nodes built on them.",
  ),
  "non-canonical-r": refused(
    "non-canonical-r",
    "FLT-HSK-024",
    "A point that can be written in two ways is accepted by one library and refused by the next.",
  ),
  "small-order-key": {
    requires: ["FLT-HSK-025", "FLT-HSK-022"],
    why: "For a key of small order one signature fits every message, so that anybody can be that peer.",
    control,
    change: at("handshake").set({ publicKey: hex(`01${"00".repeat(31)}`), signature: "small-order-key" }),
    expect: closes(),
  },
  "key-that-is-no-point": {
    requires: ["FLT-HSK-024", "FLT-HSK-022"],
    why: "A key that is no point of the curve must be refused and not bring the verifier down.",
    control,
    change: at("handshake").set({ publicKey: hex(`02${"00".repeat(31)}`) }),
    expect: closes(),
  },
  "non-canonical-key": {
    requires: ["FLT-HSK-024", "FLT-HSK-022"],
    why: "A key written with a y of p or above is a second name for another key.",
    control,
    change: at("handshake").set({ publicKey: hex(`f0${"ff".repeat(30)}7f`) }),
    expect: closes(),
  },
  "name-changed": {
    requires: ["FLT-HSK-021", "FLT-HSK-022"],
    why: "A name that is not the signed one would route calls to a peer that never offered it.",
    control,
    // The second name's first letter.
    change: at("handshake").patch(54, [0x58]),
    expect: closes(),
  },
  "port-changed": {
    requires: ["FLT-HSK-021", "FLT-HSK-022"],
    why: "An address that is not signed leads the whole mesh to wherever a man in the middle likes.",
    control,
    change: at("handshake").patch(38, [0x00, 0x01]),
    expect: closes(),
  },
  "names-divided-anew": {
    requires: ["FLT-HSK-028"],
    why: "The boundaries are not signed; a reader that pretends they are turns away peers whose names another encoder ordered.",
    control: connect(keyed, ["ab", "c"]),
    // 2 "ab" 1 "c" becomes 1 "a" 2 "bc": the signed bytes are the same.
    change: at("handshake").patch(41, [0x01, 0x61, 0x02, 0x62]),
    expect: succeeds(),
  },
  "of-the-target": {
    requires: ["FLT-HSK-020", "FLT-HSK-026"],
    why: "A node whose own signature does not verify is refused by every peer that looks.",
    needs: "identity",
    control: [connect(keyed)],
    expect: succeeds(),
  },
});
