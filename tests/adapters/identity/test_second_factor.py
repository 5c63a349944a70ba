"""Numbers of half minutes, as telephones show them."""

from base64 import b32decode
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.identity.second_factor import Factor, address_of, letters_of, number_at

RFC_SECRET = b"12345678901234567890"
RFC_6238 = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
"""Appendix B for SHA-1: the last six of its eight digits, by seconds since 1970."""


@pytest.mark.parametrize(("seconds", "number"), RFC_6238.items())
def test_numbers_are_those_of_the_standard(seconds: int, number: str) -> None:
    """So that any authenticator shows the same."""
    assert number_at(Factor("ann", RFC_SECRET), datetime.fromtimestamp(seconds, UTC)) == number


def test_a_telephone_reads_everything_from_the_picture() -> None:
    """Secret, account and product; the letters to type say the same secret."""
    factor = Factor("ann", bytes(range(20)))
    address = urlsplit(address_of(factor, "ann", "审批"))
    told = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (address.scheme, address.netloc, told["issuer"]) == ("otpauth", "totp", "审批")
    assert b32decode(told["secret"]) == b32decode(letters_of(factor)) == factor.secret
    assert (told["digits"], told["period"]) == ("6", "30")
