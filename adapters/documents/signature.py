"""Ed25519 signatures (RFC 8032) of what is taken along; `casefile_verifier` checks them with nothing but Python."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def public_key(secret: bytes) -> bytes:
    """Give the public key (32 bytes) of a secret (32 bytes)."""
    return _key(secret).public_key().public_bytes_raw()


def sign(secret: bytes, message: bytes) -> bytes:
    """Give the signature (64 bytes) of a message."""
    return _key(secret).sign(message)


def _key(secret: bytes) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415  # it takes 8 MB, for auditors
        Ed25519PrivateKey,
    )

    return Ed25519PrivateKey.from_private_bytes(secret)
