"""What a node may write on behalf of its user, and what it serves of what it reads."""

import packets
from refused import Rejected

MAX_PLAINTEXT = 4080
MAX_DATA = 2048


def check_names(names):
    if len(names) > 255:
        raise Rejected("TOO_LARGE")
    for name in names:
        if name == b"":
            raise Rejected("EMPTY_NAME")
        if name.startswith(b"~"):
            raise Rejected("RESERVED_NAME")
        if len(name) > 255:
            raise Rejected("TOO_LARGE")


def check_headers(headers):
    seen = set()
    for key, value in headers:
        if key == b"":
            raise Rejected("EMPTY_KEY")
        if key.startswith(b"~"):
            raise Rejected("RESERVED_KEY")
        if key in seen:
            raise Rejected("REPEATED_KEY")
        if len(key) > 255 or len(value) > 65535:
            raise Rejected("TOO_LARGE")
        seen.add(key)


def fits(plaintext):
    if len(plaintext) > MAX_PLAINTEXT:
        raise Rejected("TOO_LARGE")
    return plaintext


def call(fields):
    names = [bytes.fromhex(name) for name in fields["services"]]
    if not names:
        raise Rejected("NO_NAME")
    check_names(names)
    check_headers([(bytes.fromhex(key), bytes.fromhex(value)) for key, value in fields["headers"]])
    return {"plaintext": fits(bytes(4) + b"\x01" + packets.encode("service-request", fields)).hex()}


def offer(services):
    check_names([bytes.fromhex(name) for name in services])
    body = packets.encode("handshake", {"services": services})
    return {"plaintextLength": len(fits(b"\x00\x00\x00\x01\x00" + body))}


def cut_body(length):
    return {"lengths": [min(MAX_DATA, length - at) for at in range(0, length, MAX_DATA)] + [0]}


def choose(hosted, services):
    """The first hosted name, or None. What is no text is among no hosted names, which are text."""
    return {"service": next((name for name in services if name in hosted and not name.startswith("7e")), None)}
