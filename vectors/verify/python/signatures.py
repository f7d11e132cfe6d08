"""Ed25519 as chapter 05 demands it: checks of its own before a library verifies."""

from hashlib import sha512

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

NEUTRAL = (0, 1)


def point_of(encoded):
    """The point of a canonical encoding, or None (RFC 8032, section 5.1.3)."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_ONE % P
    if x * x % P != square or (x == 0 and sign):
        return None
    return (x if x & 1 == sign else P - x, y)


def add(a, b):
    product = D * a[0] * b[0] * a[1] * b[1]
    return (
        (a[0] * b[1] + a[1] * b[0]) * pow(1 + product, -1, P) % P,
        (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P) % P,
    )


BASE = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def acceptable(encoded):
    """A canonical encoding of a point that is not of small order."""
    point = point_of(encoded)
    if point is None:
        return False
    for _ in range(3):
        point = add(point, point)
    return point != NEUTRAL


def times(scalar, point):
    result = NEUTRAL
    for bit in bin(scalar)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def encoding_of(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def challenge(public_key, message, signature):
    return int.from_bytes(sha512(signature[:32] + public_key + message).digest(), "little") % L


def steps(public_key, message, signature):
    """k, and what is compared with R where the key is a point and S is below L."""
    k = challenge(public_key, message, signature)
    found = {"k": k.to_bytes(32, "little").hex()}
    s, key = int.from_bytes(signature[32:], "little"), point_of(public_key)
    if s < L and key is not None:
        compared = add(times(s, BASE), times(k, (P - key[0], key[1])))
        found["compared"] = encoding_of(compared).hex()
    return found


def verifies(public_key, message, signature):
    """The checks of FLT-HSK-023 to FLT-HSK-025, and then the library, which multiplies by no cofactor."""
    s = int.from_bytes(signature[32:], "little")
    if s >= L or not acceptable(public_key) or not acceptable(signature[:32]):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
