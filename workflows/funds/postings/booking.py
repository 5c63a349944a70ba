"""What every posting rule does last: make its entries, have them judged, and spell them for the record."""

from collections.abc import Iterable
from dataclasses import replace

from engine.refusal import Refusal, Refused
from engine.situation import Situation
from engine.values import Json
from workflows.funds.books import Books
from workflows.funds.judging import judge, refusals
from workflows.funds.papers import Paper, Papers, dossier
from workflows.funds.posting import AMOUNT_MAX, Entry, Movement, Place, Posting, entry_json
from workflows.guards.reading import text_in


class Desk:
    """Where one act is booked: its case and project, the ledgers it reads, the entries it makes."""

    __slots__ = ("_books", "_entries", "it", "papers", "target")

    def __init__(self, it: Situation, target: str, project: str | None = None) -> None:
        """Sit down with a case; its project is the field `project` unless another is named."""
        self.it = it
        self.target = target
        self.papers = Papers(it, text_in(it.data, "project") if project is None else project, target)
        self._entries: list[Entry] = []
        self._books: dict[str, Books] = {}

    @property
    def project(self) -> str:
        """The code of the project."""
        return self.papers.project

    @property
    def paper(self) -> Paper:
        """The case under judgement."""
        paper = self.papers.one(self.it.case.code)
        assert paper is not None
        return paper

    @property
    def books(self) -> Books:
        """The project's books as they are before this act."""
        return self.books_of(self.project)

    def books_of(self, scope: str) -> Books:
        """Give the books of any ledger as they are before this act."""
        if scope not in self._books:
            self._books[scope] = Books(self.it.facts.balances(scope))
        return self._books[scope]

    def at(self, **place: str | int) -> Place:
        """Give a place of the project in the year of the act."""
        here = Place(project=self.project, year=self.papers.local_day.year)
        return replace(here, **place)  # type: ignore[arg-type]  # dimensions of a place

    def book(self, movement: Movement, postings: Iterable[Posting], reason: str = "") -> None:
        """Add an entry; postings of nothing are no entry."""
        parts = tuple(postings)
        if parts:
            self._entries.append(Entry(movement, self.papers.local_day, parts, reason or self.it.comment))

    def close(self) -> list[dict[str, Json]]:
        """Give the entries; raises `Refused` with every invariant they would break."""
        scopes = {scope for entry in self._entries for scope in entry.by_scope()}
        books = {scope: self.books_of(scope) for scope in sorted(scopes)}
        dossiers = {self.project: dossier(self.papers)} if self.project in scopes else {}
        reasons = tuple(refusals(judge(self._entries, books, dossiers, self.papers.policy())))
        if reasons:
            raise Refused(*reasons)
        return [entry_json(entry) for entry in self._entries]


def amount_of(it: Situation, field: str) -> int:
    """Read an amount that a posting needs; raises `Refused` when it is missing, not above zero, or absurd."""
    value = it.data.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= AMOUNT_MAX:
        raise Refused(Refusal("funds.no_amount", where=field))
    return value
