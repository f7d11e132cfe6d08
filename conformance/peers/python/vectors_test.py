"""Holds the node's own code against the golden vectors. Exits with 1 after a failure."""
import asyncio
import hashlib
import itertools
import json
import pathlib
from unittest import mock

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

import wire
from conn import Connection
from wire import Fault, PeerId, Reader

PACKETS = {  # how the node reads and writes each packet, and what the vectors call its fields
    "handshake": (wire.PACKETS[wire.HANDSHAKE], "id services signature"),
    "service-request": (wire.PACKETS[wire.SERVICE_REQUEST], "stream services headers"),
    "service-response": (wire.PACKETS[wire.SERVICE_RESPONSE], "stream handled headers"),
    "data": (wire.PACKETS[wire.DATA], "stream data"), "find-node-request": (wire.PACKETS[wire.FIND_NODE], "target"),
    "find-node-response": (wire.record(wire.FIND_NODE_RESPONSE), "closest"),
}
FAULTS = {InvalidSignature: "BAD_SIGNATURE", InvalidTag: "BAD_TAG", UnicodeDecodeError: "UTF8", ValueError: "LOW_ORDER_KEY"}
unhex = bytes.fromhex
def ip(address):
    return wire.ipaddress.ip_address(unhex(address))
def private(i):
    return X25519PrivateKey.from_private_bytes(unhex(i["privateKey"]))
def to_json(value):
    if isinstance(value, PeerId):
        return {"publicKey": value.key.hex(), "address": value.ip.packed.hex(), "port": value.port}
    if isinstance(value, dict):  # headers
        return [[text.encode(errors="surrogateescape").hex() for text in pair] for pair in value.items()]
    return value.hex() if isinstance(value, bytes) else [*map(to_json, value)] if isinstance(value, list) else value
def from_json(name, value):
    if name == "id":
        return [from_json("", value)]
    if isinstance(value, dict):
        return PeerId(unhex(value["publicKey"]), ip(value["address"]), value["port"])
    if name == "headers":
        return dict([unhex(part).decode(errors="surrogateescape") for part in pair] for pair in value)
    if isinstance(value, list):
        return [from_json("", item) for item in value]
    return unhex(value) if isinstance(value, str) else value
def decode(packet, body):
    r = Reader(body)
    if packet == "peer-id":  # not a packet of its own, but part of others
        return {"fields": to_json(wire.PEER.read(r)), "trailing": r.read().hex()}
    field, names = PACKETS[packet]
    fields = {name: to_json(value) for name, value in zip(names.split(), field.read(r))}
    if packet == "handshake":
        fields = fields | {"id": fields["id"][0]} if fields["id"] else {"services": fields["services"]}
    return {"fields": fields, "trailing": r.read().hex()}
def encode(packet, fields):
    if packet == "peer-id":
        return {"body": wire.PEER.write(from_json("", fields)).hex()}
    values = {"id": [], "signature": b""} | {name: from_json(name, value) for name, value in fields.items()}
    field, names = PACKETS[packet]
    return {"body": field.write([values[name] for name in names.split()]).hex()}
def session(key, counter=0):
    made = wire.Session(X25519PrivateKey.generate(), X25519PrivateKey.generate().public_key().public_bytes_raw())
    made.aead = wire.AESGCM(unhex(key))
    made.sealing, made.opening = (map(wire.NONCE, itertools.count(int(counter))) for _ in range(2))
    return made
def seal_many(i):
    s = session(i["sessionKey"])
    frames = b"".join(s.seal(bytes((n + j) % 256 for j in range(4 + n % 200))) for n in range(i["count"]))
    return {"sha256": hashlib.sha256(frames).hexdigest()}
