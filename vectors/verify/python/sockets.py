"""Messages of a WebSocket in the bodies of a call, by chapter 13 of the specification."""

import struct

from refused import Rejected

TEXT, BINARY, CLOSE = 1, 2, 8


def write(i):
    return {"bytes": b"".join(map(one, i["messages"])).hex()}


def one(message):
    kind = message["type"]
    if kind == "close":
        data = struct.pack(">H", message["code"]) + bytes.fromhex(message["reason"]) if "code" in message else b""
        return struct.pack(">BI", CLOSE, len(data)) + data
    data = bytes.fromhex(message["data"])
    return struct.pack(">BI", TEXT if kind == "text" else BINARY, len(data)) + data


def read(i):
    data, at, messages = bytes.fromhex(i["bytes"]), 0, []

    def fail(kind):
        raise Rejected(kind, left={"messages": messages} if messages else None)

    while True:
        if at == len(data):
            fail("NO_CLOSE")
        if len(data) - at < 5:
            fail("SHORT")
        flags, length = struct.unpack_from(">BI", data, at)
        if length > (i["most"] if flags != CLOSE else max(i["most"], 125)):
            fail("TOO_LARGE")
        body = data[at + 5 : at + 5 + length]
        if len(body) < length:
            fail("SHORT")
        at += 5 + length
        if flags == CLOSE:
            messages.append(ending(body, i["from"], fail))
            return {"messages": messages}
        if flags == TEXT:
            if not is_utf8(body):
                fail("UTF8")
            messages.append({"type": "text", "data": body.hex()})
        elif flags == BINARY:
            messages.append({"type": "binary", "data": body.hex()})
        elif i["from"] == "service":
            fail("BAD_FLAGS")


def ending(body, writer, fail):
    if not body:
        return {"type": "close"}
    if len(body) == 1 or len(body) > 125:
        fail("BAD_CLOSE")
    (code,) = struct.unpack_from(">H", body)
    named = 1000 <= code <= 1014 and code not in (1004, 1005, 1006)
    own = code == 1006 and writer == "gateway"
    if not (named or own or 3000 <= code <= 4999) or not is_utf8(body[2:]):
        fail("BAD_CLOSE")
    return {"type": "close", "code": code, "reason": body[2:].hex()}


def is_utf8(data):
    try:
        data.decode("utf-8")
        return True
    except UnicodeDecodeError:
        return False
