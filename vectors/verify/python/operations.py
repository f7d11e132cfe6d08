"""One function for each operation: from the input of a test to what it must expect, or Refused."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import callers
import connects
import gateways
import greetings
import grpcs
import packets
import peers
import schemas
import sessions
import signatures
import sockets
import streams
from refused import Refused


def unhex(text):
    return bytes.fromhex(text)


def session_key(i):
    secret, key = sessions.exchange(unhex(i["privateKey"]), unhex(i["publicKey"]))
    return {"secret": secret.hex(), "sessionKey": key.hex()}


def seal(i):
    key, counter = unhex(i["sessionKey"]), int(i["counter"])
    frame = sessions.seal(key, counter, unhex(i["plaintext"]))
    return {"nonce": sessions.nonce(counter).hex(), "frame": frame.hex()}


def sign(i):
    key = Ed25519PrivateKey.from_private_bytes(unhex(i["seed"]))
    signature = key.sign(unhex(i["message"]))
    return {"publicKey": key.public_key().public_bytes_raw().hex(), "signature": signature.hex()}


def verify(i):
    if not signatures.verifies(unhex(i["publicKey"]), unhex(i["message"]), unhex(i["signature"])):
        raise Refused("BAD_SIGNATURE")


def verify_steps(i):
    found = signatures.steps(unhex(i["publicKey"]), unhex(i["message"]), unhex(i["signature"]))
    # A signature that passes the checks verifies when what is compared with R is R, whatever a library says.
    checks = [signatures.acceptable(unhex(text)) for text in (i["publicKey"], i["signature"][:64])]
    own = all(checks) and found.get("compared") == i["signature"][:64]
    if own != signatures.verifies(unhex(i["publicKey"]), unhex(i["message"]), unhex(i["signature"])):
        raise ValueError("the library and the arithmetic of this script disagree")
    return found


def header_values(i):
    return {"values": [list(item) for item in dict(i["headers"]).items()]}


def distance(i):
    a, b = unhex(i["a"]), unhex(i["b"])
    return {"distance": f"{peers.distance(a, b):064x}", "bucket": peers.bucket(a, b)}


def closest(i):
    keys = peers.closest(unhex(i["target"]), [unhex(key) for key in i["peers"]])
    return {"closest": [key.hex() for key in keys]}


def address(i):
    data = unhex(i["address"])
    return {"text": peers.text_of(data), "kind": peers.kind_of(data), "unmapped": peers.unmapped(data).hex()}


def session(i):
    frames = [(frame["from"], unhex(frame["bytes"])) for frame in i["frames"]]
    return sessions.session(unhex(i["privateKey"]), unhex(i["peerPublicKey"]), frames)


OPERATIONS = {
    "x25519-public-key": lambda i: {"publicKey": sessions.public_key(unhex(i["privateKey"])).hex()},
    "session-key": session_key,
    "seal": seal,
    "seal-many": lambda i: {"sha256": sessions.seal_many(unhex(i["sessionKey"]), i["count"]).hex()},
    "open": lambda i: sessions.open_frames(unhex(i["sessionKey"]), int(i["counter"]), unhex(i["bytes"])),
    "encode": lambda i: {"body": packets.encode(i["packet"], i["fields"]).hex()},
    "decode": lambda i: packets.decode(i["packet"], unhex(i["body"])),
    "message": lambda i: sessions.message(i["role"], i["pending"], unhex(i["plaintext"])),
    "ed25519-sign": sign,
    "ed25519-verify": verify,
    "verify-handshake": lambda i: sessions.check_signature(packets.decode("handshake", unhex(i["body"]))["fields"]),
    "stream": lambda i: streams.run([(one["from"], unhex(one["body"])) for one in i["messages"]]),
    "greeting": lambda i: greetings.run(i["role"], i.get("ownKey"), i.get("dialed"), [*map(unhex, i["messages"])]),
    "call": callers.call,
    "offer": lambda i: callers.offer(i["services"]),
    "cut-body": lambda i: callers.cut_body(i["length"]),
    "choose": lambda i: callers.choose(i["hosted"], i["services"]),
    "header-values": header_values,
    "distance": distance,
    "closest": closest,
    "table": lambda i: peers.table(unhex(i["own"]), [*map(unhex, i["seen"])]),
    "closest-many": lambda i: {"sha256": peers.closest_many(unhex(i["seed"]), i["count"]).hex()},
    "address": address,
    "may-dial": lambda i: {"allowed": peers.may_dial(unhex(i["address"]), unhex(i["source"]))},
    "session": session,
    "http-request": gateways.request,
    "http-response": gateways.response,
    "http-path": gateways.path,
    "http-params": gateways.route,
    "socket-write": sockets.write,
    "socket-read": sockets.read,
    "grpc-type": grpcs.kind,
    "grpc-timeout": grpcs.timeout,
    "grpc-message": grpcs.message,
    "grpc-request": grpcs.request,
    "grpc-response": grpcs.response,
    "connect-error": connects.error,
    "connect-timeout": connects.timeout,
    "schema-methods": schemas.methods,
    "schema-to-json": schemas.to_json,
    "schema-from-json": schemas.from_json,
}

# Intermediate values by their names, where an operation has some.
STEPS = {"ed25519-verify": verify_steps}
