"""Red flags of contracts and budgets: split purchases, prices, bidders, words that promise what may not be promised."""

from collections.abc import Iterator
from datetime import timedelta

from workflows.funds.flags.scene import BUDGET, CONTRACT, DEAL, NIGHT, PAYMENT, Deal, Flag, Hit, Level, Scene
from workflows.funds.policy import PERCENT, exceeds
from workflows.guards.reading import yuan

IN_HOUSE = "in_house"
"""The category of an order to the township's own people, which buys nothing."""

OPEN_TENDER = frozenset({"public_tender"})
PROCURED = OPEN_TENDER | {"competitive", "inquiry", "single_source", "framework"}
TOLD_MAX = 5
"""So many contracts are named in a hit."""

LIMITS = (("procurement.limit_fen", PROCURED), ("procurement.tender_fen", OPEN_TENDER))
"""From which amount on a purchase is made in which ways: what was bought so has evaded nothing."""


def split_purchase(scene: Scene) -> Iterator[Hit]:
    """RF-02: a township's purchases of a year, each below a limit, together above: alike, or one firm's on a project.

    Asked for the limit from which on a purchase is procured, and for that of public tenders; a release is for the sum
    it was given for. Procurement Law §28, Procurement Regulations §28: one budget item's purchases of a year are taken
    together [K].
    """
    deal = scene.deal
    for name, ways in LIMITS if deal is not None and deal.category != IN_HOUSE else ():
        limit = scene.policy.number(name)
        if deal is None or deal.amount >= limit or deal.method in ways:
            continue
        like = scene.policy.number("flags.similar_percent")
        near = [one for one in scene.deals if _is_small(one, deal, limit, ways) and _is_kin(one, deal, like)]
        total = deal.amount + sum(one.amount for one in near)
        if near and total >= limit:
            codes = ", ".join(one.code for one in near[:TOLD_MAX])
            yield Hit("RF-02", Level.HARD, f"{codes}: {yuan(total)}", {"total": yuan(total), "limit": yuan(limit)})


def _is_small(one: Deal, deal: Deal, limit: int, ways: frozenset[str]) -> bool:
    is_same = (one.unit, one.year) == (deal.unit, deal.year)
    return is_same and one.code != deal.code and one.amount < limit and one.method not in ways


def _is_kin(one: Deal, deal: Deal, like: int) -> bool:
    is_one_firms = bool(deal.supplier) and (one.project, one.supplier) == (deal.project, deal.supplier)
    return one.category != IN_HOUSE and (
        is_one_firms or (one.category == deal.category and similarity(one, deal) >= like)
    )


def similarity(one: Deal, other: Deal) -> int:
    """Compare two descriptions by their pairs of characters, in percent (Dice); works for Chinese and English."""
    first, second = _pairs(one.description), _pairs(other.description)
    if not first or not second:
        return 0
    return 2 * len(first & second) * PERCENT // (len(first) + len(second))


def _pairs(text: str) -> set[str]:
    bare = "".join(character for character in text.lower() if character.isalnum())
    return {bare[index : index + 2] for index in range(len(bare) - 1)}


def over_priced(scene: Scene) -> Iterator[Hit]:
    """RF-11: a unit price far above the market's median; at the budget's review it is hard."""
    warn, hard = (scene.policy.number(f"flags.price_{level}_percent") for level in ("warn", "hard"))
    for cost in scene.costs:
        if not cost.market_price:
            continue
        if exceeds(cost.unit_price, PERCENT + hard, cost.market_price):
            yield Hit("RF-11", Level.HARD, cost.line, {"price": cost.unit_price, "market": cost.market_price})
        elif exceeds(cost.unit_price, PERCENT + warn, cost.market_price):
            yield Hit("RF-11", Level.WARN, cost.line, {"price": cost.unit_price, "market": cost.market_price})


