"""Distances and addresses of chapter 07."""

import ipaddress
from hashlib import sha256

MAPPED = bytes(10) + b"\xff\xff"
# RFC 1918 and the shared space of RFC 6598; unique local addresses.
PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]
KINDS = [
    ("unspecified", ["0.0.0.0/32", "::/128"]),
    ("loopback", ["127.0.0.0/8", "::1/128"]),
    ("broadcast", ["255.255.255.255/32"]),
    ("multicast", ["224.0.0.0/4", "ff00::/8"]),
    ("link-local", ["169.254.0.0/16", "fe80::/10"]),
    ("private", PRIVATE),
]


def distance(a, b):
    return int.from_bytes(a, "big") ^ int.from_bytes(b, "big")


def bucket(a, b):
    return 256 - distance(a, b).bit_length()


def closest(target, keys):
    others = [key for key in keys if key != target]
    return sorted(others, key=lambda key: distance(target, key))[:16]


def closest_many(seed, count):
    def key(label):
        return sha256(seed + label.encode("ascii")).digest()

    digest = sha256()
    for n in range(count):
        for peer in closest(key(f"target {n}"), [key(f"peer {n} {i}") for i in range(n % 50 + 1)]):
            digest.update(peer)
    return digest.digest()


def table(own, seen):
    """What becomes of each key, and the buckets at the end: living members are never dropped for a newcomer."""
    buckets, results = {}, []
    for key in seen:
        members = buckets.setdefault(bucket(own, key), [])
        if key == own:
            results.append("own")
        elif key in members:
            members.remove(key)
            members.insert(0, key)
            results.append("updated")
        elif len(members) == 16:
            results.append("full")
        else:
            members.insert(0, key)
            results.append("added")
    filled = sorted((index, members) for index, members in buckets.items() if members)
    return {
        "results": results,
        "buckets": [{"index": index, "keys": [key.hex() for key in members]} for index, members in filled],
    }


def unmapped(address):
    return address[12:] if len(address) == 16 and address.startswith(MAPPED) else address


def kind_of(address):
    ip = ipaddress.ip_address(unmapped(address))
    for kind, networks in KINDS:
        for network in map(ipaddress.ip_network, networks):
            if ip.version == network.version and ip in network:
                return kind
    return "public"


def text_of(address):
    return str(ipaddress.ip_address(unmapped(address)))


def may_dial(address, source):
    kind = kind_of(address)
    if kind in ("unspecified", "multicast", "broadcast"):
        return False
    if kind == "loopback":
        return kind_of(source) == "loopback"
    if kind in ("private", "link-local"):
        return kind_of(source) != "public"
    return True
