"""Keys, frames and messages of chapters 02 and 03."""

from hashlib import blake2b, sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import packets
import signatures
from refused import Refused

OPCODES = ["handshake", "service-request", "service-response", "data", "find-node-request"]
REPLIES = {"handshake": "handshake", "find-node-request": "find-node-response"}
PARITY = {"dialer": 1, "listener": 0}


def public_key(private_key):
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def exchange(private_key, peer_key):
    try:
        secret = X25519PrivateKey.from_private_bytes(private_key).exchange(X25519PublicKey.from_public_bytes(peer_key))
    except ValueError:
        raise Refused("LOW_ORDER_KEY") from None
    return secret, blake2b(secret, digest_size=32).digest()


def nonce(counter):
    return counter.to_bytes(8, "big") + bytes(4)


def seal(key, counter, plaintext):
    sealed = AESGCM(key).encrypt(nonce(counter), plaintext, None)
    return len(sealed).to_bytes(4, "big") + sealed


def seal_many(key, count):
    digest = sha256()
    for n in range(count):
        digest.update(seal(key, n, bytes((n + i) % 256 for i in range(4 + n % 200))))
    return digest.digest()


def open_frames(key, counter, data):
    plaintexts = []

    def refuse(kind):
        raise Refused(kind, len(plaintexts), {"plaintexts": plaintexts, "rest": 0})

    at = 0
    while len(data) - at >= 4:
        length = int.from_bytes(data[at : at + 4], "big")
        if length > 4096:
            refuse("FRAME_TOO_LONG")
        if length < 20:
            refuse("FRAME_TOO_SHORT")
        if len(data) - at - 4 < length:
            break
        try:
            plaintext = AESGCM(key).decrypt(nonce(counter), data[at + 4 : at + 4 + length], None)
        except InvalidTag:
            refuse("BAD_TAG")
        plaintexts.append(plaintext.hex())
        counter += 1
        at += 4 + length
    return {"plaintexts": plaintexts, "rest": len(data) - at}


def kind_of(role, pending, seq):
    """What a number says to the side that reads it: parity first, the pending numbers second."""
    if seq == 0 or seq % 2 != PARITY[role]:
        return "request"
    return "reply" if seq in pending else "stray"


def message(role, pending, plaintext):
    seq, body = int.from_bytes(plaintext[:4], "big"), plaintext[4:]
    kind = kind_of(role, pending, seq)
    if kind == "stray":
        return {"kind": kind, "seq": seq}
    if kind == "reply":
        return {"kind": kind, "seq": seq, "body": body.hex()}
    if not body:
        raise Refused("EMPTY_BODY")
    opcode = body[0]
    if opcode >= len(OPCODES):
        raise Refused("UNKNOWN_OPCODE")
    if seq == 0 and OPCODES[opcode] in REPLIES:
        raise Refused("NO_REPLY_NUMBER")
    return {"kind": kind, "seq": seq, "opcode": opcode, "body": body[1:].hex()}


def session(private_key, peer_key, frames):
    """Opens and reads every frame of a conversation; signatures of Handshakes must verify."""
    _, key = exchange(private_key, peer_key)
    counters = {"dialer": 0, "listener": 0}
    pending = {"dialer": {}, "listener": {}}
    messages = []
    for sender, data in frames:
        reader = "listener" if sender == "dialer" else "dialer"
        opened = open_frames(key, counters[sender], data)
        if len(opened["plaintexts"]) != 1 or opened["rest"]:
            raise ValueError("expected one frame")
        counters[sender] += 1
        read = message(reader, pending[reader], bytes.fromhex(opened["plaintexts"][0]))
        if read["kind"] == "reply":
            packet = REPLIES[pending[reader].pop(read["seq"])]
        else:
            packet = OPCODES[read["opcode"]]
            if packet in REPLIES:
                pending[sender][read["seq"]] = packet
        decoded = packets.decode(packet, bytes.fromhex(read["body"]))
        fields = decoded["fields"]
        if packet == "handshake" and "id" in fields:
            check_signature(fields)
        messages.append({"from": sender, "seq": read["seq"], "kind": read["kind"], "packet": packet, **decoded})
    return {"sessionKey": key.hex(), "messages": messages}


def check_signature(fields):
    signed = packets.signed_bytes(fields)
    key = bytes.fromhex(fields["id"]["publicKey"])
    if not signatures.verifies(key, signed, bytes.fromhex(fields["signature"])):
        raise Refused("BAD_SIGNATURE")
    return {"signed": signed.hex(), "publicKey": key.hex()}
