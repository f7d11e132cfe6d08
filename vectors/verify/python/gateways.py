"""HTTP heads and mesh headers, by chapter 13 of the specification. Bytes in, bytes out."""

import json
import re

from callers import MAX_PLAINTEXT
from refused import Rejected

TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
AUTHORITY = re.compile(rb"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
LENGTH = re.compile(rb"[0-9]{1,15}")
TRACEPARENT = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-[!-~]*)?")
UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
IN_A_PATH = UNRESERVED | frozenset(b"!$&'()*+,;=:@/")
HEX = frozenset(b"0123456789abcdefABCDEF")

ONCE = {
    b"content-length": "BAD_FRAMING",
    b"transfer-encoding": "BAD_FRAMING",
    b"host": "BAD_HOST",
    b"authorization": "BAD_FIELD",
    b"content-type": "BAD_FIELD",
}
OF_THE_CONNECTION = {
    b"connection",
    b"keep-alive",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
    b"http2-settings",
    b"expect",
}


class NoHttp(Rejected):
    """A head that is not passed on, with the status that is answered."""

    def __init__(self, kind, status=400):
        super().__init__(kind)
        self.status = status


def has_control(value):
    return any((byte < 0x20 and byte != 0x09) or byte == 0x7F for byte in value)


def connections(fields):
    named = {name.strip(b" \t").lower() for name in fields.get(b"connection", b"").split(b",")}
    return lambda name: name in OF_THE_CONNECTION or name.startswith(b"proxy-") or name in named


def reserved(name):
    return name.startswith((b"query.", b"params.", b"~"))


def as_utf8(value):
    try:
        value.decode("utf-8")
        return value
    except UnicodeDecodeError:
        return value.decode("latin-1").encode("utf-8")


def read_fields(lines):
    fields = {}
    for line, raw in lines:
        if not TOKEN.fullmatch(line) or has_control(raw):
            raise NoHttp("BAD_FIELD")
        name, value = line.lower(), as_utf8(raw.strip(b" \t"))
        if name not in fields:
            fields[name] = value
        elif name in ONCE:
            raise NoHttp(ONCE[name])
        else:
            fields[name] += (b"; " if name == b"cookie" else b", ") + value
    return fields


def check_framing(version, fields):
    coding, length = fields.get(b"transfer-encoding"), fields.get(b"content-length")
    if coding is not None and (length is not None or version != "1.1" or coding.lower() != b"chunked"):
        raise NoHttp("BAD_FRAMING")
    if length is not None and not LENGTH.fullmatch(length):
        raise NoHttp("BAD_FRAMING")


def unescape(data):
    """Escapes decoded once, as text's bytes."""
    out, at = bytearray(), 0
    while at < len(data):
        if data[at] != 0x25:
            out.append(data[at])
            at += 1
            continue
        digits = data[at + 1 : at + 3]
        if len(digits) != 2 or not HEX.issuperset(digits):
            raise NoHttp("BAD_TARGET")
        byte = int(digits, 16)
        if byte == 0:
            raise NoHttp("BAD_TARGET")
        out.append(byte)
        at += 3
    try:
        out.decode("utf-8")
    except UnicodeDecodeError:
        raise NoHttp("BAD_TARGET") from None
    return bytes(out)


def normalize(path):
    if not path.startswith(b"/") or any(not 0x21 <= byte <= 0x7E or byte in b"#?\\" for byte in path):
        raise NoHttp("BAD_TARGET")
    return b"/".join(normalize_segment(segment) for segment in path.split(b"/"))


def normalize_segment(segment):
    unescape(segment)
    out, at = b"", 0
    while at < len(segment):
        byte = segment[at]
        if byte == 0x25:
            byte = int(segment[at + 1 : at + 3], 16)
            out += bytes([byte]) if byte in UNRESERVED else b"%%%02X" % byte
            at += 3
        else:
            out += bytes([byte]) if byte in IN_A_PATH else b"%%%02X" % byte
            at += 1
    if out in (b".", b".."):
        raise NoHttp("BAD_TARGET")
    return out


def parse_target(method, target):
    """Path, query or None, host or None."""
    if target == b"" or any(not 0x21 <= byte <= 0x7E or byte == 0x23 for byte in target):
        raise NoHttp("BAD_TARGET")
    if target == b"*" and method == b"OPTIONS":
        return b"*", None, None
    authority = None
    if not target.startswith(b"/"):
        scheme, colon, rest = target.partition(b"://")
        if colon == b"" or scheme.lower() not in (b"http", b"https"):
            raise NoHttp("BAD_TARGET")
        end = min([at for at in (rest.find(b"/"), rest.find(b"?")) if at >= 0], default=len(rest))
        authority = parse_authority(rest[:end])
        target = rest[end:] if rest[end : end + 1] == b"/" else b"/" + rest[end:]
    path, mark, query = target.partition(b"?")
    return normalize(path), query if mark else None, authority


def parse_authority(text):
    if not AUTHORITY.fullmatch(text):
        raise NoHttp("BAD_HOST")
    return text.lower()


def one_authority(version, *places):
    found = {parse_authority(place) for place in places if place is not None}
    if len(found) > 1 or (not found and version != "1.0"):
        raise NoHttp("BAD_HOST")
    return found.pop() if found else None


