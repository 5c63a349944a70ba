"""Who is on the inside, as the county's register says: staff and experts with their accounts and employers.

The register is the policy `funds.flags.insiders`: rows with `person`, and as far as declared `account` (the SHA-256 of
its letters and digits, so that nobody reads accounts in it), `employer` and `since` (a day). An account is known only
where the same one turns up as a payee's or in a bank statement.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256

from engine.values import Json
from workflows.funds.flags.scene import Insider
from workflows.funds.policy import Policy
from workflows.guards.reading import day_in, text_in

REGISTER = "funds.flags.insiders"
"""The policy that holds it; a county without one has no insiders."""


def account_digest(account: str) -> str:
    """Give the digest of an account as the register holds it: of its letters and digits alone."""
    return sha256("".join(letter for letter in account if letter.isalnum()).encode()).hexdigest()


def insiders(policy: Policy, accounts: Iterable[str], judges: Collection[str], project: str) -> tuple[Insider, ...]:
    """Give the insiders of a project: those whose account is among some accounts, and the experts who judged it."""
    by_digest = {account_digest(account): account for account in accounts if account}
    return tuple(
        Insider(
            id=text_in(row, "person"),
            accounts=frozenset(filter(None, [by_digest.get(text_in(row, "account"), "")])),
            employer=text_in(row, "employer"),
            employed_on=day_in(row, "since"),
            judged=frozenset({project} if text_in(row, "person") in judges else ()),
        )
        for row in _rows(policy.lookup(REGISTER, policy.on))
    )


def _rows(value: Json) -> Iterator[Mapping[str, Json]]:
    yield from (row for row in value if isinstance(row, dict)) if isinstance(value, list) else ()
