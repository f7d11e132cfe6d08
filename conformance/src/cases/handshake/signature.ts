import { chapter } from "../../case.ts";
import { at, closes, connect, keyed, succeeds } from "../../steps/index.ts";

const control = connect(keyed, ["conformance"]);

export default chapter("handshake/signature", {
  valid: {
    requires: ["FLT-HSK-002", "FLT-HSK-021"],
    why: "A keyed peer that is turned away never becomes part of the mesh.",
    control,
    expect: succeeds(),
  },
  "s-plus-l": {
    requires: ["FLT-HSK-023"],
    why: "A second valid form of each signature lets nodes disagree on who is who.",
    control,
    change: at("handshake").set({ signature: "s-plus-l" }),
    expect: closes(),
  },
});
