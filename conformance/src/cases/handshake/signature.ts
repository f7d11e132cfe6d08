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

/** Keys for which anybody can sign, each with the signature for which a verifier that does not look at the key holds. */
const SMALL_ORDER: Readonly<Record<string, string>> = {
  "order-2": `ec${"ff".repeat(30)}7f`,
  "order-4": "00".repeat(32),
  "order-4-negative": `${"00".repeat(31)}80`,
  "order-8": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "order-8-negative": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  "order-8-other": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "order-8-other-negative": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
};
const NON_CANONICAL: Readonly<Record<string, string>> = {
  "order-1-with-sign": `01${"00".repeat(30)}80`,
  "order-1-plus-p": `ee${"ff".repeat(30)}7f`,
  "order-1-plus-p-with-sign": `ee${"ff".repeat(31)}`,
  "order-2-with-sign": `ec${"ff".repeat(31)}`,
  "order-4-plus-p": `ed${"ff".repeat(30)}7f`,
  "order-4-plus-p-with-sign": `ed${"ff".repeat(31)}`,
};
function keys(
  encodings: Readonly<Record<string, string>>,
  prefix: string,
  requirement: CaseText["requires"][0],
  why: (name: string) => string,
): Record<string, CaseText> {
  return Object.fromEntries(
    Object.entries(encodings).map(([name, key]): [string, CaseText] => [
      `${prefix}-${name}`,
      {
        requires: [requirement, "FLT-HSK-022"],
        why: why(name.replace(/-/g, " ")),
        control,
        change: at("handshake").set({ publicKey: hex(key), signature: "small-order-key" }),
        expect: closes(),
      },
    ]),
  );
}
const smallOrderKeys = keys(
  SMALL_ORDER,
  "key-of",
  "FLT-HSK-025",
  (name) => `For the key of ${name} anybody signs anything, so that anybody can be that peer.`,
);
const nonCanonicalKeys = keys(
  NON_CANONICAL,
  "key-not-canonical",
  "FLT-HSK-024",
  (name) => `The point of ${name} is a second spelling that slips past a list of forbidden keys.`,
);

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
  "r-that-is-no-point": refused(
    "r-that-is-no-point",
    "FLT-HSK-024",
    "A verifier that decodes R must survive one that is no point, and one that does not decode it must refuse it as well.",
  ),
  "small-order-key": {
    requires: ["FLT-HSK-025", "FLT-HSK-022"],
    why: "For a key of small order one signature fits every message, so that anybody can be that peer.",
    control,
    change: at("handshake").set({ publicKey: hex(`01${"00".repeat(31)}`), signature: "small-order-key" }),
    expect: closes(),
  },
  ...smallOrderKeys,
  ...nonCanonicalKeys,
  "mixed-order-r": refused(
    "mixed-order-r-with-cofactor",
    "FLT-HSK-027",
    "A verifier with the cofactor takes this signature and one without refuses it, which splits a mesh in two.",
  ),
  "mixed-order-key": {
    requires: ["FLT-HSK-027", "FLT-HSK-022"],
    why: "A peer whose key has a part of small order is welcome here and a forger there, unless all verify without the cofactor.",
    control,
    change: at("handshake").set({ publicKey: "mixed-order", signature: "mixed-order-key-with-cofactor" }),
    expect: closes(),
  },
  "mixed-order-key-that-verifies": {
    requires: ["FLT-HSK-027", "FLT-HSK-025"],
    why: "A key of mixed order is not one of small order; a node that refuses it shuts out a peer whom the others serve.",
    control,
    change: at("handshake").set({ publicKey: "mixed-order", signature: "mixed-order-key-holds" }),
    expect: succeeds(),
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
