"""A tiny procedure that moves money: it fills a project's purse, pays from it, and uses up an invoice."""

from engine.assignment import Initiator
from engine.commands import Act, Start
from engine.definition import Action, Definition, Field, FieldType, Form, Phase, State, StateKind, Target
from engine.guards import GuardBook
from engine.guards import Posting as Rule
from engine.ports import Receipt
from engine.process import compile_process
from engine.refusal import Refusal, Refused
from engine.situation import Situation
from engine.values import Json
from tests.contract.place import Place
from tests.engine.small import START, person, text
from workflows.funds.books import Books
from workflows.funds.chart import BANK, GRANTED, OPEN, PROJECT_COST, SOURCE_INCOME, USED
from workflows.funds.posting import Entry, Movement, Posting, entry_json
from workflows.funds.posting import Place as Spot

PROJECT, INVOICE, FACE = "QH-1", "invoice:1-1", 1_000


def spot(project: str, payee: str = "") -> Spot:
    """Give a place of the cash book."""
    return Spot(project=project, source="own", year=2026, bank="B1", payment="P1", payee=payee)


def fill(it: Situation, _target: str) -> list[dict[str, Json]]:
    """Fill the purse of a project, and register the invoice if nobody has."""
    amount = it.data["amount"]
    assert isinstance(amount, int)
    postings = [Posting(BANK, SOURCE_INCOME, amount, spot(str(it.data["project"])))]
    if not it.facts.balances(INVOICE):
        postings.append(Posting(GRANTED, OPEN, FACE, Spot(register=INVOICE)))
    return [entry(it, Movement.RECEIVE, *postings)]


def spend(it: Situation, _target: str) -> list[dict[str, Json]]:
    """Pay from the purse by the invoice; neither may go below zero."""
    amount, project = it.data["amount"], str(it.data["project"])
    assert isinstance(amount, int)
    parts = {
        project: Posting(PROJECT_COST, BANK, amount, spot(project, "supplier")),
        INVOICE: Posting(OPEN, USED, amount, Spot(project=project, payment="P1", register=INVOICE)),
    }
    for scope, posting in parts.items():
        after = Books(it.facts.balances(scope)).after((posting,))
        if any(balance.amount < 0 for balance in after):
            raise Refused(Refusal("purse.empty", where=scope))
    return [entry(it, Movement.PAY, *parts.values())]


def entry(it: Situation, movement: Movement, *postings: Posting) -> dict[str, Json]:
    """Spell an entry of the day."""
    return entry_json(Entry(movement, it.now.date(), postings, policies=("funds.x@2026-01-01",)))


def _action(name: str, post: str) -> Action:
    return Action(name, text(name), to=(Target("done"),), post=post)


FIELDS = {
    "amount": Field("amount", FieldType.MONEY, text("amount")),
    "project": Field("project", FieldType.TEXT, text("project")),
}
PURSE = Definition(
    key="purse",
    version=1,
    digest="1" * 64,
    title=text("purse"),
    initial="open",
    calendar="cn",
    numbering="{n:4}",
    phases={"all": Phase("all", text("all"))},
    fields=FIELDS,
    sections=(),
    states={
        "open": State(
            "open",
            text("open"),
            "all",
            who=Initiator(),
            form=Form(edit=tuple(FIELDS)),
            actions={"fill": _action("fill", "fill"), "spend": _action("spend", "spend")},
        ),
        "done": State("done", text("done"), "all", kind=StateKind.END),
    },
)
BOOK = GuardBook(postings=(Rule("fill", fill, {}, "fills"), Rule("spend", spend, {}, "pays")))


def bring(place: Place) -> None:
    """Put the procedure on the place's shelf."""
    place.library.add(compile_process(PURSE, BOOK))


def begin(place: Place, case_id: str, amount: int, project: str = PROJECT) -> None:
    """Let Ann open a case about some money."""
    data: dict[str, Json] = {"amount": amount, "project": project}
    start = Start(case_id=case_id, actor=person("ann"), definition="purse", code=case_id, unit="town", data=data)
    place.runtime.execute(start)


def act(place: Place, case_id: str, action: str) -> Receipt:
    """Let Ann fill or spend."""
    return place.runtime.execute(Act(case_id=case_id, actor=person("ann"), action=action))


def filled(place: Place, amount: int = 100) -> None:
    """Fill the purse."""
    bring(place)
    begin(place, "filling", amount)
    act(place, "filling", "fill")


TODAY = START.date()
