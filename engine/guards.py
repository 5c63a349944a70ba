"""The closed book of named rules in plain Python, for whatever computes or needs facts: guards, values, postings."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.definition import FieldType
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json

OPTIONAL = "?"
ARGUMENT_KINDS = frozenset(
    ("field", "fields", "state", "states", "action", "role", "int", "flag", "text", "duration"),
)

Rule = Callable[[Situation, Mapping[str, Json]], Iterable[Refusal]]
"""Gives every reason why the action may not be taken; nothing when it may."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule. `arguments` names its arguments and what each takes, which the loader checks.

    Kinds: `field`, `state`, `role` (a name that exists), `fields`, `states` (a list of them), `action` (of the same
    state, or `state.action`; the rule gets `state.action`), `int` (not negative), `flag`, `text`, `duration` (the rule
    gets its text), or the words it may be, such as `working|natural`. An argument that may be left out ends in `?`.
    `source` cites what the rule rests on.
    """

    name: str
    rule: Rule
    arguments: Mapping[str, str]
    purpose: str
    source: str = ""

    def __post_init__(self) -> None:
        """A kind that is not known is a programming error."""
        for name, kind in self.arguments.items():
            if "|" not in kind and kind.removesuffix(OPTIONAL) not in ARGUMENT_KINDS:
                raise ValueError(f"guard {self.name}: the argument {name} has no kind {kind}")


PostingRule = Callable[[Situation, str], Sequence[dict[str, Json]]]
"""Gives the ledger entries of an action that leads to a state; raises `Refused` with every reason against them."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting rule. `fields` are those of the case that it reads, which the loader checks."""

    name: str
    rule: PostingRule
    fields: Mapping[str, FieldType]
    purpose: str


ValueRule = Callable[[Situation], Json]
"""Gives a value as a client would send it; raises `Refused` with every reason why it can not be had."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A rule that gives the value of a field. `kinds` are the types of field that it fits, which the loader checks."""

    name: str
    rule: ValueRule
    kinds: frozenset[FieldType]
    purpose: str


class GuardBook:
    """Named rules. Closed once made: a definition can only name what is in it."""

    def __init__(
        self,
        *books: "GuardBook",
        entries: Iterable[Entry] = (),
        postings: Iterable[Posting] = (),
        reckonings: Iterable[Reckoning] = (),
    ) -> None:
        """Join books and entries; a name given twice is a programming error."""
        self._entries: dict[str, Entry] = {}
        for entry in [entry for book in books for entry in book] + list(entries):
            if entry.name in self._entries:
                raise ValueError(f"guard {entry.name} is in the book twice")
            self._entries[entry.name] = entry
        self._postings: dict[str, Posting] = {}
        for posting in [posting for book in books for posting in book.postings] + list(postings):
            if posting.name in self._postings:
                raise ValueError(f"posting {posting.name} is in the book twice")
            self._postings[posting.name] = posting
        self._reckonings: dict[str, Reckoning] = {}
        for reckoning in [reckoning for book in books for reckoning in book.reckonings] + list(reckonings):
            if reckoning.name in self._reckonings:
                raise ValueError(f"reckoning {reckoning.name} is in the book twice")
            self._reckonings[reckoning.name] = reckoning

    def __iter__(self) -> Iterator[Entry]:
        """Give the entries in order of adding."""
        return iter(self._entries.values())

    @property
    def postings(self) -> tuple[Posting, ...]:
        """The posting rules in order of adding."""
        return tuple(self._postings.values())

    @property
    def reckonings(self) -> tuple[Reckoning, ...]:
        """The rules that give values, in order of adding."""
        return tuple(self._reckonings.values())

    def reckoning(self, name: str) -> Reckoning | None:
        """Give the rule of that name that gives a value, if it is in the book."""
        return self._reckonings.get(name)

    def posting(self, name: str) -> Posting | None:
        """Give the posting rule of that name, if it is in the book."""
        return self._postings.get(name)

    def get(self, name: str) -> Entry | None:
        """Give the entry of that name, if it is in the book."""
        return self._entries.get(name)
