"""Names that are alike, by hand on the names of the demonstration county."""

from adapters import shipped
from workflows.likeness import Named, alike

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
