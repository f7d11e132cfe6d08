"""The packets of chapter 04, from bytes to the fields of the vectors and back."""

from refused import Refused


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, length):
        if len(self.data) - self.at < length:
            raise Refused("SHORT", self.at)
        self.at += length
        return self.data[self.at - length : self.at]

    def number(self, length):
        return int.from_bytes(self.take(length), "big")

    def flag(self):
        at = self.at
        value = self.number(1)
        if value > 1:
            raise Refused("RANGE", at)
        return value == 1

    def rest(self):
        return self.data[self.at :]


def read_id(reader):
    public_key = reader.take(32)
    address = reader.take(16 if reader.flag() else 4)
    return {"publicKey": public_key.hex(), "address": address.hex(), "port": reader.number(2)}


def read_names(reader, text):
    names = []
    for _ in range(reader.number(1)):
        length = reader.number(1)
        at = reader.at
        name = reader.take(length)
        if text:
            try:
                name.decode("utf-8")
            except UnicodeDecodeError:
                raise Refused("UTF8", at) from None
        names.append(name.hex())
    return names


def read_headers(reader):
    headers = []
    for _ in range(reader.number(2)):
        key = reader.take(reader.number(1)).hex()
        headers.append([key, reader.take(reader.number(2)).hex()])
    return headers


def read_handshake(reader):
    has_id = reader.flag()
    fields = {"id": read_id(reader)} if has_id else {}
    fields["services"] = read_names(reader, text=True)
    if has_id:
        fields["signature"] = reader.take(64).hex()
    return fields


def read_service_request(reader):
    return {
        "stream": reader.number(4),
        "services": read_names(reader, text=False),
        "headers": read_headers(reader),
    }


def read_service_response(reader):
    return {"stream": reader.number(4), "handled": reader.flag(), "headers": read_headers(reader)}


def read_data(reader):
    stream = reader.number(4)
    at = reader.at
    length = reader.number(2)
    if length > 2048:
        raise Refused("RANGE", at)
    return {"stream": stream, "data": reader.take(length).hex()}


def read_find_node_request(reader):
    return {"target": reader.take(32).hex()}


def read_find_node_response(reader):
    return {"closest": [read_id(reader) for _ in range(reader.number(1))]}


READERS = {
    "peer-id": read_id,
    "handshake": read_handshake,
    "service-request": read_service_request,
    "service-response": read_service_response,
    "data": read_data,
    "find-node-request": read_find_node_request,
    "find-node-response": read_find_node_response,
}


def decode(packet, body):
    reader = Reader(body)
    fields = READERS[packet](reader)
    return {"fields": fields, "trailing": reader.rest().hex()}


def write_id(peer):
    address = bytes.fromhex(peer["address"])
    family = {4: b"\x00", 16: b"\x01"}[len(address)]
    return bytes.fromhex(peer["publicKey"]) + family + address + peer["port"].to_bytes(2, "big")


def counted(text, size):
    data = bytes.fromhex(text)
    return len(data).to_bytes(size, "big") + data


def write_names(names):
    return bytes([len(names)]) + b"".join(counted(name, 1) for name in names)


def write_headers(headers):
    items = b"".join(counted(key, 1) + counted(value, 2) for key, value in headers)
    return len(headers).to_bytes(2, "big") + items


def write_handshake(fields):
    names = write_names(fields["services"])
    if "id" not in fields:
        return b"\x00" + names
    return b"\x01" + write_id(fields["id"]) + names + bytes.fromhex(fields["signature"])


def stream_number(fields):
    return fields["stream"].to_bytes(4, "big")


WRITERS = {
    "peer-id": write_id,
    "handshake": write_handshake,
    "service-request": lambda f: stream_number(f) + write_names(f["services"]) + write_headers(f["headers"]),
    "service-response": lambda f: stream_number(f) + bytes([f["handled"]]) + write_headers(f["headers"]),
    "data": lambda f: stream_number(f) + counted(f["data"], 2),
    "find-node-request": lambda f: bytes.fromhex(f["target"]),
    "find-node-response": lambda f: bytes([len(f["closest"])]) + b"".join(map(write_id, f["closest"])),
}


def encode(packet, fields):
    return WRITERS[packet](fields)


def signed_bytes(fields):
    """What the signature of a Handshake covers: the ID and the names, without counts and lengths."""
    return write_id(fields["id"]) + b"".join(bytes.fromhex(name) for name in fields["services"])