async def open_frames(i):
    s, reader, plaintexts = session(i["sessionKey"], i["counter"]), asyncio.StreamReader(), []
    reader.feed_data(unhex(i["bytes"]))
    reader.feed_eof()
    try:
        while True:
            plaintexts.append((await s.receive(reader)).hex())
    except asyncio.IncompleteReadError:
        return {"plaintexts": plaintexts, "rest": len(i["bytes"]) // 2 - sum(20 + len(p) // 2 for p in plaintexts)}
    except (Fault, InvalidTag) as fault:
        return {"plaintexts": plaintexts, "rest": 0}, fault, len(plaintexts)
def message(dialed, pending, plaintext):
    seq, opcode, r = wire.parse(plaintext, dialed)
    if opcode is None and seq not in pending:
        return {"kind": "stray", "seq": seq}
    got = {"kind": "reply" if opcode is None else "request", "seq": seq, "body": r.read().hex()}
    return got | ({} if opcode is None else {"opcode": opcode})
def verify_handshake(i):
    [peer], names, _ = wire.read_handshake(Reader(unhex(i["body"])))
    return {"signed": wire.signed(peer, names).hex(), "publicKey": peer.key.hex()}
def sign(i):
    key = Ed25519PrivateKey.from_private_bytes(unhex(i["seed"]))
    return {"publicKey": key.public_key().public_bytes_raw().hex(), "signature": key.sign(unhex(i["message"])).hex()}
def end(dialed):
    owner, writer = mock.MagicMock(stopping=False), mock.MagicMock()
    writer.get_extra_info.return_value, writer.transport.is_closing.return_value = ("127.0.0.1", 1), True
    made = Connection(owner, mock.MagicMock(), writer, dialed)
    made.open, made.services = True, frozenset([b"x"])
    return made, {}  # a connection without a network, and the last stream it knew of each number
async def streams(i):
    def handles():  # does the responder handle the request of this step? As its next answer says
        return next((m["body"][10:12] == "01" for m in i["messages"][step:] if m["body"][:10] == "02" + number), True)
    ends = {"requester": end(True), "responder": end(False)}
    asked, served = ends["requester"][1], ends["responder"][1]
    def state():
        return {"streams": [
            {"stream": n, "handled": s.handled, "request": served[n].buffer.hex(), "requestEnded": served[n].recv_ended,
             "response": s.buffer.hex(), "responseEnded": s.recv_ended} for n, s in asked.items()]}
    for step, m in enumerate(i["messages"]):
        body, number, (sender, sent) = unhex(m["body"]), m["body"][2:10], ends[m["from"]]
        ends["responder"][0].node.services.__contains__.return_value = handles()
        try:
            ends["responder" if m["from"] == "requester" else "requester"][0]._message(bytes(4) + body)
        except Fault as fault:
            return state(), fault, step
        if body[0] == wire.SERVICE_REQUEST:
            sender._numbers = iter([int(number, 16)])
            sender.open_stream([b"x"], {}).end = lambda: None  # the vector says when its request half ends
        for connection, known in ends.values():
            known.update(connection.streams)
        stream, served[int(number, 16)].discarding = sent[int(number, 16)], False  # compare what is discarded as well
        if body[0] == wire.SERVICE_RESPONSE:
            stream.handled = bool(body[5])
        elif body[0] == wire.DATA and len(body) == 7:
            stream.__dict__.pop("end", None)
            stream.end()
    return state()
def closest_many(i):
    key = lambda *label: hashlib.sha256(unhex(i["seed"]) + " ".join(map(str, label)).encode()).digest()
    found = [wire.closest([key("peer", n, j) for j in range(n % 50 + 1)], key("target", n)) for n in range(i["count"])]
    return {"sha256": hashlib.sha256(b"".join(sum(found, []))).hexdigest()}
OPS = {
    "x25519-public-key": lambda i: {"publicKey": private(i).public_key().public_bytes_raw().hex()},
    "session-key": lambda i: {"sessionKey": wire.Session(private(i), unhex(i["publicKey"])).key.hex()},
    "seal": lambda i: {"frame": session(i["sessionKey"], i["counter"]).seal(unhex(i["plaintext"])).hex()},
    "seal-many": seal_many, "open": open_frames, "stream": streams, "closest-many": closest_many,
    "message": lambda i: message(i["role"] == "dialer", i["pending"], unhex(i["plaintext"])),
    "encode": lambda i: encode(i["packet"], i["fields"]), "decode": lambda i: decode(i["packet"], unhex(i["body"])),
    "header-values": lambda i: {"values": to_json(from_json("headers", i["headers"]))},
    "ed25519-sign": sign, "verify-handshake": verify_handshake,
    "ed25519-verify": lambda i: wire.verify(*(unhex(i[key]) for key in ("publicKey", "signature", "message"))) or {},
    "distance": lambda i: {"distance": f"{wire.distance(unhex(i['a']), unhex(i['b'])):064x}",
                           "bucket": wire.bucket_index(unhex(i["a"]), unhex(i["b"]))},
    "closest": lambda i: {"closest": to_json(wire.closest(map(unhex, i["peers"]), unhex(i["target"])))},
    "address": lambda i: {"text": str(wire.plain_ip(ip(i["address"]))), "kind": wire.kind(ip(i["address"])),
                          "unmapped": wire.plain_ip(ip(i["address"])).packed.hex()},
    "may-dial": lambda i: {"allowed": wire.may_dial(ip(i["address"]), ip(i["source"]))},
}
def main():
    files = [json.loads(path.read_text()) for path in (pathlib.Path(__file__).parents[3] / "vectors").glob("v1/**/*.json")]
    tests, failed = [t for file in files for group in file["groups"] for t in group["tests"] if t["op"] in OPS], 0
    for test in tests:
        try:
            got = OPS[test["op"]](test["input"])
            got = asyncio.run(got) if asyncio.iscoroutine(got) else got
            got, fault, step = got if isinstance(got, tuple) else (got, None, None)
        except (Fault, *FAULTS) as error:
            got, fault, step = {}, error, None
        error, expect = test.get("error", {}), test.get("expect", {})
        if "headers" in (fields := expect.get("fields", {})):  # the codec reads them as the node hands them on
            fields["headers"] = to_json(from_json("headers", fields["headers"]))
        same = all(got[key] == expect[key] for key in got) and (got or fault or not expect)
        if not same or FAULTS.get(type(fault), str(fault)) != str(error.get("kind")) or step not in (None, error.get("at")):
            failed += 1
            print("FAIL", test["id"], test["comment"], "\n  expected", expect, error, "\n  got", got, fault)
    print(f"{len(tests)} tests of {len(OPS)} ops, {failed} failed")
    return failed > 0
if __name__ == "__main__":
    raise SystemExit(main())
