"""The weights that results propose: who sees them, what they rest on, and how a leader takes them over."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from adapters.encoding import case_text
from adapters.identity.sessions import SessionKind
from adapters.sql.histories import load
from adapters.sql.statements import Connection
from tests.service.web.screening_scene import Scene, scene
from workflows.guards.reading import lines_in, number_in, text_in

PAGE, CALL = "/dashboard/weights", "application-call"
CLOSED = "QH-2025-T01-0001"
ADDED = 9
SEEN = re.compile(r'name="(weight-\w\d)" value="(\d+)"')
COPIED = (
    "INSERT INTO cases SELECT :id, :code, definition, version, state, phase, revision, last_hash, initiator, unit,"
    " unit_path, title, opened_at, entered_at, due_at, closed_at, :body FROM cases WHERE code = :like"
)


def with_results(place: Scene) -> None:
    """Give the county nine more closed projects whose points in A1 foretold how much of their benefits they reached."""

    def add(connection: Connection) -> None:
        (found,) = connection.driver.execute("SELECT id FROM cases WHERE code = ?", [CLOSED]).fetchone()
        closed = load(connection, found)
        for number in range(1, ADDED + 1):
            sheets = tuple(replace(one, form={**one.form, "a1": number}) for one in closed.rounds["expert_scoring"])
            tree = [
                {**row, "points": str(number)} if text_in(row, "part") == "benefit" else row
                for row in lines_in(closed.data["evaluation"])
            ]
            code = f"QH-2025-T01-9{number:03}"
            data = {**closed.data, "evaluation": tree}
            copy = replace(closed, id=f"copy-{number}", code=code, data=data, rounds={"expert_scoring": sheets})
            cells = {"id": copy.id, "code": code, "body": case_text(copy), "like": CLOSED}
            connection.driver.execute(COPIED, cells)

    place.assembly.database.write(add)


def weights_of(place: Scene, number: int) -> dict[str, int]:
    """Give the weights that a call begun now begins with."""
    code = place.start(CALL, "cty-review-1", "QH", f"PC-2026-9{number:02}")
    with place.assembly.database.read() as connection:
        rows = lines_in(load(connection, place.ids[code]).data["weights"])
    return {text_in(row, "criterion"): number_in(row, "weight") for row in rows}


def test_few_projects_propose_nothing(furnished_county: Path, tmp_path: Path) -> None:
    """The county's three evaluated projects are shown and are too few; there is no form, and no way around it."""
    with scene(furnished_county, tmp_path) as place:
        leader = place.browser("cty-head")
        shown = leader.get(PAGE).text
        assert shown.count("项目太少，不作建议") == 13
        assert CLOSED in shown
        assert not SEEN.search(shown)
        told = leader.client.get("/api/v1/weights").json()
        assert (told["is_change"], len(told["projects"])) == (False, 3)
        same: Any = {f"weight-{one['criterion']['id']}": str(one["weight"]) for one in told["criteria"]}
        refused = leader.post(PAGE, **same, **{"from": "2026-12-01", "reason": "县长办公会"})
        assert refused.status_code == 422
        assert "目前没有要调整的权重" in refused.text
        assert place.browser("t01-apply").get(PAGE).status_code == 403


def test_a_leader_takes_the_proposal_over_for_the_next_call(furnished_county: Path, tmp_path: Path) -> None:
    """With a reason, from a day on; calls begun before keep theirs; not twice a year, not by who only looks."""
    with scene(furnished_county, tmp_path) as place:
        with_results(place)
        before = weights_of(place, 1)
        looker = place.browser("cty-review-1")
        assert SEEN.findall(looker.get(PAGE).text) == []
        assert looker.post(PAGE, **{"from": "2026-11-23", "reason": "我"}).status_code == 403

        leader = place.browser("cty-head")
        shown = leader.get(PAGE).text
        assert "说得准" in shown
        assert "QH-2025-T01-9001" in shown
        seen: Any = dict(SEEN.findall(shown))
        assert seen["weight-a1"] == str(before["a1"] + 2)
        refusals = (
            ({**seen, "from": "2026-11-23", "reason": ""}, "意见"),
            ({**seen, "from": "2026-11-22", "reason": "会议"}, "不能早于"),
            ({**seen, "weight-a1": "60", "from": "2026-11-23", "reason": "会议"}, "已随新的评价或权重变化"),
            ({**seen, "from": "冬至", "reason": "会议"}, "请填写有效的日期"),
        )
        for form, words in refusals:
            answer = leader.post(PAGE, **form)
            assert (answer.status_code, words in answer.text) == (422, True), words
        assert weights_of(place, 2) == before, "what was refused changed nothing"

        assert leader.post(PAGE, **seen, **{"from": "2026-11-24", "reason": "领导小组第九次会议"}).status_code == 303
        assert weights_of(place, 3) == before, "it holds from the next day on"
        place.clock.set(place.clock.now() + timedelta(days=1))
        after = weights_of(place, 4)
        assert after == {name.removeprefix("weight-"): int(points) for name, points in seen.items()}
        assert sum(after.values()) == 100
        with place.assembly.database.read() as connection:
            kept = lines_in(load(connection, place.ids["PC-2026-901"]).data["weights"])
        assert {text_in(row, "criterion"): number_in(row, "weight") for row in kept} == before

        opened = place.assembly.signing_in.sessions.open("cty-head", SessionKind.BEARER, place.clock.now())
        place.client.cookies.clear()
        place.client.headers["Authorization"] = f"Bearer {opened.token}"
        told = place.client.get("/api/v1/weights").json()
        assert (told["is_change"], told["not_before"]) == (True, "2027-11-24")
        asked = {one["criterion"]["id"]: one["proposed"] for one in told["criteria"]}
        wanted = {"weights": asked, "from": "2026-12-31", "reason": "再调一次"}
        late = place.client.post("/api/v1/weights/adoption", json=wanted)
        assert late.status_code == 422
        assert [one["code"] for one in late.json()["reasons"]] == ["weights.too_soon"]
