"""Messages of gRPC as protobuf and as JSON, by a schema, by chapter 13 of the specification and protobuf's own."""

import base64
import json
import re
import struct
from decimal import Decimal

from refused import Rejected

VARINT, EIGHT, LENGTH, FOUR = 0, 1, 2, 5
DOUBLE, INT64, UINT64, INT32, BOOL, STRING, MESSAGE, BYTES, ENUM = 1, 3, 4, 5, 8, 9, 11, 12, 14
RANGES = {INT32: (-(2**31), 2**31), INT64: (-(2**63), 2**63), UINT64: (0, 2**64)}
NOT_FINITE = ("NaN", "Infinity", "-Infinity")


def varint(data, at):
    value = 0
    for index in range(10):
        if at + index >= len(data):
            break
        byte = data[at + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value & (2**64 - 1), at + index + 1
    raise Rejected("BAD_MESSAGE")


def parts(data):
    """Number, wire type and value of each field, in their order."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        wire = tag & 7
        if wire == VARINT:
            value, at = varint(data, at)
        elif wire in (EIGHT, FOUR, LENGTH):
            size = {EIGHT: 8, FOUR: 4}.get(wire)
            if size is None:
                size, at = varint(data, at)
            value, at = data[at : at + size], at + size
            if at > len(data):
                raise Rejected("BAD_MESSAGE")
        else:
            raise Rejected("BAD_MESSAGE")
        yield tag >> 3, wire, value


def all_of(data, number):
    return [value for found, _, value in parts(data) if found == number]


def text_of(data, number):
    return b"".join(all_of(data, number)[-1:]).decode()


def number_of(data, number, default=None):
    return ([default] + all_of(data, number))[-1]


class Field:
    def __init__(self, data):
        self.name = text_of(data, 1)
        self.number = number_of(data, 3)
        self.is_list = number_of(data, 4) == 3
        self.type = number_of(data, 5)
        self.of = text_of(data, 6).removeprefix(".")
        self.choice = number_of(data, 9)
        self.json = text_of(data, 10)
        self.wire = {DOUBLE: EIGHT, STRING: LENGTH, BYTES: LENGTH, MESSAGE: LENGTH}.get(self.type, VARINT)


class Schema:
    """What a FileDescriptorSet says."""

    def __init__(self, data):
        self.messages, self.maps, self.enums, self.methods = {}, set(), {}, []
        for file in all_of(data, 1):
            package = text_of(file, 2)
            self.add(file, package, 4, 5)
            for service in all_of(file, 6):
                for method in all_of(service, 2):
                    streams = number_of(method, 5, 0) or number_of(method, 6, 0)
                    self.methods.append([f"/{package}.{text_of(service, 1)}/{text_of(method, 1)}", not streams])

    def add(self, scope, prefix, messages, enums):
        for enum in all_of(scope, enums):
            values = all_of(enum, 2)
            self.enums[f"{prefix}.{text_of(enum, 1)}"] = {text_of(one, 1): number_of(one, 2, 0) for one in values}
        for message in all_of(scope, messages):
            name = f"{prefix}.{text_of(message, 1)}"
            self.messages[name] = sorted((Field(one) for one in all_of(message, 2)), key=lambda one: one.number)
            if any(number_of(options, 7) for options in all_of(message, 7)):
                self.maps.add(name)
            self.add(message, name, 3, 4)

    def read(self, name, data):
        """The JSON object of a message of protobuf."""
        fields = {field.number: field for field in self.messages[name]}
        found = {}
        for number, wire, value in parts(data):
            field = fields.get(number)
            if field is None:
                continue
            if field.choice is not None:
                for other in fields.values():
                    if other.choice == field.choice and other is not field:
                        found.pop(other.number, None)
            if field.is_list and field.wire != LENGTH and wire == LENGTH:
                found.setdefault(number, []).extend(self.packed(field, value))
            elif field.is_list or field.type == MESSAGE:
                # The parts of one message, one behind the other, are that message.
                found.setdefault(number, []).append(value)
            else:
                found[number] = value
        result = {}
        for field in self.messages[name]:
            if field.number not in found:
                continue
            value = found[field.number]
            if field.of in self.maps:
                entries = [self.entry(field, one) for one in value]
                result[field.json] = dict(entries)
            elif field.is_list:
                result[field.json] = [self.shown(field, one) for one in value]
            elif field.type == MESSAGE:
                result[field.json] = self.read(field.of, b"".join(value))
            elif field.choice is not None or value not in (0, b"", bytes(8)):
                result[field.json] = self.shown(field, value)
        return result

    def packed(self, field, data):
        at = 0
        while at < len(data):
            if field.wire == VARINT:
                value, at = varint(data, at)
            else:
                value, at = data[at : at + 8], at + 8
            yield value

    def entry(self, field, data):
        key, value = self.messages[field.of]
        # A value that is not there is the one that protobuf leaves out.
        empty = b"" if value.wire == LENGTH else bytes(8) if value.wire == EIGHT else 0
        return text_of(data, key.number), self.shown(value, number_of(data, value.number, empty))

    def shown(self, field, value):
        if field.type == STRING:
            return utf8(value)
        if field.type == BYTES:
            return base64.b64encode(value).decode()
        if field.type == BOOL:
            return value != 0
        if field.type == DOUBLE:
            number = struct.unpack("<d", value)[0]
            if number != number:
                return "NaN"
            return {float("inf"): "Infinity", float("-inf"): "-Infinity"}.get(number, number)
        if field.type == MESSAGE:
            return self.read(field.of, value)
        if field.type == UINT64:
            return str(value)
        if field.type == INT64:
            return str(signed(value, 64))
        number = signed(value, 32)
        names = {number: name for name, number in self.enums.get(field.of, {}).items()}
        return names.get(number, number)

    def write(self, name, value):
        """The message of protobuf of a JSON object."""
        if not isinstance(value, dict):
            raise Rejected("BAD_MESSAGE")
        fields = self.messages[name]
        names = {spelling: field for field in fields for spelling in (field.name, field.json)}
        if not names.keys() >= value.keys():
            raise Rejected("BAD_MESSAGE")
        given = [(names[key], one) for key, one in value.items() if one is not None]
        choices = [field.choice for field, _ in given if field.choice is not None]
        if len(set(choices)) < len(choices):
            raise Rejected("BAD_MESSAGE")
        return b"".join(self.field(field, one) for field, one in sorted(given, key=lambda pair: pair[0].number))

    def field(self, field, value):
        if field.of in self.maps:
            key, item = self.messages[field.of]
            if not isinstance(value, dict):
                raise Rejected("BAD_MESSAGE")
            entries = [self.tagged(key, name) + self.tagged(item, one) for name, one in value.items()]
            return b"".join(tag(field.number, LENGTH) + with_length(entry) for entry in entries)
        if field.is_list:
            if not isinstance(value, list):
                raise Rejected("BAD_MESSAGE")
            if field.wire == LENGTH:
                return b"".join(self.tagged(field, one) for one in value)
            data = b"".join(self.bare(field, one) for one in value)
            return tag(field.number, LENGTH) + with_length(data) if data else b""
        data = self.bare(field, value)
        is_empty = field.type != MESSAGE and field.choice is None and not any(data)
        return b"" if is_empty else tag(field.number, field.wire) + data

    def tagged(self, field, value):
        return tag(field.number, field.wire) + self.bare(field, value)

    def bare(self, field, value):
        if field.type == MESSAGE:
            return with_length(self.write(field.of, value))
        if field.type == BOOL:
            return wanted(isinstance(value, bool)) and bytes([value])
        if field.type == STRING:
            return wanted(isinstance(value, str)) and with_length(value.encode())
        if field.type == BYTES:
            text = value.replace("-", "+").replace("_", "/") if isinstance(value, str) else "!"
            match = re.fullmatch("([A-Za-z0-9+/]*)=*", text)
            return wanted(match) and with_length(base64.b64decode(match[1] + "=" * (-len(match[1]) % 4)))
        if field.type == DOUBLE:
            return struct.pack("<d", float(number(value, NOT_FINITE)))
        if field.type == ENUM and isinstance(value, str):
            wanted(value in self.enums[field.of])
            return written(self.enums[field.of][value])
        low, high = RANGES[INT32 if field.type == ENUM else field.type]
        exact = number(value)
        wanted(exact == int(exact) and low <= exact < high)
        return written(int(exact) & (2**64 - 1))


def wanted(condition):
    if not condition:
        raise Rejected("BAD_MESSAGE")
    return True


def number(value, words=()):
    if value in words and isinstance(value, str):
        return value
    if isinstance(value, str):
        wanted(re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", value))
        return Decimal(value)
    wanted(isinstance(value, (int, Decimal)) and not isinstance(value, bool))
    return Decimal(value)


def signed(value, bits):
    value &= 2**bits - 1
    return value - 2**bits if value >> (bits - 1) else value


def written(value):
    data = bytearray()
    while value >= 0x80:
        data.append((value & 0x7F) | 0x80)
        value >>= 7
    return bytes(data + bytes([value]))


def tag(number, wire):
    return written((number << 3) | wire)


def with_length(data):
    return written(len(data)) + data


def utf8(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Rejected("BAD_MESSAGE") from None


def no_constant(_):
    raise Rejected("BAD_MESSAGE")


def methods(i):
    return {"methods": Schema(bytes.fromhex(i["schema"])).methods}


def to_json(i):
    value = Schema(bytes.fromhex(i["schema"])).read(i["type"], bytes.fromhex(i["message"]))
    return {"json": json.dumps(value, ensure_ascii=False, separators=(",", ":"))}


def from_json(i):
    text = utf8(bytes.fromhex(i["json"]))
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=no_constant)
    except json.JSONDecodeError:
        raise Rejected("BAD_MESSAGE") from None
    return {"message": Schema(bytes.fromhex(i["schema"])).write(i["type"], value).hex()}
