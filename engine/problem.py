"""What is wrong with a definition: data that says where, what was found and what is allowed.

`load` raises problems of form, `soundness` gives problems of meaning. The sentence a person reads comes from the
product's text catalogue (`problem.CODE`); `message` is the plain English one for programs and logs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.sentences import HINT, SENTENCES, WORD_PARAMS, WORDS


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `path` is like `states.draft.actions.submit.to`; `line` counts from 1 (0: no one line).

    `trace` is a shortest way of steps that shows the problem, for problems of meaning.
    """

    code: str
    path: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    trace: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """File, line and path in one: `township.yaml:12: states.draft.actions.submit.to`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.path) if part)

    @property
    def message(self) -> str:
        """The English sentence."""
        words = {name: WORDS[str(value)] for name, value in self.params.items() if name in WORD_PARAMS}
        sentence = SENTENCES[self.code].format_map({**self.params, **words})
        return sentence + HINT.format_map(self.params) if self.params.get("hint") else sentence

    def __str__(self) -> str:
        """Where and what, on one line."""
        return f"{self.where}: {self.message}"


class DefinitionErrors(Exception):
    """The definition can not be used; every problem is listed, in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep all problems; there is at least one."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
