"""Names that are alike, by hand on the names of the demonstration county."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters import shipped
from workflows.likeness import USUAL, Likeness, Named, Weighing, alike, nearest, weighing

NAMES = {
    f"P{number}": (str(one["name"]), str(one["name"])[:3]) for number, one in enumerate(shipped.demo()["projects"])
}
PLACES = sorted({place for _, place in NAMES.values()})
LEAST = 40
EVERY = [Named(code, name, place) for code, (name, place) in NAMES.items()]


def told(name: str, township: str) -> list[str]:
    """Name the projects that a new one is like."""
    found = alike(Named("new", name, township), EVERY, LEAST, PLACES)
    return [NAMES[one.code][0] for one in found]


def test_the_same_thing_elsewhere_is_found() -> None:
    """In other words, in another township; a place's name makes nothing alike."""
    for name, township, expected in (
        ("柳烟镇档案数字化平台", "柳烟镇", "档案"),
        ("梨雪乡村级公章用印管理", "梨雪乡", "公章"),
    ):
        found = told(name, township)
        assert len(found) == 1, found
        assert expected in found[0]


def test_different_things_are_not() -> None:
    """Of one township, or sharing only what every other name has."""
    assert told("柳烟镇智慧消防监管平台", "柳烟镇") == []
    assert told("", "") == []
    assert told("x", "") == []


def test_the_same_name_is_all_the_same() -> None:
    """In the same township most of all; itself it is not like; what is less alike than was asked is left out."""
    twin = Named("twin", EVERY[0].name, EVERY[0].township)
    assert alike(twin, EVERY, LEAST, PLACES)[0].percent == 100
    assert EVERY[0].code not in {one.code for one in alike(EVERY[0], EVERY, LEAST, PLACES)}
    crowd = [Named(f"c{number}", twin.name, twin.township) for number in range(20)]
    assert len(alike(twin, crowd, 100)) == len(crowd)
    assert alike(twin, crowd, 101) == []


def test_a_county_weighs_likeness_its_own_way() -> None:
    """By the policies of the day; what it set none for is weighed as usual."""
    mine = Named("a", "甲", "T1", goal="纸质档案全部入库", objects="居民")
    other = Named("b", "乙", "T2", goal="纸质档案全部入库", objects="企业")
    (as_shipped,), (own,) = (
        alike(mine, [other], 0, (), weighed) for weighed in (USUAL, Weighing({**ZERO, "goal": 60}))
    )
    assert (as_shipped.percent, own.percent) == (25, 100)
    given: dict[str, Any] = {
        "screening.likeness_weights": {"goal": 60, "name": 40},
        "screening.likeness_office_percent": 0,
    }
    set_by_county = weighing(lambda key, _on: given.get(key), date(2026, 1, 1))
    assert set_by_county == Weighing({**ZERO, "goal": 60, "name": 40}, township=15, office=0)
    assert weighing(lambda _key, _on: None, date(2026, 1, 1)) == USUAL


ZERO = dict.fromkeys(("name", "goal", "functions", "objects", "categories", "amount"), 0)
PLAIN = Named(
    "a",
    "柳烟镇档案数字化平台",
    "柳烟镇",
    "SVC",
    "纸质档案全部入库",
    ("扫描", "编目", "借阅"),
    "居民",
    frozenset({"data"}),
    100,
)


def changed(**parts: Any) -> list[Likeness]:  # noqa: ANN401  # parts of a project
    """How alike a project in the next township is that tells of another thing, but for some parts."""
    other = Named(
        "b", "文书电子化系统", "梨雪乡", "GOV", "车辆调度提速", ("定位", "派单"), "企业", frozenset({"network"}), 100_00
    )
    return alike(PLAIN, [replace(other, **parts)], 0)


def test_another_name_for_the_same_thing_is_found() -> None:
    """The same functions, goal and people served under another name; each part is told, and what both have."""
    (found,) = changed(goal=PLAIN.goal, functions=("扫描", "编目", "检索"), objects="居民")
    assert found.percent >= LEAST
    assert found.parts["goal"] == found.parts["objects"] == 100
    assert found.parts["name"] < LEAST
    assert found.common == ("扫描", "编目")
    (stranger,) = changed()
    assert stranger.percent < LEAST


@pytest.mark.parametrize(
    ("part", "value", "added"),
    [
        ("functions", ("扫描", "编目", "借阅"), 30),
        ("goal", "纸质档案全部入库", 15),
        ("objects", "居民", 15),
        ("categories", frozenset({"data"}), 5),
        ("amount", 100, 5),
    ],
)
def test_each_part_weighs_what_the_plan_says(part: str, value: object, added: int) -> None:
    """One part made the same lifts the whole by its weight."""
    (before,), (after,) = changed(), changed(**{part: value})
    assert abs(after.percent - before.percent - added) <= 1
    assert after.parts[part] == 100


def test_the_place_adds_to_it() -> None:
    """A neighbour's project more than another township's, one of the same office the most."""
    percents = [
        alike(PLAIN, [Named("b", "档案数字化建设", township, office)], 0)[0].percent
        for township, office in (("梨雪乡", "SVC2"), ("柳烟镇", "GOV"), ("柳烟镇", "SVC"))
    ]
    assert percents[1] - percents[0] == 15
    assert percents[2] - percents[1] == 5


def test_only_the_nearest_names_are_read_further() -> None:
    """The most alike first; at most so many."""
    near = nearest(PLAIN, EVERY, PLACES, 3)
    assert len(near) == 3
    assert "档案" in near[0].name
