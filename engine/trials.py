"""Tests of a definition, as it carries them: what made-up people do with a made-up case, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.duration import Duration
from engine.values import Json

START, SAVE = "start", "save"
"""What one can do besides the actions of the state: open the case, and fill in without acting."""

INITIATOR, SYSTEM_WORD = "initiator", "system"


@dataclass(frozen=True, slots=True)
class TrialStep:
    """One step. `who` is `initiator`, a role, or one of its made-up holders (`finance-2`); or time passes (`wait`).

    `state` is where the case must be afterwards, `refused` the reasons with which it must be refused.
    """

    who: str = ""
    do: str = ""
    form: Mapping[str, Json] = field(default_factory=dict)
    comment: str = ""
    to: str | None = None
    wait: Duration | None = None
    state: str | None = None
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """One test: steps on a case that nobody else sees."""

    name: str
    steps: tuple[TrialStep, ...]