def concentration(scene: Scene) -> Iterator[Hit]:
    """RF-22: one supplier has most of a unit's contracts of a year, or wins again and again just under the limit."""
    most = scene.policy.number("flags.supplier_share_percent")
    near, limit = scene.policy.number("flags.near_limit_percent"), scene.policy.number("procurement.limit_fen")
    wins = scene.policy.number("flags.near_limit_wins_count")
    for unit, year in sorted({(deal.unit, deal.year) for deal in scene.deals}):
        deals = [deal for deal in scene.deals if (deal.unit, deal.year) == (unit, year)]
        total = sum(deal.amount for deal in deals)
        for supplier in sorted({deal.supplier for deal in deals}):
            own = [deal for deal in deals if deal.supplier == supplier]
            share = sum(deal.amount for deal in own)
            just_under = sum(deal.amount < limit and exceeds(deal.amount, near - 1, limit) for deal in own)
            if (len(deals) > 1 and exceeds(share, most, total)) or just_under >= wins:
                figures = {"percent": share * PERCENT // total, "year": year, "near_limit": just_under}
                yield Hit("RF-22", Level.WARN, f"{unit}/{supplier}", figures)


def lonely_bid(scene: Scene) -> Iterator[Hit]:
    """RF-23: one bidder alone, or a bid close to the ceiling."""
    close = scene.policy.number("flags.bid_of_ceiling_percent")
    deal = scene.deal
    if deal is None:
        return
    if deal.bidders == 1:
        yield Hit("RF-23", Level.WARN, deal.code, {"bidders": 1})
    elif deal.ceiling and deal.amount * PERCENT >= deal.ceiling * close:
        yield Hit("RF-23", Level.WARN, deal.code, {"amount": deal.amount, "ceiling": deal.ceiling})


def work_before_approval(scene: Scene) -> Iterator[Hit]:
    """RF-24: deliveries, logs or invoices older than the approval or the contract."""
    signed = scene.contract.signed_on if scene.contract else None
    earliest = max((day for day in (scene.approved_on, signed) if day is not None), default=None)
    if earliest is None:
        return
    dated = [(invoice.register, invoice.issued_on) for invoice in (scene.order.invoices if scene.order else ())]
    for what, on in (*scene.works, *dated):
        if on is not None and on < earliest:
            yield Hit("RF-24", Level.HARD, what, {"on": on.isoformat(), "approved_on": earliest.isoformat()})


def supplement_creep(scene: Scene) -> Iterator[Hit]:
    """RF-28: supplements near ten percent of the contract warn, beyond they are blocked (Procurement Law §49 [V])."""
    contract = scene.contract
    if contract is None:
        return
    grown = sum(one for one in contract.supplements if one > 0)
    figures = {"supplements": grown, "original": contract.original}
    if exceeds(grown, scene.policy.number("contract.supplements_max_percent"), contract.original):
        yield Hit("RF-28", Level.BLOCK, contract.code, figures)
    elif grown * PERCENT >= contract.original * scene.policy.number("flags.supplements_warn_percent"):
        yield Hit("RF-28", Level.WARN, contract.code, figures)


def hidden_debt(scene: Scene) -> Iterator[Hit]:
    """RF-35: words of guarantee, repurchase, fixed return or build-transfer by instalments (Budget Law §35 [V])."""
    deal = scene.deal
    for word in scene.policy.words("flags.hidden_debt_words") if deal else ():
        if deal is not None and word in deal.words:
            yield Hit("RF-35", Level.BLOCK, deal.code, {"word": word})


def double_funding(scene: Scene) -> Iterator[Hit]:
    """RF-34: the same equipment or the same cost line in two projects."""
    by_serial: dict[str, str] = {}
    by_line: dict[tuple[str, str, int], str] = {}
    for cost in scene.costs:
        line = (cost.category, cost.content, cost.unit_price)
        seen = by_line.setdefault(line, cost.project)
        if cost.content and cost.unit_price and seen != cost.project:
            yield Hit("RF-34", Level.HARD, f"{cost.project}/{cost.line}", {"with": seen})
        for serial in sorted(cost.serials):
            first = by_serial.setdefault(serial, cost.project)
            if first != cost.project:
                yield Hit("RF-34", Level.HARD, serial, {"with": first, "project": cost.project})


def not_started(scene: Scene) -> Iterator[Hit]:
    """RF-29: approved and not started for a year."""
    limit = timedelta(days=scene.policy.number("flags.not_started_days"))
    if scene.approved_on is not None and scene.started_on is None and scene.on - scene.approved_on > limit:
        where = scene.dossier.project if scene.dossier else "-"
        yield Hit("RF-29", Level.WARN, where, {"approved_on": scene.approved_on.isoformat()})


FLAGS = (
    Flag("RF-02", frozenset({CONTRACT}), split_purchase),
    Flag("RF-11", frozenset({BUDGET}), over_priced),
    Flag("RF-22", frozenset({NIGHT}), concentration),
    Flag("RF-23", frozenset({CONTRACT, DEAL}), lonely_bid),
    Flag("RF-24", frozenset({PAYMENT, CONTRACT, NIGHT}), work_before_approval),
    Flag("RF-28", frozenset({CONTRACT, NIGHT}), supplement_creep),
    Flag("RF-29", frozenset({NIGHT}), not_started),
    Flag("RF-34", frozenset({BUDGET, NIGHT}), double_funding),
    Flag("RF-35", frozenset({CONTRACT}), hidden_debt),
)
