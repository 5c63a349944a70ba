"""Last year's decisions on a draft: which would differ, why, and how much money they concern."""

import json
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from tests.service.conftest import Desk
from tests.service.test_change_commands import written
from tests.service.test_cli import shenpi
from tests.service.test_definitions import SOURCE, send

PANEL = {"panel": ["eva", "eli"]}
PATH = "/definitions/well/versions/2/backtest"


def year(desk: Desk) -> list[dict[str, Any]]:
    """Decide three items: one approved, one returned and sent again, one rejected."""
    ann, rita = desk.sign_in("ann"), desk.sign_in("rita")
    items = [ann.act(ann.start(cost=cost), "submit") for cost in (100_00, 200_00, 300_00)]
    done = rita.act(items[0], "pass", PANEL)
    for name in ("eva", "eli"):
        done = desk.sign_in(name).act(done, "agree", {"points": 80})
    back = rita.act(items[1], "return", comment="more")
    again = ann.act(back, "submit", {"cost": 250_00})
    return [done, rita.act(again, "pass", PANEL), rita.act(items[2], "reject", comment="no")]


def test_the_same_rules_decide_the_same(desk: Desk) -> None:
    """Every decision is tried again, votes and what was filled in included; none differs."""
    year(desk)
    wilma = desk.sign_in("wilma")
    send(wilma, SOURCE + "# same\n")
    found = wilma.get(PATH).json()
    assert (found["cases"], found["differences"], found["money"]) == (3, [], 0)
    assert found["decisions"] == 13


@pytest.mark.parametrize(
    ("old", "new", "codes", "money"),
    [
        ('money("500000.00")', 'money("150.00")', ["unnamed_rule"], 250_00),
        ("passed: dug, failed: dropped", "passed: dropped, failed: dug", ["elsewhere"], 100_00),
        (
            "reject: {title: {zh: 不同意, en: Reject}, to: dropped",
            "reject: {title: {zh: a, en: b}, to: draft",
            ["elsewhere"],
            300_00,
        ),
        ("role: cty_review, in: item.county}", "role: legal, in: item.county}", ["permission"] * 3, 650_00),
    ],
)
def test_what_would_differ_is_told_with_the_money(desk: Desk, old: str, new: str, codes: list[str], money: int) -> None:
    """A lower limit, another outcome, another way, another office: the first decision of each item that differs."""
    year(desk)
    wilma = desk.sign_in("wilma")
    send(wilma, SOURCE.replace(old, new))
    found = wilma.get(PATH, headers={"Accept-Language": "en"}).json()
    assert len(found["differences"]) == len(codes)
    assert found["money"] == money
    for line, code in zip(found["differences"], codes, strict=True):
        assert bool(line["would_be"]) == (code == "elsewhere")
        assert line["message"]
        assert bool(line["reasons"]) == (code != "elsewhere")


def test_a_backtest_is_for_the_period_and_changes_nothing(desk: Desk) -> None:
    """Items opened later than the day are all that is played; who only works on items may not."""
    items = year(desk)
    wilma = desk.sign_in("wilma")
    send(wilma, SOURCE + "# same\n")
    assert wilma.get(PATH, params={"since": "2026-12-01"}).json()["cases"] == 0
    first = wilma.get(PATH, params={"limit": "1"}).json()
    assert (first["cases"], first["next"] is not None) == (1, True)
    assert wilma.get(PATH, params={"after": first["next"]}).json()["cases"] == 2
    assert desk.sign_in("ann").get(PATH).status_code == 403
    assert desk.sign_in("ann").get(f"/items/{items[0]['id']}").json()["revision"] == items[0]["revision"]


def test_the_command_tells_the_same(desk: Desk, settings: Settings, tmp_path: Path) -> None:
    """Beside the running service: totals, and one sentence for each decision that differs."""
    year(desk)
    file = written(tmp_path, "new.yaml", SOURCE.replace('money("500000.00")', 'money("150.00")'))
    words = ("backtest", file, "--database", settings.database, "--since", "2026-01-01")
    found = json.loads(shenpi(*words, "--json").stdout)
    assert (found["cases"], found["differ"], found["money"]) == (3, 1, 250_00)
    told = shenpi(*words, "--language", "zh")
    assert "按草案会被拒绝" in told.stdout
    assert "1 of 3 cases" in told.stdout
