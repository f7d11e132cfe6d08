"""Bytes on the wire: cryptography (chapters 02, 05), messages (03), packets (04), peers (07)."""
import hashlib
import io
import ipaddress
import itertools
import struct
from collections import namedtuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MIN_FRAME_LENGTH, MAX_FRAME_LENGTH, MAX_PLAINTEXT_LENGTH = 20, 4096, 4080
MAX_DATA_LENGTH, BUCKET_SIZE = 2048, 16
HANDSHAKE, SERVICE_REQUEST, SERVICE_RESPONSE, DATA, FIND_NODE = range(5)  # the opcodes

class Fault(Exception):
    """The peer broke a rule. The only answer is to close (FLT-ERR-001)."""
def demand(ok, rule, error=Fault):
    if not ok:
        raise error(rule)

# --- cryptography: what fails here raises an exception of the library, which closes like a Fault ---
NONCE = struct.Struct(">Q4x").pack
P = 2**255 - 19
Y_OF_ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7

def verify(key: bytes, signature: bytes, message: bytes):
    """Strict Ed25519: OpenSSL, which keeps to FLT-HSK-023 and FLT-HSK-027, and what it leaves out."""
    for point in (key, signature[:32]):  # canonical (FLT-HSK-024) and not of small order (FLT-HSK-025)
        y = int.from_bytes(point, "little") & (2**255 - 1)
        demand(y < P and y not in (0, 1, P - 1, Y_OF_ORDER_8, P - Y_OF_ORDER_8), "BAD_SIGNATURE")
    Ed25519PublicKey.from_public_bytes(key).verify(signature, message)

class Session:
    """The sealed channel that follows the exchange of keys."""
    def __init__(self, private, peer_key: bytes):
        secret = private.exchange(X25519PublicKey.from_public_bytes(peer_key))  # not all zero (FLT-SES-008)
        self.key = hashlib.blake2b(secret, digest_size=32).digest()
        self.aead = AESGCM(self.key)
        self.sealing, self.opening = (map(NONCE, itertools.count()) for _ in range(2))
    @classmethod
    async def agree(cls, reader, writer, dialed):
        """Exchanges keys; the dialer's goes first."""
        private = X25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        if dialed:
            writer.write(public)
        peer_key = await reader.readexactly(32)
        demand(peer_key != public, "the own key came back")  # FLT-SES-009
        session = cls(private, peer_key)
        if not dialed:
            writer.write(public)
        return session
    def seal(self, plaintext: bytes) -> bytes:
        sealed = self.aead.encrypt(next(self.sealing), plaintext, None)
        return len(sealed).to_bytes(4) + sealed
    async def receive(self, reader) -> bytes:
        length = int.from_bytes(await reader.readexactly(4))
        demand(length >= MIN_FRAME_LENGTH, "FRAME_TOO_SHORT")
        demand(length <= MAX_FRAME_LENGTH, "FRAME_TOO_LONG")
        return self.aead.decrypt(next(self.opening), await reader.readexactly(length), None)

# --- packets: a field reads itself off a body and writes itself; a packet is a record of fields ---
class Reader(io.BytesIO):
    """Takes fields off a body; what is not taken is ignored (FLT-PKT-004)."""
    def take(self, size: int) -> bytes:
        data = self.read(size)
        demand(len(data) == size, "SHORT")
        return data
# Reads from a Reader; writes to bytes, or raises ValueError or OverflowError for what it cannot hold.
Field = namedtuple("Field", "read write")
PeerId = namedtuple("PeerId", "key ip port")  # the IP address in the form it has on the wire (FLT-HSK-021)

def uint(size, most):
    def read(r):
        value = int.from_bytes(r.take(size))
        demand(value <= most, "RANGE")
        return value
    return Field(read, lambda value: value.to_bytes(size))
def raw(size):
    return Field(lambda r: r.take(size), bytes)
def counted(count, least=0):
    def write(value):
        demand(len(value) >= least, "a name or a key is empty", ValueError)
        return count.write(len(value)) + value
    return Field(lambda r: r.take(count.read(r)), write)
def many(count, item):
    return Field(lambda r: [item.read(r) for _ in range(count.read(r))],
                 lambda items: count.write(len(items)) + b"".join(map(item.write, items)))
def record(*fields, make=tuple):
    return Field(lambda r: make(field.read(r) for field in fields),
                 lambda values: b"".join(field.write(value) for field, value in zip(fields, values)))

