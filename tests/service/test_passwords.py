"""Passwords: what each profile asks for, and that a kept hash fits its password alone."""

import pytest

from adapters.identity.passwords import (
    LENGTH_MAX,
    PROFILES,
    check_password,
    hash_password,
    verify_password,
)


@pytest.mark.parametrize(
    ("profile", "password", "broken"),
    [
        ("mlps2", "Qinghe-2026!", []),
        ("mlps2", "Qh-2026!", ["too_short"]),
        ("mlps2", "onlylowercase", ["too_few_kinds"]),
        ("mlps2", "Qinghe12345", ["in_sequence"]),
        ("mlps2", "Qinghe54321", ["in_sequence"]),
        ("mlps2", "Wang.li-2026", ["holds_username"]),
        ("mlps2", "Aa1aaAA1aa", ["too_uniform"]),
        ("mlps3", "Qinghe-2026", ["too_short"]),
        ("asvs", "four plain words here", []),
        ("asvs", "Qinghe-2026!", ["too_short"]),
        ("asvs", "a" * (LENGTH_MAX + 1), ["too_long"]),
        ("mlps2", "青禾县-审批系统2026", ["too_few_kinds"]),
        ("mlps2", "青禾县-Shenpi2026", []),
        ("mlps2", "Password-2026!", ["frequent"]),
        ("mlps2", "2026-P@ssw0rd", ["frequent"]),
        ("mlps2", "Woaini-520520", ["frequent"]),
        ("mlps2", "\uff30assword-2026!", ["frequent"]),
        ("mlps2", "!!Shenpi-2026", ["frequent"]),
        ("mlps2", "Ab-7391-8842!", []),
        ("asvs", "welcome-2026-2027", ["frequent"]),
    ],
)
def test_a_profile_names_each_rule_that_is_broken(profile: str, password: str, broken: list[str]) -> None:
    """And nothing else."""
    reasons = check_password(password, "wang.li", PROFILES[profile])
    assert [reason.code.removeprefix("password.") for reason in reasons] == broken


def test_a_hash_fits_its_password_alone() -> None:
    """Two hashes of one password differ; widths of letters do not matter (a Chinese keyboard may send wide ones)."""
    kept = hash_password("Qinghe-2026!")
    assert kept != hash_password("Qinghe-2026!")
    assert kept.startswith("$argon2id$")
    assert verify_password("Qinghe-2026!", kept)
    assert verify_password("Qinghe-\uff12\uff10\uff12\uff16!", kept)
    assert not verify_password("qinghe-2026!", kept)
    assert not verify_password("Qinghe-2026!", None)
    assert not verify_password("x" * 1_000_000, kept)
