"""Red flags of one payment: split, doubled, to the wrong hands, ahead of the work, out of the wrong purse."""

from collections.abc import Iterator
from datetime import date, timedelta

from engine.sensitive import covered
from workflows.funds.chart import ENCUMBERED, RESERVED, SPENT
from workflows.funds.flags.scene import ASKED, NIGHT, PAYMENT, Flag, Hit, Level, Order, Scene
from workflows.funds.invoices import normal
from workflows.funds.movements.paying import ADVANCE_MILESTONE, RETENTION_MILESTONE
from workflows.funds.policy import PERCENT, exceeds
from workflows.funds.terms import SourceKind

VALID = "valid"
"""The tax platform's word for an invoice that is in order."""


def split_payment(scene: Scene) -> Iterator[Hit]:
    """RF-01: several payments under a limit that together reach it, to one payee on one contract in a few days.

    Asked for the limit from which on a meeting decides, and for that from which on the mayor does, not the leader in
    charge. Also one that stops just short of the meeting's limit. Tests [D].
    """
    order = scene.order
    limit = scene.policy.number("payment.single_person_max_fen")
    if order is None or order.amount >= limit:
        return
    days = scene.policy.number("flags.split_working_days")
    near = [one for one in scene.orders if _belongs(one, order) and _days_apart(scene, one, order) <= days]
    for most in (limit, scene.policy.number("payment.leader_max_fen")):
        small = [one.amount for one in near if one.amount < most]
        total = order.amount + sum(small)
        if order.amount < most <= total and small:
            yield Hit("RF-01", Level.HARD, order.contract, {"total": total, "limit": most, "count": len(small) + 1})
            return
    if order.amount * PERCENT >= limit * scene.policy.number("flags.near_limit_percent"):
        yield Hit("RF-01", Level.HARD, order.code, {"amount": order.amount, "limit": limit})


def _belongs(one: Order, order: Order) -> bool:
    is_same = one.contract == order.contract or bool(one.lines & order.lines)
    return one.code != order.code and one.is_open and is_same and one.party.credit_code == order.party.credit_code


def _days_apart(scene: Scene, one: Order, order: Order) -> int:
    first, last = sorted((one.on, order.on))
    return scene.working_days(first, last)


def doubled_invoice(scene: Scene) -> Iterator[Hit]:
    """RF-03: an invoice claimed beyond its face is blocked; one that looks like another's, of any project, is hard."""
    order = scene.order
    if order is None:
        return
    days = scene.policy.number("flags.same_invoice_days")
    open_orders = [one for one in (*scene.orders, *scene.elsewhere) if one.is_open and one.code != order.code]
    others = [(one, claimed) for one in open_orders for claimed in one.invoices]
    for invoice in order.invoices:
        same = [claimed for _, claimed in others if claimed.register == invoice.register]
        if invoice.used + sum(claimed.used for claimed in same) > invoice.face:
            yield Hit("RF-03", Level.BLOCK, invoice.register, {"face": invoice.face})
            continue
        for one, claimed in others:
            if claimed.register == invoice.register or claimed.seller != invoice.seller:
                continue
            is_like = normal(claimed.number) == normal(invoice.number)
            is_twin = claimed.face == invoice.face and _within(claimed.issued_on, invoice.issued_on, days)
            if is_like or is_twin:
                yield Hit("RF-03", Level.HARD, f"{invoice.register} ~ {claimed.register}", {"payment": one.code})


def _within(one: date | None, other: date | None, days: int) -> bool:
    return one is not None and other is not None and abs((one - other).days) <= days


def bad_invoice(scene: Scene) -> Iterator[Hit]:
    """RF-04: an invoice not valid for the tax platform, is made out to somebody else, or of a day to come."""
    for invoice in scene.order.invoices if scene.order else ():
        if invoice.issued_on is not None and invoice.issued_on > scene.on:
            yield Hit("RF-04", Level.BLOCK, invoice.register, {"issued_on": invoice.issued_on.isoformat()})
        elif invoice.verified != VALID:
            yield Hit("RF-04", Level.BLOCK, invoice.register, {"verified": invoice.verified or "-"})
        elif scene.buyer and invoice.buyer != scene.buyer:
            yield Hit("RF-04", Level.BLOCK, invoice.register, {"buyer": invoice.buyer})


def odd_invoice_date(scene: Scene) -> Iterator[Hit]:
    """RF-05: dated before the contract, or long after the milestone."""
    order, contract = scene.order, scene.contract
    if order is None or contract is None:
        return
    milestone = contract.milestone(order.milestone)
    accepted_on = milestone.accepted_on if milestone else None
    days = timedelta(days=scene.policy.number("flags.invoice_after_milestone_days"))
    for invoice in order.invoices:
        on = invoice.issued_on
        if on is None:
            continue
        is_early = contract.signed_on is not None and on < contract.signed_on
        is_late = accepted_on is not None and on > accepted_on + days
        if is_early or is_late:
            yield Hit("RF-05", Level.WARN, invoice.register, {"issued_on": on.isoformat()})