def signed(peer, names):
    return PEER.write(peer) + b"".join(names)
def read_handshake(r):
    ids, names = IDS.read(r), NAMES.read(r)
    b"\0".join(names).decode()  # raises an error for what is not UTF-8 (FLT-PKT-032)
    signature = r.take(64 * len(ids))
    for peer in ids:
        verify(peer.key, signature, signed(peer, names))
    return ids, names, signature

U8, U16, U32, FLAG = uint(1, 0xFF), uint(2, 0xFFFF), uint(4, 0xFFFFFFFF), uint(1, 1)
LABEL = counted(U8, least=1)  # what writes it; a reader takes an empty one (FLT-PKT-023, FLT-HDR-004)
NAMES, PAIRS = many(U8, LABEL), many(U16, record(LABEL, counted(U16)))
HEADERS = Field(  # a dict: the last value of a key counts (FLT-HDR-006); any bytes survive (FLT-HDR-005)
    lambda r: dict([part.decode(errors="surrogateescape") for part in pair] for pair in PAIRS.read(r)),
    lambda headers: PAIRS.write([[part.encode() for part in pair] for pair in headers.items()]))
ADDRESS = Field(lambda r: ipaddress.ip_address(r.take(16 if FLAG.read(r) else 4)),
                lambda ip: FLAG.write(ip.version == 6) + ip.packed)
PEER = record(raw(32), ADDRESS, U16, make=PeerId._make)
IDS = many(FLAG, PEER)  # has-ID is a count: one ID, or none of an anonymous node
PACKETS = {
    HANDSHAKE: Field(read_handshake, record(IDS, NAMES, raw(64)).write),  # IDs, names, signature
    SERVICE_REQUEST: record(U32, NAMES, HEADERS),  # stream, names, headers
    SERVICE_RESPONSE: record(U32, FLAG, HEADERS),  # stream, handled, headers
    DATA: record(U32, counted(uint(2, MAX_DATA_LENGTH))),  # stream, bytes
    FIND_NODE: record(raw(32)),  # target
}
FIND_NODE_RESPONSE = many(U8, PEER)

def packet(opcode, *values):
    body = bytes([opcode]) + PACKETS[opcode].write(values)
    demand(4 + len(body) <= MAX_PLAINTEXT_LENGTH, "a packet does not fit one frame", ValueError)
    return body
def parse(plaintext, dialed):
    """Number, opcode (None: a reply) and packet of a message."""
    seq, body = int.from_bytes(plaintext[:4]), Reader(plaintext[4:])
    if seq and seq % 2 == dialed:  # the own parity
        return seq, None, body
    demand(len(plaintext) > 4, "EMPTY_BODY")
    opcode = U8.read(body)
    demand(opcode in PACKETS, "UNKNOWN_OPCODE")
    demand(seq or opcode not in (HANDSHAKE, FIND_NODE), "NO_REPLY_NUMBER")
    return seq, opcode, body

# --- keys and addresses of peers (chapter 07) ---
KINDS = {kind: [*map(ipaddress.ip_network, blocks.split())] for kind, blocks in {
    "unspecified": "0.0.0.0/32 ::/128", "loopback": "127.0.0.0/8 ::1/128", "broadcast": "255.255.255.255/32",
    "private": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 fc00::/7",
    "link-local": "169.254.0.0/16 fe80::/10", "multicast": "224.0.0.0/4 ff00::/8",
}.items()}

def distance(a, b):
    return int.from_bytes(a) ^ int.from_bytes(b)
def bucket_index(a, b):
    return 256 - distance(a, b).bit_length()
def closest(keys, target):
    return sorted(set(keys) - {target}, key=lambda key: distance(key, target))[:BUCKET_SIZE]
def plain_ip(ip):
    ip = ipaddress.ip_address(ip)
    return getattr(ip, "ipv4_mapped", None) or ip  # FLT-PKT-012
def kind(ip):
    ip = plain_ip(ip)
    return next((kind for kind, blocks in KINDS.items() if any(ip in block for block in blocks)), "public")
def may_dial(ip, source):
    """May a node dial `ip`, which a peer at `source` named (FLT-DHT-050, FLT-DHT-052, FLT-DHT-053)?"""
    if kind(ip) == "loopback":
        return kind(source) == "loopback"
    return kind(ip) == "public" or kind(ip) in ("private", "link-local") and kind(source) != "public"
