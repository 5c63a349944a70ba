"""What an item is called where people read of it."""

import pytest

from service.telling import item_name


@pytest.mark.parametrize(
    ("title", "over", "name"),
    [
        ("梨雪乡网格终端", None, "梨雪乡网格终端"),
        ("QH-2026-T09-0003", "梨雪乡网格终端", "梨雪乡网格终端 · 申报批次"),
        ("2026-3", None, "申报批次 2026-3"),
        ("2026-Z1", None, "申报批次 2026-Z1"),
        ("Winter 2026", None, "Winter 2026"),
        ("井", None, "井"),
    ],
)
def test_a_number_alone_says_its_kind(title: str, over: str | None, name: str) -> None:
    """A task called "2026-3" tells nobody whether a call waits, or an adjustment of the pool."""
    assert item_name(title, over, "申报批次") == name
