"""Ed25519 signatures (RFC 8032) with the curve of the offline verifier, so that both are one piece of arithmetic.

It needs nothing but Python, and takes some milliseconds. It does not hide how long it works: signatures are made one by
one for signed-in auditors, whose network tells far less than the many exact timings that would be needed.
"""

from hashlib import sha512

from adapters.documents.casefile_verifier import BASE, ORDER, multiplied, number_of, packed


def public_key(secret: bytes) -> bytes:
    """Give the public key (32 bytes) of a secret (32 bytes)."""
    return packed(multiplied(_scalar(secret), BASE))


def sign(secret: bytes, message: bytes) -> bytes:
    """Give the signature (64 bytes) of a message."""
    scalar, public = _scalar(secret), public_key(secret)
    nonce = number_of(sha512(sha512(secret).digest()[32:] + message).digest()) % ORDER
    point = packed(multiplied(nonce, BASE))
    challenge = number_of(sha512(point + public + message).digest()) % ORDER
    return point + ((nonce + challenge * scalar) % ORDER).to_bytes(32, "little")


def _scalar(secret: bytes) -> int:
    half = bytearray(sha512(secret).digest()[:32])
    half[0] &= 248
    half[31] = (half[31] & 63) | 64
    return number_of(bytes(half))
