import type { VectorNote } from "./types.ts";

/** What a flag on a test means. The kinds of bug are those of the Wycheproof project, and two of our own. */
export const notes: Readonly<Record<string, VectorNote>> = {
  Accumulated: {
    bugType: "BASIC",
    description: "Many seeded cases in one hash; the README says how to make them.",
  },
  Boundary: {
    bugType: "EDGE_CASE",
    description: "A value at the edge of what is allowed.",
  },
  Captured: {
    bugType: "COMPAT",
    description: "Bytes recorded between the original implementations.",
  },
  CofactoredAccepts: {
    bugType: "DEFINED",
    description: "A verifier that multiplies by the cofactor accepts what the specification refuses.",
  },
  Compat: {
    bugType: "COMPAT",
    description: "A leniency that an original implementation forces, or a point at which the two differ.",
  },
  LowOrder: {
    bugType: "WEAK_PARAMS",
    description: "A point of small order: the secret or the signature says nothing about its maker.",
  },
  Malleable: {
    bugType: "DEFINED",
    description: "Anybody can make these bytes from a valid signature without the key.",
  },
  Memory: {
    bugType: "DOS",
    description: "A length or count far above what follows it: nothing may be reserved for it.",
  },
  NonCanonical: {
    bugType: "EDGE_CASE",
    description: "An encoding that names the same value as another one.",
  },
  Nonce: {
    bugType: "CONFIDENTIALITY",
    description: "A nonce formed in another way than the specification's.",
  },
  PropertyName: {
    bugType: "FUNCTIONALITY",
    description: "A name that some languages give a meaning of their own.",
  },
  Replay: {
    bugType: "AUTH_BYPASS",
    description: "Bytes accepted although their signer never arranged them so; the base protocol cannot tell.",
  },
  Resigned: {
    bugType: "BASIC",
    description: "The signature was made anew after the change, so more than one field differs from the twin.",
  },
  Smuggling: {
    bugType: "AUTH_BYPASS",
    description: "Two readers of HTTP could see where a message ends, or whom it is for, at different places.",
  },
  Spoofing: {
    bugType: "AUTH_BYPASS",
    description: "Written so that it is taken for a word of the gateway's own.",
  },
  Traversal: {
    bugType: "AUTH_BYPASS",
    description: "A path that leads elsewhere once somebody decodes it in another order.",
  },
  Truncated: {
    bugType: "BASIC",
    description: "Cut off inside or before a field.",
  },
};
