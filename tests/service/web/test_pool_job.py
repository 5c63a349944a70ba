"""The pool's keeper: begins the half-yearly adjustment once, asks the units once, carries out what was decided once."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.sql.histories import load
from adapters.sql.opening import sqlite_file
from adapters.sql.reads.cases import Filter, list_cases
from engine.case import Case
from engine.commands import Terminate
from engine.events import Copied
from engine.refusal import Unavailable
from service.jobs.pool import PoolKeeper
from service.jobs.timers import sweep_timers
from tests.faults.test_full_disk import full_disk
from tests.service.web.county import EVERYWHERE
from tests.service.web.screening_scene import Scene, scene

FILE = {"id": "f1", "name": "a.pdf", "kind": "pdf", "size": 9, "digest": "0" * 64}
PRESENT = [{"member": name, "attendance": "present"} for name in ("组长", "副组长", "成员")]


def cases(place: Scene, definition: str, *states: str) -> list[Case]:
    """Give the cases of a procedure in some states."""
    with place.assembly.database.read() as connection:
        listed = list_cases(connection, EVERYWHERE, Filter(definition, states=states)).lines
        return [load(connection, line.id) for line in listed]


def until(place: Scene, day: int, month: int = 6) -> None:
    """Let days pass, with all that falls due."""
    place.clock.set(datetime(2027, month, day, 2, 0, tzinfo=UTC))
    while sweep_timers(place.assembly):
        pass


def decided(place: Scene, code: str) -> str:
    """Let the lead group decide on an adjustment in a meeting; gives the meeting's code."""
    meeting = place.start("meeting", "lead-1", "QH", "HY-1", name="领导小组会议")
    one = {"item": code, "matter": "adjust_pool"}
    place.act(meeting, "lead-1", "hold", held_on="2027-06-15", agenda=[one], members=PRESENT)
    votes = {"in_favour": 3, "against": 0, "abstained": 0, "result": "approved", "resolution": "同意"}
    told: dict[str, Any] = {"decisions": [{**one, **votes}], "attendance_sheet": FILE, "minutes": [FILE]}
    place.act(meeting, "lead-1", "submit", members=PRESENT, **told)
    place.act(meeting, "lead-2", "confirm")
    return meeting


def test_the_keeper_begins_asks_and_carries_out(furnished_county: Path, tmp_path: Path) -> None:
    """In May an adjustment lists the pool; each unit is told once; a removal moves the project, once."""
    with scene(furnished_county, tmp_path) as place:
        (running,) = cases(place, "pool-adjustment", "opened", "confirming", "proposing")
        end = Terminate(case_id=running.id, actor=place.actor("cty-head"), comment="另行组织")
        place.assembly.runtime.execute(end)
        until(place, 12, month=5)
        keeper = PoolKeeper(place.assembly)
        pooled = cases(place, "township-project", "reserved", "frozen")
        assert keeper.look() == 1
        assert keeper.look() == PoolKeeper(place.assembly).look() == 0
        (adjustment,) = cases(place, "pool-adjustment", "opened")
        code = adjustment.code
        place.ids[code] = adjustment.id
        rows = adjustment.data["items"]
        assert isinstance(rows, list)
        assert len(rows) == len(pooled)
        assert place.act(code, "cty-review-1", "collect") == "confirming"
        asked = [one for one in pooled if one.state == "reserved"]
        keeper = PoolKeeper(place.assembly)
        path = sqlite_file(place.assembly.settings.database)
        assert path is not None
        with full_disk(path), pytest.raises(Unavailable):
            keeper.look()
        assert keeper.look() == len(asked), "what met a full disk is not done until tomorrow"
        assert PoolKeeper(place.assembly).look() == 0
        record = place.assembly.store.history(asked[0].id)[-1]
        assert any(isinstance(event, Copied) for event in record.events)
        until(place, 14)
        (adjustment,) = [one for one in cases(place, "pool-adjustment", "proposing") if one.code == code]
        gone = asked[0].code
        items = [
            {**row, "proposal": "remove" if row["project"] == gone else "keep", "reason": "不再需要建设"}
            for row in adjustment.data["items"]
            if isinstance(row, dict)
        ]
        place.save(code, "cty-review-1", items=items)
        place.act(code, "cty-review-1", "submit")
        place.clock.set(datetime(2027, 6, 15, 2, 0, tzinfo=UTC))
        assert place.refused(code, "lead-1", "approve") == {"meeting.not_named"}
        place.act(code, "lead-1", "approve", meeting=decided(place, code))
        until(place, 28)
        assert cases(place, "pool-adjustment", "applied")
        assert PoolKeeper(place.assembly).look() == 1
        (removed,) = [one for one in cases(place, "township-project", "removed") if one.code == gone]
        assert removed.last is not None
        assert removed.last.user == "system"
        assert PoolKeeper(place.assembly).look() == 0
