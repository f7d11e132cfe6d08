import { counting, hex, join, u8, u32 } from "../bytes.ts";
import {
  dataFields,
  findNodeFields,
  handshakeFields,
  message,
  OPCODE,
  requestFields,
  responseFields,
} from "../packets.ts";
import { Suite } from "../suite.ts";
import type { Fields } from "../types.ts";

/** What one plaintext is to one side of a connection, whose Handshakes are done. */
export function messages(): Suite {
  const suite = new Suite(
    "message",
    "Sequence numbers and opcodes: replies, late replies, requests, and what is refused.",
  );
  const group = suite.group(
    "Message",
    "One plaintext, read by the dialer or by the listener while the given numbers of its own are pending.",
  );
  const input = (role: string, pending: readonly number[], plaintext: Uint8Array): Fields => ({
    role,
    pending,
    plaintext: hex(plaintext),
  });
  const own = { dialer: [1, 3, 0xffff_ffff], listener: [2, 4, 0xffff_fffe] } as const;
  const theirs = { dialer: own.listener, listener: own.dialer } as const;
  for (const role of ["dialer", "listener"] as const) {
    for (const seq of own[role]) {
      group.valid("message", `${role}-reply-${seq}`, {
        comment: "The number of a pending request: its reply, whatever the body is.",
        requirements: ["FLT-RPC-010", "FLT-RPC-008"],
        input: input(
          role,
          [seq, seq === 3 || seq === 4 ? seq + 2 : own[role][1]],
          message(seq, undefined, [["body", counting(3)]]),
        ),
        expect: { kind: "reply", seq, body: hex(counting(3)) },
      });
      group.valid("message", `${role}-stray-${seq}`, {
        comment:
          "A number of the reader's own parity that is not pending: a late reply, ignored even where it looks like a request.",
        requirements: ["FLT-RPC-011"],
        input: input(role, [], message(seq, OPCODE.findNodeRequest, findNodeFields(counting(32)))),
        expect: { kind: "stray", seq },
      });
    }
    group.valid("message", `${role}-empty-reply`, {
      comment: "A reply with an empty body is still the reply; its packet is malformed, which is for whoever asked.",
      requirements: ["FLT-RPC-010"],
      input: input(role, [own[role][0]], u32(own[role][0])),
      expect: { kind: "reply", seq: own[role][0], body: "" },
    });
    for (const seq of theirs[role]) {
      group.valid("message", `${role}-find-node-${seq}`, {
        comment: "A number of the peer's parity: a request, up to the largest.",
        requirements: ["FLT-RPC-012", "FLT-RPC-019"],
        flags: seq > 4 ? ["Boundary"] : [],
        input: input(role, [], message(seq, OPCODE.findNodeRequest, findNodeFields(counting(32)))),
        expect: { kind: "request", seq, opcode: 4, body: hex(counting(32)) },
      });
    }
    for (const [slug, opcode, fields] of [
      ["service-request", OPCODE.serviceRequest, requestFields(7, ["echo"], [])],
      ["service-response", OPCODE.serviceResponse, responseFields(7, 1, [])],
      ["data", OPCODE.data, dataFields(7, counting(5))],
    ] as const) {
      for (const seq of [0, theirs[role][0]]) {
        const plaintext = message(seq, opcode, fields);
        group.valid("message", `${role}-${slug}-${seq}`, {
          comment:
            seq === 0
              ? "Service messages carry the number 0."
              : "With a number of the peer's parity they mean the same.",
          requirements: [seq === 0 ? "FLT-RPC-006" : "FLT-RPC-014"],
          flags: seq === 0 ? [] : ["Compat"],
          input: input(role, [], plaintext),
          expect: { kind: "request", seq, opcode, body: hex(plaintext.subarray(5)) },
        });
      }
    }
    const shake = handshakeFields(undefined, []);
    const twin = group.valid("message", `${role}-handshake`, {
      comment: "A Handshake under a number of the peer's parity.",
      requirements: ["FLT-RPC-012"],
      input: input(role, [], message(theirs[role][0], OPCODE.handshake, shake)),
      expect: { kind: "request", seq: theirs[role][0], opcode: 0, body: "0000" },
    });
    const refuse = (slug: string, plaintext: Uint8Array, change: string, kind: string, requirement: string) =>
      group.invalid("message", `${role}-${slug}`, {
        comment: change,
        requirements: [requirement],
        input: input(role, [], plaintext),
        error: { kind, action: "close" },
        twin,
        change,
      });
    refuse(
      "handshake-0",
      message(0, OPCODE.handshake, shake),
      "the number 0, to which nothing can reply",
      "NO_REPLY_NUMBER",
      "FLT-RPC-015",
    );
    refuse(
      "find-node-0",
      message(0, OPCODE.findNodeRequest, findNodeFields(counting(32))),
      "a FindNodeRequest with the number 0",
      "NO_REPLY_NUMBER",
      "FLT-RPC-015",
    );
    refuse("empty", u32(theirs[role][0]), "nothing behind the number", "EMPTY_BODY", "FLT-RPC-016");
    refuse("empty-0", u32(0), "the number 0 and nothing behind it", "EMPTY_BODY", "FLT-RPC-016");
    for (const opcode of [5, 6, 127, 255]) {
      refuse(
        `opcode-${opcode}`,
        join(u32(theirs[role][0]), u8(opcode), u8(0)),
        `opcode ${opcode}`,
        "UNKNOWN_OPCODE",
        "FLT-RPC-017",
      );
    }
    refuse(
      "opcode-5-with-0",
      join(u32(0), u8(5), u8(0)),
      "opcode 5 with the number 0",
      "UNKNOWN_OPCODE",
      "FLT-RPC-017",
    );
  }
  return suite;
}
