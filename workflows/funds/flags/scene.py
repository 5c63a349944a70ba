"""What the red-flag rules look at, and what they answer. Plain values; `reading.py` fills them from cases."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from workflows.funds.books import Books
from workflows.funds.invoices import Invoice
from workflows.funds.policy import Policy
from workflows.funds.terms import Contract, Dossier, Party
from workflows.funds.tracing import Trail


class Level(StrEnum):
    """What a hit does: a block can not be released; a hard one only by the head of finance, with a reason."""

    BLOCK = "block"
    HARD = "hard"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that struck: where, and the figures it struck on. `key` is the same whenever it strikes there again."""

    rule: str
    level: Level
    where: str
    figures: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What a release names."""
        return f"{self.rule}:{self.where}"


@dataclass(frozen=True, slots=True)
class Order:
    """A payment as the rules see it. `asked_at` is when it was submitted, `proof_on` the day of the acceptance proof.

    `progress_percent` is the project's verified progress on that day (None: not known, which is never good news).
    `sources` are those it draws on (empty: not told, then all that fund its lines).
    """

    code: str
    contract: str
    milestone: str
    party: Party
    amount: int
    asked_at: datetime
    lines: frozenset[str] = frozenset()
    invoices: tuple[Invoice, ...] = ()
    proof_on: date | None = None
    progress_percent: int | None = None
    is_open: bool = True
    is_paid: bool = False
    steps: tuple["Step", ...] = ()
    sources: frozenset[str] = frozenset()
    paid_on: date | None = None

    @property
    def on(self) -> date:
        """The day it was asked for."""
        return self.asked_at.date()


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody's decision and the device it was made from."""

    actor: str
    at: datetime
    device: str = ""


@dataclass(frozen=True, slots=True)
class Deal:
    """A contract or purchase as the rules see it, in its unit, category and year."""

    code: str
    unit: str
    category: str
    year: int
    description: str
    amount: int
    supplier: str
    ceiling: int = 0
    bidders: int = 0
    words: str = ""
    method: str = ""
    project: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost line of some project: its price beside the market's, what was delivered beside what was paid for."""

    project: str
    line: str
    category: str
    content: str
    unit_price: int = 0
    market_price: int = 0
    quantity_paid: int = 0
    quantity_delivered: int = 0
    is_delivered: bool = True
    serials: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money that a bank statement shows: from whom to whom. `payment` is the payment it was matched with."""

    origin: str
    target: str
    amount: int
    on: date
    payment: str = ""


@dataclass(frozen=True, slots=True)
class Insider:
    """Somebody on the inside (staff or expert), by what a payee could share with them."""

    id: str
    accounts: frozenset[str] = frozenset()
    employer: str = ""
    employed_on: date | None = None
    judged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of evidence: `digest` of the file, `likeness` a perceptual hash of 64 bits (None: no picture)."""

    project: str
    milestone: str
    digest: str
    likeness: int | None = None
    taken_on: date | None = None
    is_on_site: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture looks like (64 bits, few of which differ between likenesses), and the day its camera wrote."""

    likeness: int
    taken_on: date | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """A month's progress in percent, by the manager and as verified, and whether a milestone was accepted in it."""

    project: str
    month: str
    claimed: int
    verified: int
    has_accepted: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A change request: when it was approved (None: not), and when it was carried out."""

    code: str
    approved_on: date | None
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant received by the county for a project, and passed on (None: still held)."""

    code: str
    received_on: date
    passed_on: date | None


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a rule may look at; what is not there is empty. `order` and `deal` are under judgement.

    `unit` is the township. `orders` are the project's payments, `elsewhere` those of other projects to the same payee,
    `township` all of the township, by which its habits are judged; `owed` is accepted work of small firms, with its
    day, that no payment is under way for.
    """

    on: date
    policy: Policy
    working_days: Callable[[date, date], int]
    order: Order | None = None
    deal: Deal | None = None
    contract: Contract | None = None
    dossier: Dossier | None = None
    books: Books = field(default_factory=Books)
    trail: Trail = field(default_factory=Trail)
    buyer: str = ""
    unit: str = ""
    orders: tuple[Order, ...] = ()
    elsewhere: tuple[Order, ...] = ()
    township: tuple[Order, ...] = ()
    deals: tuple[Deal, ...] = ()
    costs: tuple[Cost, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    insiders: tuple[Insider, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    months: tuple[Month, ...] = ()
    changes: tuple[Change, ...] = ()
    grants: tuple[Grant, ...] = ()
    works: tuple[tuple[str, date], ...] = ()
    own_accounts: frozenset[str] = frozenset()
    approved_on: date | None = None
    started_on: date | None = None
    elapsed_percent: int | None = None
    refusal_reasons: tuple[str, ...] = ()
    owed: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """One of the thirty-five. `at` says when it is asked: at a payment, a contract, a budget, or every night.

    `ASKED` and `DEAL` are nights, too: over each payment that was asked for, and over each contract in force.
    """

    rule: str
    at: frozenset[str]
    find: Callable[[Scene], Iterator[Hit]]


PAYMENT, CONTRACT, BUDGET, NIGHT = "payment", "contract", "budget", "night"
ASKED, DEAL = "asked", "deal"

WEIGHTS: Mapping[Level, int] = {Level.BLOCK: 5, Level.HARD: 3, Level.WARN: 1}
"""Points a hit adds to the risk of its project and unit [D]."""

HALF_LIFE_DAYS = 180
"""After so many days a hit counts half [D]."""


def risk(hits: tuple[tuple[Hit, date], ...], on: date) -> Decimal:
    """Add up the risk of hits on a day: the points of each, halved every half-life; two decimals."""
    points = (
        WEIGHTS[hit.level] * Decimal(2) ** (Decimal((day - on).days) / HALF_LIFE_DAYS) for hit, day in hits if day <= on
    )
    return sum(points, Decimal(0)).quantize(Decimal("0.01"))
