"""Calls of gRPC: how clients speak, and the bodies of their calls, by chapter 13 of the specification."""

import re

from gateways import OF_THE_CONNECTION, TOKEN, NoHttp, has_control, hex_pairs, reserved
from refused import Rejected

END = bytes([0x80, 0, 0, 0, 0])
MAX_TRAILERS = 16384
MILLISECONDS = {"H": 3600000, "M": 60000, "S": 1000, "m": 1, "u": 1 / 1000, "n": 1 / 1000000}


def kind(i):
    essence, _, _ = i["type"].lower().partition(";")
    base, plus, form = essence.strip(" \t").partition("+")
    kinds = {"application/grpc": 0, "application/grpc-web": 1, "application/grpc-web-text": 2}
    if base not in kinds or (plus and not TOKEN.fullmatch(form.encode())) or (kinds[base] == 0 and i["version"] != "2"):
        raise NoHttp("BAD_TYPE", 415)
    accepted = [part.strip().lower().partition(";")[0].partition("+")[0] for part in i.get("accept", "").split(",")]
    asks = kinds[base] == 2
    answers = asks or (kinds[base] == 1 and "application/grpc-web-text" in accepted)
    answer = "application/grpc-web-text" if answers else base
    return {
        "web": kinds[base] > 0,
        "asksInText": asks,
        "answersInText": answers,
        "format": plus + form,
        "answer": answer + plus + form,
    }


def timeout(i):
    text = i["text"]
    digits, unit = text[:-1], text[-1:]
    if not 1 <= len(digits) <= 8 or not all(digit in "0123456789" for digit in digits) or unit not in MILLISECONDS:
        raise Rejected("BAD_FIELD")
    return {"milliseconds": int(digits) * MILLISECONDS[unit]}


def message(i):
    return {"field": escaped(bytes.fromhex(i["message"]), b"%")}


def escaped(data, more=b""):
    return "".join(chr(byte) if 0x20 <= byte <= 0x7E and byte not in more else f"%{byte:02X}" for byte in data)


def envelopes(data, allowed, most):
    """Flags and data of each, up to where they end or break a rule, and the kind of the fault, or None."""
    at, over = 0, False
    while at < len(data):
        flags = data[at]
        if over:
            return "BEHIND_TRAILERS"
        if flags not in allowed:
            return "BAD_FLAGS"
        if len(data) - at < 5:
            return "SHORT"
        length = int.from_bytes(data[at + 1 : at + 5], "big")
        if flags == 0x80 and length > most:
            return "TOO_LARGE"
        body = data[at + 5 : at + 5 + length]
        if len(body) < length:
            return "SHORT"
        yield flags, body
        at, over = at + 5 + length, flags == 0x80
    return None


def read(data, allowed):
    found, reader = [], envelopes(data, allowed, MAX_TRAILERS)
    while True:
        try:
            found.append(next(reader))
        except StopIteration as end:
            return found, end.value


def request(i):
    data = bytes.fromhex(i["bytes"])
    _, fault = read(data, (0, 1))
    if fault:
        raise Rejected(fault)
    return {"bytes": (data + END).hex()}


def response(i):
    data = bytes.fromhex(i["bytes"])
    found, fault = read(data, (0, 1, 0x80))
    last = found[-1] if found and found[-1][0] == 0x80 else None
    ending = next((one for one in found if one[0] == 0x80), None)
    # What the trailers say is read before anything behind them.
    fields = trailers(ending[1]) if ending else None
    if fault:
        raise Rejected(fault)
    if last is None:
        raise Rejected("NO_TRAILERS")
    return {
        "messages": data[: len(data) - 5 - len(last[1])].hex(),
        "status": int(fields[b"grpc-status"]),
        "fields": hex_pairs(fields.items()),
    }


def trailers(data):
    found = {}
    for line in data.replace(b"\r\n", b"\n").split(b"\n"):
        if not line:
            continue
        name, colon, value = line.partition(b":")
        name, value = name.lower(), value.strip(b" \t")
        if not colon or not TOKEN.fullmatch(name) or has_control(value):
            raise Rejected("BAD_TRAILERS")
        found[name] = found[name] + b", " + value if name in found else value
    if not re.fullmatch(rb"0|[1-9][0-9]{0,2}", found.get(b"grpc-status", b"")):
        raise Rejected("BAD_TRAILERS")
    text = escaped(found.pop(b"grpc-message", b""))
    if text:
        found[b"grpc-message"] = text.encode()
    return {name: value for name, value in found.items() if not kept_back(name)}


def kept_back(name):
    of_head = name in (b"content-type", b"content-length")
    return of_head or reserved(name) or name in OF_THE_CONNECTION or name.startswith(b"proxy-")