def parse_query(query):
    values = {}
    for part in query.split(b"&"):
        name, _, value = (unescape(text.replace(b"+", b" ")) for text in part.partition(b"="))
        if name:
            values.setdefault(name.lower(), []).append(value)
    return values


def valid_trace(text):
    match = TRACEPARENT.fullmatch(text) if len(text) <= 256 else None
    if match is None or match[1] == b"ff" or set(match[2]) == {0x30} or set(match[3]) == {0x30}:
        return False
    return match[1] != b"00" or match[4] is None


def trace_of(fields, fresh):
    if valid_trace(fields.get(b"traceparent", b"")):
        return {name: fields[name] for name in (b"traceparent", b"tracestate") if name in fields}
    flags = "01" if fresh["sampled"] else "00"
    return {b"traceparent": f"00-{fresh['traceId']}-{fresh['spanId']}-{flags}".encode()}


def plain_address(text):
    mapped = re.fullmatch(r"::ffff:(\d+\.\d+\.\d+\.\d+)", text, re.IGNORECASE)
    return mapped[1] if mapped else text.partition("%")[0]


def params(route, path):
    """Names and values, or None where the path is not the route's."""
    expected, segments = route.split(b"/"), path.split(b"/")
    found = {}
    if len(expected) != len(segments):
        return None
    for part, segment in zip(expected, segments):
        if len(part) > 1 and part.startswith(b":"):
            if segment == b"":
                return None
            found[part[1:].lower()] = unescape(segment)
        elif part != segment:
            return None
    return found


def request(i):
    method, version = bytes.fromhex(i["method"]), i["version"]
    if not TOKEN.fullmatch(method) or method == b"CONNECT":
        raise NoHttp("BAD_METHOD")
    fields = read_fields(unhex_pairs(i["lines"]))
    check_framing(version, fields)
    path, query, named = parse_target(method, bytes.fromhex(i["target"]))
    pseudo = bytes.fromhex(i["authority"]) if "authority" in i else None
    authority = one_authority(version, pseudo, named, fields.get(b"host"))
    headers = {
        b":method": method,
        b":scheme": i["scheme"].encode(),
        b":path": path,
        b":http-version": version.encode(),
        b":remote-address": plain_address(i["remoteAddress"]).encode(),
        b":request-id": i["requestId"].encode(),
        **trace_of(fields, i["trace"]),
    }
    if authority is not None:
        headers[b":authority"] = authority
    of_connection = connections(fields)
    for name, value in fields.items():
        if name not in (b"host", b"traceparent", b"tracestate") and not reserved(name) and not of_connection(name):
            headers[name] = value
    for name, value in (params(bytes.fromhex(i["route"]), path) if "route" in i else {}).items():
        headers[b"params." + name] = value
    for name, values in parse_query(query or b"").items():
        headers[b"query." + name] = values[0]
        if len(values) > 1:
            texts = [value.decode("utf-8") for value in values]
            array = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
            headers[b":query." + name] = array.encode("utf-8")
    check_frame([bytes.fromhex(name) for name in i["services"]], headers)
    return {"headers": hex_pairs(headers.items())}


def check_frame(services, headers):
    length = 4 + 1 + 4 + 1 + 2 + sum(1 + len(name) for name in services)
    length += sum(1 + len(key) + 2 + len(value) for key, value in headers.items())
    if length > MAX_PLAINTEXT or any(len(key) > 255 for key in headers):
        raise NoHttp("TOO_LARGE", 431)


def lower(key):
    """A to Z alone, as bytes.lower() does."""
    return key if key.startswith(b":") else key.lower()


def cookies(value):
    try:
        found = json.loads(value)
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise ValueError("no list of strings")
        return [item.encode("utf-8") for item in found]
    except ValueError:  # Also what JSON and UTF-8 raise.
        raise NoHttp("BAD_VALUE", 502) from None


def response(i):
    found = {}
    for key, value in unhex_pairs(i["headers"]):
        found[lower(key)] = value
    code = found.get(b":status", b"200")
    if not re.fullmatch(rb"[2-5][0-9][0-9]", code):
        raise NoHttp("BAD_STATUS", 502)
    status, length, fields = int(code), None, []
    more = cookies(found[b":set-cookie"]) if b":set-cookie" in found else []
    of_connection = connections(found)
    for name, raw in found.items():
        value = raw.strip(b" \t")
        if not TOKEN.fullmatch(name) or reserved(name) or of_connection(name):
            continue
        if name == b"content-length":
            if not LENGTH.fullmatch(value) or status in (204, 205):
                continue
            length = int(value)
        fields.append((name, value))
    fields += [(b"set-cookie", value.strip(b" \t")) for value in more if not of_connection(b"set-cookie")]
    if any(has_control(value) for _, value in fields):
        raise NoHttp("BAD_VALUE", 502)
    body = i["method"] != "HEAD" and status not in (204, 205, 304)
    return {"status": status, "fields": hex_pairs(fields), "contentLength": length, "body": body}


def path(i):
    return {"path": normalize(bytes.fromhex(i["path"])).hex()}


def route(i):
    found = params(bytes.fromhex(i["route"]), bytes.fromhex(i["path"]))
    return {"params": None if found is None else hex_pairs(found.items())}


def unhex_pairs(pairs):
    return [(bytes.fromhex(name), bytes.fromhex(value)) for name, value in pairs]


def hex_pairs(pairs):
    return [[name.hex(), value.hex()] for name, value in pairs]