def changed_payee(scene: Scene) -> Iterator[Hit]:
    """RF-06: not the contract's party, an invoice of somebody else, or an account that changed a short while ago."""
    order, contract = scene.order, scene.contract
    if order is None or contract is None:
        return
    version = contract.payee_on(scene.on)
    if version is None or version.party != order.party:
        yield Hit("RF-06", Level.HARD, order.party.credit_code or "-", {"account": covered(order.party.bank_account)})
        return
    for invoice in order.invoices:
        if invoice.seller != order.party.credit_code:
            yield Hit("RF-06", Level.HARD, invoice.register, {"seller": invoice.seller})
    recent = timedelta(days=scene.policy.number("flags.account_change_days"))
    if len(contract.payees) > 1 and scene.on - version.verified_on < recent:
        yield Hit(
            "RF-06", Level.HARD, covered(order.party.bank_account), {"changed_on": version.verified_on.isoformat()}
        )


def ahead_of_work(scene: Scene) -> Iterator[Hit]:
    """RF-12: beyond the milestone's cap is blocked; far ahead of the verified progress is hard."""
    order, contract = scene.order, scene.contract
    if order is None or contract is None:
        return
    itself = scene.books.amount(SPENT, RESERVED, payment=order.code)
    paid = scene.books.amount(SPENT, RESERVED, contract=contract.code) - itself
    here = scene.books.amount(SPENT, RESERVED, contract=contract.code, milestone=order.milestone) - itself
    milestone = contract.milestone(order.milestone)
    if milestone is not None and here + order.amount > milestone.cap:
        yield Hit("RF-12", Level.BLOCK, f"{contract.code}/{order.milestone}", {"paid": here, "cap": milestone.cap})
    if order.milestone in (ADVANCE_MILESTONE, RETENTION_MILESTONE):
        return
    ahead = scene.policy.number("flags.ahead_of_progress_points")
    progress = 0 if order.progress_percent is None else order.progress_percent
    if exceeds(paid + order.amount, progress + ahead, contract.amount):
        share = (paid + order.amount) * PERCENT // max(contract.amount, 1)
        yield Hit("RF-12", Level.HARD, contract.code, {"paid_percent": share, "progress": progress})


def no_proof(scene: Scene) -> Iterator[Hit]:
    """RF-13: no proof of acceptance, or one dated after the payment."""
    order = scene.order
    if order is None or order.milestone in (ADVANCE_MILESTONE, RETENTION_MILESTONE):
        return
    if order.proof_on is None or order.proof_on > order.on:
        yield Hit("RF-13", Level.BLOCK, order.code, {"milestone": order.milestone})


def over_budget(scene: Scene) -> Iterator[Hit]:
    """RF-14: more than the contract still has of the budget (Budget Law §13 [V])."""
    order = scene.order
    if order is None:
        return
    left = scene.books.amount(ENCUMBERED, contract=order.contract) + scene.books.amount(RESERVED, payment=order.code)
    if order.amount > left:
        yield Hit("RF-14", Level.BLOCK, order.contract, {"amount": order.amount, "left": left})


def wrong_use(scene: Scene) -> Iterator[Hit]:
    """RF-15: recurrent cost out of project money; any recurrent cost out of a bond."""
    order, dossier = scene.order, scene.dossier
    if order is None or dossier is None or dossier.budget is None:
        return
    recurrent = set(scene.policy.words("flags.recurrent_categories"))
    lent = {source.code for source in dossier.sources.values() if source.kind is SourceKind.BOND}
    running = set(scene.policy.words("flags.not_from_bonds_categories"))
    drawn = lent & order.sources if order.sources else lent
    from_bonds = {share.line for share in dossier.budget.shares if share.source in drawn}
    for line in dossier.budget.lines:
        if line.code in order.lines and (
            line.category in recurrent or (line.code in from_bonds and line.category in running)
        ):
            yield Hit("RF-15", Level.BLOCK, line.code, {"category": line.category})


def expired_money(scene: Scene) -> Iterator[Hit]:
    """RF-16: restricted money after its last year; money of another source on the same line is not concerned."""
    order, dossier = scene.order, scene.dossier
    if order is None or dossier is None or dossier.budget is None:
        return
    used = order.sources or {share.source for share in dossier.budget.shares if share.line in order.lines}
    for source in dossier.sources.values():
        if source.code in used and source.expires_year is not None and scene.on.year > source.expires_year:
            yield Hit("RF-16", Level.BLOCK, source.code, {"expires": source.expires_year})


def same_hands(scene: Scene) -> Iterator[Hit]:
    """RF-32: two people of one payment at one device within minutes."""
    within = timedelta(minutes=scene.policy.number("flags.same_device_minutes"))
    for order in (scene.order, *scene.orders) if scene.order else scene.orders:
        steps = [step for step in order.steps if step.device]
        for index, one in enumerate(steps):
            for other in steps[index + 1 :]:
                is_close = one.device == other.device and abs(other.at - one.at) <= within
                if one.actor != other.actor and is_close:
                    yield Hit("RF-32", Level.WARN, order.code, {"actors": f"{one.actor}, {other.actor}"})


_AT = frozenset({PAYMENT})

FLAGS = (
    Flag("RF-01", _AT, split_payment),
    Flag("RF-03", _AT, doubled_invoice),
    Flag("RF-04", _AT, bad_invoice),
    Flag("RF-05", frozenset({PAYMENT, ASKED}), odd_invoice_date),
    Flag("RF-06", _AT, changed_payee),
    Flag("RF-12", _AT, ahead_of_work),
    Flag("RF-13", _AT, no_proof),
    Flag("RF-14", _AT, over_budget),
    Flag("RF-15", _AT, wrong_use),
    Flag("RF-16", _AT, expired_money),
    Flag("RF-32", frozenset({NIGHT}), same_hands),
)
