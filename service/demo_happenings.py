"""What happens in the demonstration besides commands: the bank sends a file, the night's rules look, people answer."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from io import BytesIO, StringIO
from typing import Any

from adapters import shipped
from adapters.sql.office_log import By
from adapters.sql.surveys import Answer, answer, give_out, new_token
from engine.case import Case
from engine.commands import Actor
from engine.facts import Facts
from service.assembly import Assembly
from service.jobs.flags import FlagWatch
from service.jobs.warnings import WARNING, Watch
from service.statements import read_listing, statement_plan, take_statement
from service.telling import ZONE
from workflows.funds.papers import BANK_LINE, PAYMENT, RED_FLAG
from workflows.guards.accounts import BOOKED
from workflows.guards.reading import number_in, text_in, yuan
from workflows.performance import LEVELS
from workflows.shipped import STATEMENT


class Happenings:
    """`workflows.demo.walk.Happenings`, done by the service's own jobs and imports."""

    def __init__(self, assembly: Assembly) -> None:
        """Happen in this county."""
        self._assembly = assembly
        self._wordings: Mapping[str, str] = shipped.demo()["phrases"]["money"]["wordings"]

    def look(self, projects: Sequence[str]) -> Mapping[str, str]:
        """Let the rules of warnings and red flags look at some projects."""
        watch = Watch(self._assembly)
        for code in projects:
            watch.look_at(code)
        FlagWatch(self._assembly).look_at(projects)
        with self._assembly.database.read() as connection:
            facts = self._assembly.organisation.facts(connection)
            kinds = (RED_FLAG, WARNING)
            raised = [
                one for code in projects for kind in kinds for one in reversed(facts.peers(kind, "project", code))
            ]
        return {f"{text_in(one.data, 'project').split('-', 2)[2]}/{one.data['rule']}": one.id for one in raised}

    def statement(self, account: str, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
        """Take the bank's file of an account."""
        assembly, case = self._assembly, self._assembly.store.load(account)
        today = assembly.clock.now().astimezone(ZONE).date()
        with assembly.database.read() as connection:
            booked = list(self._booked(assembly.organisation.facts(connection), case.code))
        file = _file([*booked, *(_told(row, today) for row in rows)])
        listing = read_listing(BytesIO(file), statement_plan())
        take_statement(assembly, case, listing.rows, actor, sha256(file).hexdigest(), lambda _: None)
        with assembly.database.read() as connection:
            lines = assembly.organisation.facts(connection).peers(BANK_LINE, "account", case.code)
        wanted = {str(row["reference"]) for row in rows}
        return {reference: line.id for line in lines if (reference := text_in(line.data, "reference")) in wanted}

    def survey(self, evaluation: str, actor: Actor, told: Mapping[str, Any]) -> None:
        """Give out links and answer with some of them."""
        database, now = self._assembly.database, self._assembly.clock.now()
        tokens = [new_token() for _ in range(told["invited"])]
        give_out(database, By(actor.id, now), evaluation, told["asked"], tokens)
        said = [level for level in LEVELS for _ in range(told.get(level, 0))]
        for token, level in zip(tokens, said, strict=False):
            answer(database, token, Answer(level, now.astimezone(ZONE).date()))

    def _booked(self, facts: Facts, account: str) -> Iterator[Sequence[object]]:
        """Give a row for all money that moved by the books and that no line is about yet."""
        matched = {line.data.get("matched_to") for line in facts.peers(BANK_LINE, "account", account)}
        for kind, states in BOOKED.items():
            for case in facts.peers(kind, "bank", account):
                if case.state in states and case.code not in matched:
                    yield (*_of_books(case, facts), self._wordings[kind])


def _of_books(case: Case, facts: Facts) -> Sequence[object]:
    data, is_out = case.data, case.definition == PAYMENT
    contract = facts.case(text_in(data, "contract"))
    supplier = text_in(contract.data, "supplier") if contract is not None else ""
    slip = text_in(data, "receipt_number") if is_out else text_in(data, "slip")
    on = text_in(data, "paid_on") or text_in(data, "received_on")
    amount, payee = _signed(number_in(data, "amount"), is_out=is_out), text_in(data, "payer") or supplier
    return (on, amount, payee, slip, text_in(data, "bank_account"))


def _told(row: Mapping[str, Any], today: date) -> Sequence[object]:
    return (
        today,
        _signed(row["amount"], is_out=row.get("out", False)),
        row["payee"],
        row["reference"],
        "",
        row["wording"],
    )


def _signed(fen: int, *, is_out: bool) -> str:
    return yuan(-fen if is_out else fen)


def _file(rows: Sequence[Sequence[object]]) -> bytes:
    """Give a statement as the bank's export has it."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(shipped.table(STATEMENT)["columns"])
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
