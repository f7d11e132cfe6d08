/** Messages of a WebSocket in the bodies of a call, by chapter 13 of the specification. Every byte is written out. */
import { counting, fromHex, hex, join, u8, u16, u32, utf8 } from "../bytes.ts";
import { Suite } from "../suite.ts";
import type { Fields } from "../types.ts";
import { gwy } from "./http-heads.ts";

type From = "gateway" | "service";
const BOTH: readonly From[] = ["gateway", "service"];
const MOST = 300;

const envelope = (flags: number, data: Uint8Array): Buffer => join(u8(flags), u32(data.length), data);
const text = (value: string): Fields => ({ type: "text", data: hex(utf8(value)) });
const binary = (data: Uint8Array): Fields => ({ type: "binary", data: hex(data) });
const close = (code?: number, reason = ""): Fields =>
  code === undefined ? { type: "close" } : { type: "close", code, reason: hex(utf8(reason)) };
const closeBytes = (code: number, reason = ""): Buffer => envelope(8, join(u16(code), utf8(reason)));

const REASON = "r".repeat(123);

export function websocket(): Suite {
  const suite = new Suite("websocket", "Messages of a WebSocket in the bodies of a call.", "gateway");
  const group = suite.group("Messages", "Messages and bytes, of a gateway and of a service.");
  const input = (from: From, bytes: Uint8Array): Fields => ({ from, most: MOST, bytes: hex(bytes) });
  const reads = (slug: string, requirements: string, from: From, bytes: Uint8Array, messages: readonly Fields[]) =>
    group.valid("socket-read", `${slug}-of-a-${from}`, {
      comment: `What a ${from} has written.`,
      requirements: gwy(requirements),
      input: input(from, bytes),
      expect: { messages },
    });
  const both = (
    slug: string,
    requirements: string,
    bytes: Uint8Array,
    messages: readonly Fields[],
    froms: readonly From[] = BOTH,
  ): void => {
    group.valid("socket-write", slug, {
      comment: "Messages as bytes.",
      requirements: gwy(requirements),
      input: { messages },
      expect: { bytes: hex(bytes) },
    });
    for (const from of froms) reads(slug, requirements, from, bytes, messages);
  };

  both("text-and-close", "165 168", join(envelope(1, utf8("hi")), closeBytes(1000)), [text("hi"), close(1000)]);
  both("binary", "165 168", join(envelope(2, counting(256)), closeBytes(1000)), [binary(counting(256)), close(1000)]);
  both("empty", "165 168", join(envelope(1, utf8("")), envelope(2, utf8("")), closeBytes(1000)), [
    text(""),
    binary(utf8("")),
    close(1000),
  ]);
  both("utf-8", "165 168", join(envelope(1, utf8("\ufeffü\u0000🚀")), closeBytes(1000)), [
    text("\ufeffü\u0000🚀"),
    close(1000),
  ]);
  both("no-utf-8-in-binary", "165 168", join(envelope(2, fromHex("c328ff")), closeBytes(1000)), [
    binary(fromHex("c328ff")),
    close(1000),
  ]);
  both("largest", "169", join(envelope(2, counting(MOST)), closeBytes(1000)), [binary(counting(MOST)), close(1000)]);
  both("close-without-code", "166 168", envelope(8, utf8("")), [close()]);
  both("close-with-reason", "166 168", closeBytes(1001, "bye 🚀"), [close(1001, "bye 🚀")]);
  both("close-with-longest-reason", "166 168", closeBytes(1001, REASON), [close(1001, REASON)]);
  for (const code of [1000, 1003, 1007, 1014, 3000, 4999])
    both(`close-${code}`, "166 168", closeBytes(code), [close(code)]);
  both("lost", "166", closeBytes(1006), [close(1006)], ["gateway"]);
  for (const from of BOTH) {
    reads("behind-close", "168 175", from, join(closeBytes(1000), envelope(1, utf8("late")), fromHex("ff")), [
      close(1000),
    ]);
  }
  reads("unknown-flags", "176", "gateway", join(envelope(0x40, counting(3)), envelope(9, utf8("")), closeBytes(1000)), [
    close(1000),
  ]);

  const twin = (from: From): string =>
    `websocket/socket-read/00${from === "gateway" ? 1 : 2}-text-and-close-of-a-${from}`;
  const refuses = (
    slug: string,
    kind: string,
    requirements: string,
    bytes: Uint8Array,
    before: readonly Fields[] = [],
    froms: readonly From[] = BOTH,
  ): void => {
    for (const from of froms) {
      group.invalid("socket-read", `${slug}-of-a-${from}`, {
        comment: `What a ${from} must not write.`,
        requirements: gwy(requirements),
        input: input(from, bytes),
        ...(before.length > 0 ? { expect: { messages: before } } : {}),
        error: { kind, action: "reject" },
        twin: twin(from),
        change: "other bytes",
      });
    }
  };
  const hi = envelope(1, utf8("hi"));
  refuses("nothing", "NO_CLOSE", "168 175", utf8(""));
  refuses("no-close", "NO_CLOSE", "168 175", hi, [text("hi")]);
  for (const length of [1, 4]) refuses(`prefix-cut-at-${length}`, "SHORT", "168 175", hi.subarray(0, length));
  for (const length of [5, 6]) refuses(`data-cut-at-${length}`, "SHORT", "168 175", hi.subarray(0, length));
  refuses("cut-behind-another", "SHORT", "168 175", join(hi, u8(8)), [text("hi")]);
  refuses("too-large", "TOO_LARGE", "168 169", join(hi, envelope(2, counting(MOST + 1))), [text("hi")]);
  refuses("far-too-large", "TOO_LARGE", "168 169", fromHex("02ffffffff"));
  for (const [slug, bytes] of Object.entries({
    lone: "c3",
    overlong: "c0af",
    surrogate: "eda080",
    beyond: "f4908080",
  })) {
    refuses(`text-${slug}`, "UTF8", "168", envelope(1, fromHex(bytes)));
  }
  refuses("close-of-one-byte", "BAD_CLOSE", "168", envelope(8, u8(3)));
  refuses("close-with-long-reason", "BAD_CLOSE", "168", closeBytes(1000, `${REASON}r`));
  refuses("close-without-utf-8", "BAD_CLOSE", "168", envelope(8, fromHex("03e8ff")));
  for (const code of [0, 999, 1004, 1005, 1015, 2999, 5000, 65_535]) {
    refuses(`close-${code}`, "BAD_CLOSE", "168", closeBytes(code));
  }
  refuses("lost", "BAD_CLOSE", "168", closeBytes(1006), [], ["service"]);
  for (const flags of [0, 3, 9, 0x80, 0x81]) {
    refuses(`flags-${flags}`, "BAD_FLAGS", "168", envelope(flags, utf8("")), [], ["service"]);
  }
  return suite;
}
