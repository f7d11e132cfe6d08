import { createHash } from "node:crypto";
import { counting, flipBit, hex, join, u32, u64 } from "../bytes.ts";
import { aesGcm, frameOf, nonceOf, sealFrame, sessionKey, x25519PublicKey } from "../primitives.ts";
import { Suite } from "../suite.ts";
import type { Fields } from "../types.ts";

export function frame(): Suite {
  const suite = new Suite("frame", "Frames: length, sealing with AES-256-GCM, counters, and what a reader refuses.");
  const random = suite.random("frames");
  const key = sessionKey(random.bytes(32), x25519PublicKey(random.bytes(32)));
  const seals = suite.group("Seal", "One message as a frame.");
  const sealed = (slug: string, counter: bigint, plaintext: Uint8Array, requirements: string[], comment: string) =>
    seals.valid("seal", slug, {
      comment,
      requirements,
      flags: counter > 0xffff_ffffn || plaintext.length === 4 || plaintext.length === 4080 ? ["Boundary"] : [],
      input: { sessionKey: hex(key), counter: `${counter}`, plaintext: hex(plaintext) },
      expect: { nonce: hex(nonceOf(counter)), frame: hex(sealFrame(key, counter, plaintext)) },
    });
  for (const length of [4, 5, 6, 15, 16, 17, 32, 100, 255, 256, 1024, 2048, 4079, 4080]) {
    sealed(
      `length-${length}`,
      0n,
      counting(length),
      ["FLT-SES-020", "FLT-SES-030", "FLT-SES-031"],
      `A plaintext of ${length} bytes.`,
    );
  }
  for (const counter of [1n, 2n, 255n, 256n, 65_535n, 65_536n, 0xffff_ffffn, 0x1_0000_0000n, 2n ** 53n - 1n]) {
    sealed(
      `counter-${counter}`,
      counter,
      counting(24),
      ["FLT-SES-031", "FLT-SES-032"],
      `Frame number ${counter} of its direction, counted from 0.`,
    );
  }

  const opens = suite.group(
    "Open",
    "Bytes that arrive, from a given counter on: messages, and what is left over or refused.",
  );
  const plaintexts = [counting(8), counting(40), random.bytes(100)];
  const frames = plaintexts.map((plaintext, index) => sealFrame(key, BigInt(index), plaintext));
  const [first, second, third] = frames as [Buffer, Buffer, Buffer];
  const input = (bytes: Uint8Array, counter = 0n): Fields => ({
    sessionKey: hex(key),
    counter: `${counter}`,
    bytes: hex(bytes),
  });
  const expect = (count: number, rest = 0): Fields => ({ plaintexts: plaintexts.slice(0, count).map(hex), rest });
  const one = opens.valid("open", "one", {
    comment: "One whole frame.",
    requirements: ["FLT-SES-022", "FLT-SES-035"],
    input: input(first),
    expect: expect(1),
  });
  const all = opens.valid("open", "three-in-a-row", {
    comment: "Three frames without anything between them.",
    requirements: ["FLT-SES-026", "FLT-SES-035"],
    input: input(join(...frames)),
    expect: expect(3),
  });
  for (const [slug, cut] of [
    ["nothing", 0],
    ["one-byte", 1],
    ["three-bytes-of-the-length", 3],
    ["the-length-alone", 4],
    ["all-but-the-last-byte", first.length - 1],
  ] as const) {
    opens.valid("open", `incomplete-${slug}`, {
      comment: "A frame that is not yet whole is waited for.",
      requirements: ["FLT-SES-025"],
      input: input(first.subarray(0, cut)),
      expect: expect(0, cut),
    });
  }
  opens.valid("open", "one-and-a-half", {
    comment: "The second frame is cut in its middle: the first is delivered, the rest is kept.",
    requirements: ["FLT-SES-025", "FLT-SES-026"],
    input: input(join(first, second.subarray(0, 20))),
    expect: expect(1, 20),
  });
  const late = sealFrame(key, 0x1_0000_0000n, plaintexts[0]!);
  opens.valid("open", "counter-above-32-bits", {
    comment: "A counter that does not fit 32 bits.",
    requirements: ["FLT-SES-031"],
    flags: ["Boundary"],
    input: input(late, 0x1_0000_0000n),
    expect: expect(1),
  });
  for (const length of [4, 4080]) {
    const plaintext = counting(length);
    opens.valid("open", `plaintext-of-${length}`, {
      comment: `The ${length === 4 ? "shortest" : "longest"} frame there is.`,
      requirements: ["FLT-SES-022"],
      flags: ["Boundary"],
      input: input(sealFrame(key, 0n, plaintext)),
      expect: { plaintexts: [hex(plaintext)], rest: 0 },
    });
  }
  const bad = (
    slug: string,
    bytes: Uint8Array,
    kind: string,
    requirement: string,
    change: string,
    flags: string[] = [],
    count = 0,
    twin = one,
  ) =>
    opens.invalid("open", slug, {
      comment: change,
      requirements: [requirement],
      flags,
      input: input(bytes),
      expect: expect(count),
      error: { kind, action: "close", at: count },
      twin,
      change,
    });
  const tag = (slug: string, bytes: Uint8Array, change: string, flags: string[] = [], requirement = "FLT-SES-034") =>
    bad(slug, bytes, "BAD_TAG", requirement, change, flags);
  for (const [slug, at] of [
    ["first-byte", 4],
    ["last-byte-of-the-ciphertext", 11],
    ["first-byte-of-the-tag", 12],
    ["last-byte", first.length - 1],
  ] as const) {
    tag(`${slug}-changed`, flipBit(first, at), "one bit turned over");
  }
  for (const counter of [1n, 2n, 256n, 0x1_0000_0000n]) {
    tag(
      `sealed-as-number-${counter}`,
      sealFrame(key, counter, plaintexts[0]!),
      `sealed with the nonce of frame ${counter}`,
      ["Nonce"],
      "FLT-SES-035",
    );
  }
  const withNonce = (nonce: Uint8Array) => frameOf(aesGcm(key, nonce, plaintexts[0]!));
  const odd = u64(0x0102_0304n);
  const many = opens.valid("open", "many-bytes-in-the-counter", {
    comment: "A counter whose bytes differ, so that their order shows.",
    requirements: ["FLT-SES-031"],
    input: input(frameOf(aesGcm(key, join(odd, Buffer.alloc(4)), plaintexts[0]!)), 0x0102_0304n),
    expect: expect(1),
  });
  for (const [slug, nonce] of [
    ["little-endian-counter", join(Buffer.from(odd).reverse(), Buffer.alloc(4))],
    ["counter-at-the-end", join(Buffer.alloc(4), odd)],
    ["counter-of-32-bits", join(Buffer.alloc(0), odd.subarray(4), Buffer.alloc(8))],
  ] as const) {
    opens.invalid("open", `nonce-${slug}`, {
      comment: "The nonce is formed in another way.",
      requirements: ["FLT-SES-031", "FLT-SES-034"],
      flags: ["Nonce"],
      input: input(withNonce(nonce), 0x0102_0304n),
      expect: expect(0),
      error: { kind: "BAD_TAG", action: "close", at: 0 },
      twin: many,
      change: slug.replaceAll("-", " "),
    });
  }
  tag(
    "associated-data",
    frameOf(aesGcm(key, nonceOf(0n), plaintexts[0]!, u32(24))),
    "the length sealed as associated data",
  );
  tag("other-key", sealFrame(random.bytes(32), 0n, plaintexts[0]!), "sealed with another key");
  bad("replayed", join(first, first), "BAD_TAG", "FLT-SES-035", "the first frame once more", ["Replay"], 1, all);
  bad(
    "reordered",
    join(first, third, second),
    "BAD_TAG",
    "FLT-SES-035",
    "second and third frame exchanged",
    [],
    1,
    all,
  );
  bad(
    "good-behind-bad",
    join(first, flipBit(second, 8), third),
    "BAD_TAG",
    "FLT-SES-042",
    "one bit of the second frame turned over",
    [],
    1,
    all,
  );
  for (const length of [0, 1, 4, 15, 16, 19]) {
    bad(
      `length-${length}`,
      join(u32(length), first.subarray(4)),
      "FRAME_TOO_SHORT",
      "FLT-SES-024",
      `a length of ${length}`,
      length === 19 ? ["Boundary"] : [],
    );
  }
  for (const length of [4097, 65_536, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
    bad(
      `length-${length}`,
      join(u32(length), first.subarray(4)),
      "FRAME_TOO_LONG",
      "FLT-SES-023",
      `a length of ${length}`,
      ["Memory"],
    );
  }
  bad("length-4097-alone", u32(4097), "FRAME_TOO_LONG", "FLT-SES-023", "a length of 4,097 and nothing behind it", [
    "Boundary",
  ]);
  bad(
    "good-behind-a-bad-length",
    join(first, u32(3), third),
    "FRAME_TOO_SHORT",
    "FLT-SES-042",
    "a length of 3 between two frames",
    [],
    1,
    all,
  );

  const accumulated = suite.group("Accumulated", "Many frames in one hash.");
  accumulated.valid("seal-many", "a-thousand", {
    comment:
      "1,000 frames: plaintext n has 4 + n mod 200 bytes that count up from n; SHA-256 over all frames one after the other.",
    requirements: ["FLT-SES-030", "FLT-SES-032"],
    flags: ["Accumulated"],
    input: { sessionKey: hex(key), count: 1000 },
    expect: { sha256: sha256OfMany(key, 1000) },
  });
  return suite;
}

function sha256OfMany(key: Uint8Array, count: number): string {
  const hash = createHash("sha256");
  for (let n = 0; n < count; n++) {
    hash.update(
      sealFrame(key, BigInt(n), Buffer.from(Array.from({ length: 4 + (n % 200) }, (_, i) => (n + i) & 0xff))),
    );
  }
  return hash.digest("hex");
}
