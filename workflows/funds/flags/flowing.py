"""Red flags of money that moves, or does not: insiders, circles, diversion, idle and held-back money."""

from collections.abc import Iterator
from datetime import date, timedelta

from engine.sensitive import covered
from workflows.funds.flags.scene import NIGHT, PAYMENT, Flag, Hit, Level, Scene, Transfer

HOPS_MAX = 4
"""Longest circle that is looked for (RF-08)."""


def insider_payee(scene: Scene) -> Iterator[Hit]:
    """RF-07: the payee's account is an insider's."""
    if scene.order is None:
        return
    for insider in scene.insiders:
        if scene.order.party.bank_account in insider.accounts:
            yield Hit("RF-07", Level.HARD, covered(scene.order.party.bank_account), {"insider": insider.id})


def round_trip(scene: Scene) -> Iterator[Hit]:
    """RF-08: money paid to a supplier comes back to us or our people within weeks, by up to four hands."""
    window = timedelta(days=scene.policy.number("flags.round_trip_days"))
    homes = scene.own_accounts | {account for insider in scene.insiders for account in insider.accounts}
    reached: set[str] = set()
    for paid in scene.transfers:
        if paid.origin in scene.own_accounts and paid.target not in homes:
            path = _way_back(scene.transfers, paid, homes, paid.on + window)
            if path and path[-1] not in reached:
                reached.add(path[-1])
                yield Hit(
                    "RF-08",
                    Level.HARD,
                    " → ".join(map(covered, path)),
                    {"amount": paid.amount, "on": paid.on.isoformat()},
                )


def _way_back(transfers: tuple[Transfer, ...], paid: Transfer, homes: frozenset[str], until: date) -> tuple[str, ...]:
    """Give a shortest way from a payment's payee back home, forward in time; nothing when there is none."""
    front: list[tuple[tuple[str, ...], date]] = [((paid.origin, paid.target), paid.on)]
    for _ in range(HOPS_MAX - 1):
        following: list[tuple[tuple[str, ...], date]] = []
        for path, since in front:
            for one in transfers:
                if one.origin != path[-1] or not since <= one.on <= until or one.target in path[1:]:
                    continue
                if one.target in homes:
                    return (*path, one.target)
                following.append(((*path, one.target), one.on))
        front = following
    return ()


def diversion(scene: Scene) -> Iterator[Hit]:
    """RF-09: money left a special account without a payment of ours (Regulation on Fiscal Offences §6 [V])."""
    for one in scene.transfers:
        if one.origin in scene.own_accounts and not one.payment:
            yield Hit(
                "RF-09", Level.HARD, one.origin, {"amount": one.amount, "to": one.target, "on": one.on.isoformat()}
            )


def idle_money(scene: Scene) -> Iterator[Hit]:
    """RF-17: money that came in and has lain unused for months."""
    limit = timedelta(days=scene.policy.number("flags.idle_days"))
    for lot in scene.trail.lots.values():
        left = scene.trail.left(lot.name)
        if left and not lot.is_treasurys and scene.on - lot.on > limit:
            yield Hit("RF-17", Level.WARN, lot.code or lot.name, {"left": left, "since": lot.on.isoformat()})


def held_back(scene: Scene) -> Iterator[Hit]:
    """RF-31: a grant that the county received and did not pass on in time."""
    limit = timedelta(days=scene.policy.number("flags.pass_on_days"))
    for grant in scene.grants:
        if (grant.passed_on or scene.on) - grant.received_on > limit:
            yield Hit("RF-31", Level.HARD, grant.code, {"received_on": grant.received_on.isoformat()})


def bought_expert(scene: Scene) -> Iterator[Hit]:
    """RF-33: an expert who judged a project and was later employed by who won it; a matter for an objection."""
    years = timedelta(days=scene.policy.number("flags.expert_tie_days"))
    winners = {deal.supplier: deal.code for deal in scene.deals}
    for insider in scene.insiders:
        code = winners.get(insider.employer)
        since = insider.employed_on
        if code and insider.judged and since is not None and scene.on - since <= years:
            yield Hit("RF-33", Level.WARN, insider.id, {"supplier": insider.employer, "contract": code})


FLAGS = (
    Flag("RF-07", frozenset({PAYMENT}), insider_payee),
    Flag("RF-08", frozenset({NIGHT}), round_trip),
    Flag("RF-09", frozenset({NIGHT}), diversion),
    Flag("RF-17", frozenset({NIGHT}), idle_money),
    Flag("RF-31", frozenset({NIGHT}), held_back),
    Flag("RF-33", frozenset({NIGHT}), bought_expert),
)
