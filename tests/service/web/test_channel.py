"""The page of calls for departments: what is open, until when, what is needed, and beginning there."""

from pathlib import Path

from tests.service.web.screening_scene import Scene, scene

GUIDE = {
    "number": "2026-9",
    "name": "冬季专项",
    "channel": "special",
    "guide": "重点支持一网通办。",
    "themes": "适老化改造",
    "what_is_needed": "需求说明、绩效目标、三家询价",
    "scope": ["software", "data"],
    "opens_on": "2026-11-20",
    "closes_on": "2026-12-04",
    "quota": 5,
    "ceiling": 200_000_000,
}


def publish(place: Scene) -> None:
    """Let the county publish a call."""
    code = place.start("application-call", "cty-review-1", "QH", "PC-2026-001")
    place.save(code, "cty-review-1", **GUIDE)
    assert place.act(code, "cty-review-1", "submit") == "approving"
    assert place.act(code, "cty-head", "publish") == "open"


def test_an_application_begins_at_its_call(furnished_county: Path, tmp_path: Path) -> None:
    """Nothing before it is published; then its card with its last day, and a draft that names the call."""
    with scene(furnished_county, tmp_path) as place:
        office = place.browser("t02-apply")
        assert "冬季专项" not in office.get("/apply").text
        publish(place)
        office = place.browser("t02-apply")
        shown = office.get("/apply").text
        for words in ("2026-9 冬季专项", "2026-12-04", "三家询价", "适老化改造", "软件", "2,000,000.00"):
            assert words in shown
        begun = office.post("/apply", definition="township-project", unit="T02-SVC", batch="2026-9")
        assert begun.status_code == 303
        draft = office.get(begun.headers["location"] + "?section=basics").text
        assert 'value="2026-9"' in draft


def test_a_call_for_some_units_is_shown_to_them_alone(furnished_county: Path, tmp_path: Path) -> None:
    """A township that may not answer does not see it."""
    with scene(furnished_county, tmp_path) as place:
        code = place.start("application-call", "cty-review-1", "QH", "PC-2026-001")
        place.save(code, "cty-review-1", **GUIDE, open_to=[{"unit": "T03"}])
        place.act(code, "cty-review-1", "submit")
        place.act(code, "cty-head", "publish")
        assert "冬季专项" not in place.browser("t02-apply").get("/apply").text
        assert "冬季专项" in place.browser("t03-apply").get("/apply").text
