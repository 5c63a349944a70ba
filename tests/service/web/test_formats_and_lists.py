"""Formats, addresses, orders, pagers and preferences: the small values that every page is written with."""

from datetime import UTC, date, datetime

import pytest

from service.texts import Catalogue, Language
from service.web.formats import Formats
from service.web.frame import Preferences, read_preferences
from service.web.lists import Address, Order, pager
from service.web.pages import own_path
from service.web.site import CHINA

DAY = date(2026, 12, 5)


def formats(catalogue: Catalogue, language: Language) -> Formats:
    """The formats of a language in China's time."""
    return Formats(catalogue.speak(language), CHINA)


@pytest.mark.parametrize(
    ("left", "zh", "en"),
    [
        (3, "2026-12-05（还剩 3 个工作日）", "2026-12-05 (3 working days left)"),
        (1, "2026-12-05（还剩 1 个工作日）", "2026-12-05 (1 working day left)"),
        (0, "2026-12-05（今天到期）", "2026-12-05 (due today)"),
        (-2, "2026-12-05（已逾期 2 个工作日）", "2026-12-05 (2 working days late)"),
        (None, "2026-12-05", "2026-12-05"),
    ],
)
def test_due_dates_read_well(catalogue: Catalogue, left: int | None, zh: str, en: str) -> None:
    """The date comes with what it means today."""
    assert formats(catalogue, "zh").due(DAY, left) == zh
    assert formats(catalogue, "en").due(DAY, left) == en


def test_money_moments_and_sizes_read_well(catalogue: Catalogue) -> None:
    """Fen never show as fen, moments are local, sizes are short."""
    zh = formats(catalogue, "zh")
    assert zh.money(12_345_678_901) == "123,456,789.01 元"
    assert zh.money(12_345_678_901, unit="wan") == "12,345.68 万元"
    assert zh.money(-5) == "-0.05 元"
    assert zh.moment(datetime(2026, 11, 30, 18, 5, tzinfo=UTC)) == "2026-12-01 02:05"
    assert [zh.size(count) for count in (0, 1023, 1024, 5 * 1024**2, 2 * 1024**5)] == [
        "0 B", "1023 B", "1.0 kB", "5.0 MB", "2048.0 TB",
    ]  # fmt: skip


def test_addresses_keep_their_state() -> None:
    """A link to a neighbouring state keeps every other filter and encodes what it must."""
    address = Address.parse("/queue?unit=柳溪&sort=due&after=k9")
    assert address.get("unit") == "柳溪"
    assert address.with_(sort="-due", after=None) == "/queue?unit=%E6%9F%B3%E6%BA%AA&sort=-due"
    assert address.with_(unit=None, sort=None, after=None) == "/queue"


def test_orders_turn_round() -> None:
    """The head of the sorted column turns the order; another column's sorts by it; unknown keys are ignored."""
    order = Order.read(Address.parse("/queue?sort=due&after=k"), ("due", "amount"), "due")
    assert order.column("due", "Due").sort_url == "/queue?sort=-due"
    assert order.column("due", "Due").sorted == "ascending"
    assert order.column("amount", "Amount").sort_url == "/queue?sort=amount"
    assert order.column("amount", "Amount").sorted == ""
    forged = Order.read(Address.parse("/queue?sort=1;drop"), ("due",), "-due")
    assert (forged.key, forged.descending) == ("due", True)


def test_pagers_lead_both_ways() -> None:
    """There is a link only where there is something."""
    first = pager(Address.parse("/q?x=1"), 50, next_key="k50")
    assert (first.first_url, first.previous_url, first.next_url) == ("", "", "/q?x=1&after=k50")
    last = pager(Address.parse("/q?after=k50"), 3, previous_key="k51")
    assert (last.first_url, last.previous_url, last.next_url) == ("/q", "/q?before=k51", "")


@pytest.mark.parametrize(
    ("cookies", "accept", "expected"),
    [
        ({}, "", Preferences()),
        ({}, "en-GB,en;q=0.9", Preferences(language="en")),
        ({}, "fr-FR", Preferences()),
        ({"shenpi_language": "zh"}, "en", Preferences()),
        ({"shenpi_language": "xx", "shenpi_font": "huge", "shenpi_keys": "off"}, "", Preferences(keys=False)),
        ({"shenpi_font": "large"}, "zh-CN", Preferences(font="large")),
    ],
)
def test_preferences_come_from_cookies(cookies: dict[str, str], accept: str, expected: Preferences) -> None:
    """A forged cookie is as good as none."""
    assert read_preferences(cookies, accept) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/queue?x=1", "/queue?x=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("", "/"),
    ],
)
def test_only_own_paths_are_gone_back_to(path: str, expected: str) -> None:
    """A link that changes the language must not lead to somebody else's site."""
    assert own_path(path) == expected
