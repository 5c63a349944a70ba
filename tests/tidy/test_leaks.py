"""Nothing is committed that belongs to one machine or is secret."""

import re

from tests.tidy.sources import place, project_files, report

FILE_BYTES_MAX = 1_000_000
LEAKS = {
    "a path of one machine": r"(?<![\w./-])/(?:work|root|home/\w+|Users/\w+)/",
    "the host of a package registry": r"(?:npm|pypi|pythonhosted|crates|maven)[\w.-]*[.](?:org|com|io)\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "a token": r"\b(?:gh[pousr]_\w{30,}|xox[abp]-\w{10,}|AKIA[0-9A-Z]{16}|eyJ\w{10,}\.eyJ\w{10,})",
    "a password in an address": r"\w+://[\w.-]+:(?!\{|\*|PASSWORD|…)[^\s@/'\"{}<>]+@(?!localhost|127\.0\.0\.1)",
}
LEAK = re.compile("|".join(f"(?P<g{index}>{pattern})" for index, pattern in enumerate(LEAKS.values())))


def leaks(text: str) -> list[tuple[int, str]]:
    """The lines of a text that hold what belongs outside, and what it is."""
    kinds = list(LEAKS)
    return [
        (number, kinds[match.lastindex - 1 if match.lastindex else 0])
        for number, line in enumerate(text.splitlines(), 1)
        if (match := LEAK.search(line))
    ]


def test_no_file_tells_of_its_machine_or_holds_a_secret() -> None:
    """Every file that git knows or would take, read as text."""
    problems = [
        f"{place(path, line)}: {kind}"
        for path in project_files()
        for line, kind in leaks(path.read_text("utf-8", errors="replace"))
    ]
    assert not problems, report(problems)


def test_no_file_is_a_heap() -> None:
    """Data, pictures in numbers and built files stay out of the history."""
    problems = [
        f"{place(path)}: {path.stat().st_size} bytes"
        for path in project_files()
        if path.stat().st_size > FILE_BYTES_MAX
    ]
    assert not problems, report(problems)


def test_the_rule_sees_every_kind_of_leak() -> None:
    """The rule itself, on lines put together here so that this file stays clean."""
    slash, dot = "/", "."
    lines = [
        f"open({slash}work{slash}x)",
        f"https://files{dot}pythonhosted{dot}org{slash}x",
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "token = gh" + "p_" + "a" * 36,
        "postgresql://shenpi:" + "s3cret@db.county.gov",
    ]
    assert [kind for _, kind in leaks("\n".join(lines))] == list(LEAKS)
    assert not leaks("postgresql://user:PASSWORD@host/shenpi and https://example.org/work/x")
