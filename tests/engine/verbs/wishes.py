"""Random wishes of people: whatever they may try on a case of whatever procedure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from engine.case import Case, Timer
from engine.commands import (
    Act,
    AddSigner,
    Answer,
    Ask,
    Assign,
    Claim,
    Command,
    Continue,
    Delegate,
    Expire,
    Jump,
    Place,
    Release,
    Remark,
    RemoveSigner,
    Reply,
    Revoke,
    Save,
    Suspend,
    Terminate,
    Transfer,
    Undo,
    Urge,
    Withdraw,
)
from engine.definition import Definition
from tests.engine.random_definitions import PEOPLE, actor


@dataclass(frozen=True)
class Try:
    """Somebody's wish, said by numbers that are read against the case as it will be then."""

    who: int
    kind: type[Command]
    picks: tuple[int, int, int]
    wait: timedelta

    def command(self, definition: Definition, case: Case) -> Command:
        """Say the wish as a command on this case."""
        kind, (one, two, three) = self.kind, self.picks
        name = self._who(case)
        arguments: dict[str, Any] = {}
        if kind in (Claim, Release, Transfer, Delegate, Answer, AddSigner, RemoveSigner, Assign, Ask, Reply):
            arguments["task"] = case.tasks[three % len(case.tasks)].id if case.tasks else "none"
        if kind in (Transfer, Delegate, Assign, Ask):
            arguments["to"] = PEOPLE[two % len(PEOPLE)]
        if kind is AddSigner:
            arguments |= {"user": PEOPLE[two % len(PEOPLE)], "place": list(Place)[three % len(Place)]}
        if kind is Ask:
            arguments["question"] = "why?"
        if kind is Act:
            arguments |= self._act(definition, case)
        if kind is Jump:
            arguments["to"] = list(definition.states)[one % len(definition.states)]
        if kind is Save:
            arguments["data"] = {"note": "x" * (one % 4)}
        if kind is Expire:
            timer = self._timer(case)
            name, generation = ("deadline", one) if timer is None else (timer.name, timer.generation)
            arguments |= {"timer": name, "generation": generation}
        elif kind not in (Claim, Release, Undo, Save, Ask):
            arguments["comment"] = "why"
        return kind(case_id=case.id, actor=actor(name), **arguments)

    def _who(self, case: Case) -> str:
        """Give who wishes: mostly somebody who has work, or the one whose business it is."""
        if self.kind is Expire:
            return "system"
        if self.kind in (Jump, Suspend, Continue, Terminate) and self.who % 4:
            return "eve"
        if self.kind is Undo and case.last is not None and self.who % 4:
            return case.last.user if case.last.user in PEOPLE else "ann"
        if self.kind in (Revoke, Withdraw) or not case.tasks or self.who % 5 == 4:
            return PEOPLE[self.who % len(PEOPLE)]
        principal = case.tasks[self.picks[2] % len(case.tasks)].principal
        able = [name for name in (*PEOPLE, "head") if principal in actor(name).principals]
        return able[self.who % len(able)]

    def _act(self, definition: Definition, case: Case) -> dict[str, Any]:
        one, two, three = self.picks
        names = list(definition.states[case.state].actions) or ["nonsense"]
        earlier = case.path[one % len(case.path)] if case.path and one % 3 else None
        return {
            "action": names[two % len(names)],
            "to": earlier,
            "seats": ("seat0",) if three % 10 == 9 else (),
            "form": {"note": "y"} if three % 4 == 1 else {},
        }

    def moment(self, case: Case, now: datetime) -> datetime:
        """Give when it happens: after the wait, or when the armed timer falls due."""
        timer = self._timer(case) if self.kind is Expire else None
        return now + self.wait if timer is None else max(now, timer.fires_at)

    def _timer(self, case: Case) -> Timer | None:
        return case.timers[self.picks[0] % len(case.timers)] if case.timers else None


_KINDS: tuple[type[Command], ...] = (
    *(Act,) * 40,
    *(Claim, Release, Transfer, Delegate, Answer, AddSigner, AddSigner, RemoveSigner, Assign, Ask, Reply) * 2,
    *(Withdraw, Jump, Suspend, Continue, Continue, Undo, Undo, Expire, Expire) * 2,
    *(Revoke, Terminate, Save, Urge, Remark),
)

WAITS = (timedelta(seconds=2), timedelta(hours=3), timedelta(days=2))
"""How long until the next wish; now and then the machine's clock is put back instead."""

tries = st.builds(
    Try,
    who=st.integers(0, 9),
    kind=st.sampled_from(_KINDS),
    picks=st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)),
    wait=st.sampled_from([*WAITS, *WAITS, -WAITS[0], -WAITS[2]]),
)
