import { type CaseText, chapter } from "../../case.ts";
import {
  anonymous,
  connect,
  end,
  expectBody,
  expectReply,
  expectResponse,
  expectServed,
  expectTidy,
  findNode,
  hex,
  request,
  send,
  succeeds,
  type Text,
  utf8,
} from "../../steps/index.ts";

/** Names that no node hosts, or that only resemble one it does. */
function refused(requirement: CaseText["requires"][0], why: string, names: readonly Text[], more = {}): CaseText {
  return {
    requires: [requirement, "FLT-PKT-050"],
    why,
    control: [connect(anonymous), send(request(names)), expectResponse({ handled: false }), expectServed()],
    expect: succeeds(),
    ...more,
  };
}
const INVALID: Readonly<Record<string, string>> = {
  "lone-continuation": "65636880",
  overlong: "c1a5",
  surrogate: "eda080",
  "above-unicode": "f4908080",
  "cut-short": "6563e2",
};
const notUtf8 = Object.fromEntries(
  Object.entries(INVALID).map(([name, bytes]): [string, CaseText] => [
    `not-utf8-${name}`,
    refused(
      "FLT-PKT-043",
      `Bytes with a fault (${name.replace(/-/g, " ")}) name no service, and a peer with a bug in its names is still a peer.`,
      [hex(bytes)],
    ),
  ]),
);
const near = (why: string, name: Text): CaseText => ({ ...refused("FLT-PKT-022", why, [name]), needs: "empty" });

export default chapter("packet/service-name", {
  ...notUtf8,
  "not-utf8-and-repaired": {
    ...refused(
      "FLT-PKT-043",
      "A decoder that drops what it cannot read turns a broken name into a name somebody hosts.",
      [new Uint8Array([...utf8("emp"), 0xff, ...utf8("ty")])],
    ),
    needs: "empty",
  },
  "with-a-byte-order-mark": near(
    "A decoder that swallows a byte order mark serves a name that was never asked for.",
    new Uint8Array([0xef, 0xbb, 0xbf, ...utf8("empty")]),
  ),
  "one-byte-longer": near("A comparison as far as the shorter name goes takes every longer one for it.", "emptyx"),
  "in-full-width-letters": near("A name that normalises to another is not that other.", "ｅmpty"),
  "with-a-line-end": near("Names are not lines, and nothing is trimmed from them.", "empty\n"),
  "of-255-bytes": refused("FLT-PKT-022", "The longest name there is can be asked for like any other.", [
    "n".repeat(255),
  ]),
  "255-names": refused(
    "FLT-PKT-050",
    "A request may leave a node the choice of 255 services, and refusing all of them takes one answer.",
    Array.from({ length: 255 }, (_, i) => `n${i}`),
  ),
  "handled-and-not": {
    requires: ["FLT-PKT-050", "FLT-RPC-006"],
    why: "Originals read any handled but 0 as a promise, and wait for a body that never comes.",
    needs: "empty",
    control: [
      connect(anonymous),
      send(request("empty", [], 21)),
      send(request("conformance-not-hosted", [], 23)),
      send(end(21)),
      send(end(23)),
      expectResponse({ stream: 21, handled: true, exact: true }),
      expectBody(new Uint8Array(0), 21),
      expectResponse({ stream: 23, handled: false, exact: true }),
      send(findNode()),
      expectReply("find-node-response"),
      expectTidy(),
    ],
    expect: succeeds(),
  },
});
