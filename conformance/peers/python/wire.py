"""Bytes on the wire: cryptography (chapters 02 and 05), messages (03), packets (04), addresses (07)."""
import functools
import hashlib
import ipaddress
import struct
from typing import Callable, NamedTuple

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MIN_FRAME_LENGTH, MAX_FRAME_LENGTH, MAX_PLAINTEXT_LENGTH, MAX_DATA_LENGTH, BUCKET_SIZE = 20, 4096, 4080, 2048, 16
HANDSHAKE, SERVICE_REQUEST, SERVICE_RESPONSE, DATA, FIND_NODE = range(5)

class Fault(Exception):
    """The peer broke a rule. The only answer is to close (FLT-ERR-001)."""

def demand(ok, rule, error=Fault):
    if not ok:
        raise error(rule)

# --- cryptography ---
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

def good_point(encoded: bytes) -> bool:
    """Is this the canonical encoding of a point that is not of small order (FLT-HSK-024, FLT-HSK-025)?"""
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    yy = y * y % P
    # x^2 = (y^2-1)/(d*y^2+1) has a root if and only if the product of the two is 0 or a square.
    on_curve = pow((yy - 1) * (D * yy + 1), (P - 1) // 2, P) != P - 1
    # y^2 = 1: orders 1 and 2, and the only points with x = 0; y = 0: order 4; the last factor: order 8.
    return y < P and on_curve and y * (yy - 1) * (D * yy * yy + 2 * yy - 1) % P != 0

def verify(key: bytes, signature: bytes, message: bytes) -> bool:
    """Strict Ed25519: OpenSSL, which is cofactorless and compares R bytewise (FLT-HSK-027), and checks of our own."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return int.from_bytes(signature[32:], "little") < L and good_point(key) and good_point(signature[:32])

def session_key(private, peer_key: bytes) -> bytes:
    try:
        secret = private.exchange(X25519PublicKey.from_public_bytes(peer_key))
    except ValueError:  # an all-zero secret (FLT-SES-008)
        raise Fault("LOW_ORDER_KEY") from None
    return hashlib.blake2b(secret, digest_size=32).digest()

class Session:
    """The sealed channel that follows the exchange of keys."""
    def __init__(self, private, peer_key: bytes):
        self.aead, self.sealed, self.opened = AESGCM(session_key(private, peer_key)), 0, 0
    def seal(self, plaintext: bytes) -> bytes:
        sealed = self.aead.encrypt(struct.pack(">Q4x", self.sealed), plaintext, None)
        self.sealed += 1
        return len(sealed).to_bytes(4) + sealed
    def open(self, sealed: bytes) -> bytes:
        self.opened += 1
        try:
            return self.aead.decrypt(struct.pack(">Q4x", self.opened - 1), sealed, None)
        except InvalidTag:
            raise Fault("BAD_TAG") from None
    async def receive(self, reader) -> bytes:
        length = int.from_bytes(await reader.readexactly(4))
        demand(length >= MIN_FRAME_LENGTH, "FRAME_TOO_SHORT")
        demand(length <= MAX_FRAME_LENGTH, "FRAME_TOO_LONG")
        return self.open(await reader.readexactly(length))

# --- packets: a field reads itself off a body and writes itself; a packet is a record of fields ---
class Reader:
    """Takes fields off a body; what is not taken is ignored (FLT-PKT-004)."""
    def __init__(self, data: bytes):
        self.data, self.at = data, 0
    def take(self, size: int) -> bytes:
        demand(self.at + size <= len(self.data), "SHORT")
        self.at += size
        return self.data[self.at - size : self.at]

class Field(NamedTuple):
    read: Callable  # from a Reader
    write: Callable  # to bytes; raises ValueError or OverflowError for what the field cannot hold

def uint(size, most):
    def read(r):
        value = int.from_bytes(r.take(size))
        demand(value <= most, "RANGE")
        return value
    return Field(read, lambda value: value.to_bytes(size))
def raw(size):
    return Field(lambda r: r.take(size), bytes)
def counted(count):
    return Field(lambda r: r.take(count.read(r)), lambda value: count.write(len(value)) + value)
def many(count, item):
    return Field(lambda r: [item.read(r) for _ in range(count.read(r))],
                 lambda items: count.write(len(items)) + b"".join(map(item.write, items)))
def record(*fields):
    return Field(lambda r: tuple(field.read(r) for field in fields),
                 lambda values: b"".join(field.write(value) for field, value in zip(fields, values, strict=True)))

def write_label(label):
    demand(label.decode(), "a name or a key is empty", ValueError)  # or UnicodeDecodeError, which is one
    return U8.write(len(label)) + label

def text(data):
    return data.decode(errors="surrogateescape")  # bytes that are not UTF-8 survive (FLT-HDR-005)

class PeerId(NamedTuple):
    key: bytes
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address  # in the form of the wire, which is what was signed (FLT-HSK-021)
    port: int

class Handshake(NamedTuple):
    peer: PeerId | None
    names: list[bytes]
    signature: bytes
    @property
    def signed(self) -> bytes:
        return PEER.write(self.peer) + b"".join(self.names)
    @staticmethod
    def decode(r):
        peer, names = PEER.read(r) if FLAG.read(r) else None, NAMES.read(r)
        try:
            b"\0".join(names).decode()
        except UnicodeDecodeError:
            raise Fault("UTF8") from None
        return Handshake(peer, names, r.take(64) if peer else b"")
    @staticmethod
    def read(r):
        peer, _, signature = handshake = Handshake.decode(r)
        demand(not peer or verify(peer.key, signature, handshake.signed), "BAD_SIGNATURE")
        return handshake
    @staticmethod
    def encode(values):
        peer, names, signature = values
        return (b"\1" + PEER.write(peer) if peer else b"\0") + NAMES.write(names) + signature

U8, U16, U32, FLAG = uint(1, 0xFF), uint(2, 0xFFFF), uint(4, 0xFFFFFFFF), uint(1, 1)
LABEL = Field(counted(U8).read, write_label)
NAMES, PAIRS = many(U8, LABEL), many(U16, record(LABEL, counted(U16)))
HEADERS = Field(lambda r: {text(key): text(value) for key, value in PAIRS.read(r)},  # the last value (FLT-HDR-006)
                lambda headers: PAIRS.write([(key.encode(), value.encode()) for key, value in headers.items()]))
ADDRESS = Field(lambda r: ipaddress.ip_address(r.take(16 if FLAG.read(r) else 4)),
                lambda ip: bytes([ip.version == 6]) + ip.packed)
PEER = Field(lambda r: PeerId(raw(32).read(r), ADDRESS.read(r), U16.read(r)), record(raw(32), ADDRESS, U16).write)
PACKETS = {
    "handshake": Field(Handshake.decode, Handshake.encode),
    "service-request": record(U32, NAMES, HEADERS),
    "service-response": record(U32, FLAG, HEADERS),
    "data": record(U32, counted(uint(2, MAX_DATA_LENGTH))),
    "find-node-request": record(raw(32)),
    "find-node-response": record(many(U8, PEER)),
}

def packet(opcode, name, *values):
    body = bytes([opcode]) + PACKETS[name].write(values)
    demand(4 + len(body) <= MAX_PLAINTEXT_LENGTH, "a packet does not fit one frame", ValueError)
    return body

service_request = functools.partial(packet, SERVICE_REQUEST, "service-request")  # stream, names, headers
service_response = functools.partial(packet, SERVICE_RESPONSE, "service-response")  # stream, handled, headers
data = functools.partial(packet, DATA, "data")  # stream, chunk

def write_handshake(secret, peer, names):
    demand(not any(name.startswith(b"~") for name in names), "a service name begins with ~", ValueError)
    signature = secret.sign(Handshake(peer, names, b"").signed)
    return packet(HANDSHAKE, "handshake", peer, names, signature)[1:]  # a reply has no opcode

def read_find_node_response(body):
    return PACKETS["find-node-response"].read(Reader(body))[0][:BUCKET_SIZE]

def parse(plaintext, dialed, pending):
    """Number, opcode and packet of a message; without opcode: a reply; None: to be ignored (FLT-RPC-011)."""
    seq, body = int.from_bytes(plaintext[:4]), Reader(plaintext[4:])
    if seq and seq % 2 == dialed:  # the own parity
        return (seq, None, body) if seq in pending else None
    demand(body.data, "EMPTY_BODY")
    opcode = body.take(1)[0]
    demand(opcode <= FIND_NODE, "UNKNOWN_OPCODE")
    demand(seq or opcode not in (HANDSHAKE, FIND_NODE), "NO_REPLY_NUMBER")
    return seq, opcode, body

# --- addresses ---
KINDS = {
    "unspecified": "0.0.0.0/32 ::/128", "loopback": "127.0.0.0/8 ::1/128", "broadcast": "255.255.255.255/32",
    "private": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 fc00::/7",
    "link-local": "169.254.0.0/16 fe80::/10", "multicast": "224.0.0.0/4 ff00::/8",
}

def plain_ip(ip):
    ip = ipaddress.ip_address(ip)
    return getattr(ip, "ipv4_mapped", None) or ip  # FLT-PKT-012

def kind(ip):
    ip = plain_ip(ip)
    return next((k for k, nets in KINDS.items() for net in nets.split() if ip in ipaddress.ip_network(net)), "public")

def may_dial(ip, source):
    """May a node dial `ip`, which a peer at `source` named (FLT-DHT-050, FLT-DHT-052, FLT-DHT-053)?"""
    if kind(ip) == "loopback":
        return kind(source) == "loopback"
    return kind(ip) == "public" or kind(ip) in ("private", "link-local") and kind(source) != "public"
