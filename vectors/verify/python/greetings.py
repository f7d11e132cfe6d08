"""The Handshakes of one connection, as one side reads them (chapter 05)."""

import packets
import sessions
from refused import Refused

NOBODY = object()


class Greeting:
    def __init__(self, role, own_key, dialed):
        self.role = role
        self.own_key = own_key
        self.dialed = dialed
        self.pending = {1} if role == "dialer" else set()
        self.identity = NOBODY
        self.offers = []
        self.replied = []
        self.open = False

    def read(self, plaintext):
        message = sessions.message(self.role, self.pending, plaintext)
        if message["kind"] == "stray":
            return
        body = bytes.fromhex(message["body"])
        if message["kind"] == "reply":
            self.pending.remove(message["seq"])
            self.handshake(body)
            self.open = True
            return
        packet = sessions.OPCODES[message["opcode"]]
        if packet == "handshake":
            self.handshake(body)
            self.open = self.open or self.role == "listener"
        elif self.role == "listener" and self.identity is NOBODY:
            raise Refused("NO_HANDSHAKE")
        else:
            decode(packet, body)
        if packet in sessions.REPLIES:
            self.replied.append(message["seq"])

    def handshake(self, body):
        fields = decode("handshake", body)
        key = None
        if "id" in fields:
            key = fields["id"]["publicKey"]
            if key == self.own_key:
                raise Refused("OWN_IDENTITY")
            sessions.check_signature(fields)
        if self.dialed is not None and key != self.dialed:
            raise Refused("WRONG_PEER")
        if self.identity not in (NOBODY, key):
            raise Refused("IDENTITY_CHANGED")
        self.identity = key
        names = dict.fromkeys(fields["services"])
        self.offers = [name for name in names if name and not name.startswith("7e")]


def decode(packet, body):
    try:
        return packets.decode(packet, body)["fields"]
    except Refused:
        raise Refused("MALFORMED_PACKET") from None


def run(role, own_key, dialed, messages):
    greeting = Greeting(role, own_key, dialed)
    for index, plaintext in enumerate(messages):
        try:
            greeting.read(plaintext)
        except Refused as refused:
            raise Refused(refused.kind, index) from None
    return {
        "peer": greeting.identity,
        "offers": greeting.offers,
        "replied": greeting.replied,
        "open": greeting.open,
    }
