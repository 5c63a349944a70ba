"""Red flags in the mass of payments: the year's end, round amounts, first digits, numbers in a row, late payment."""

from collections.abc import Iterator, Mapping, Sequence

from workflows.funds.flags.scene import NIGHT, PAYMENT, Flag, Hit, Level, Order, Scene
from workflows.funds.invoices import normal
from workflows.funds.policy import PERCENT, exceeds

ROUND_FEN = 10_000_00
"""Ten thousand yuan: what counts as a round amount."""

BENFORD = (30_103, 17_609, 12_494, 9_691, 7_918, 6_695, 5_799, 5_115, 4_576)
"""How often each first digit stands, in hundred-thousandths (Benford's law)."""

WHOLE = 100_000
DECEMBER = 12


def year_end_rush(scene: Scene) -> Iterator[Hit]:
    """RF-18: much of a year's money was paid in December, or several times the monthly mean."""
    share_max = scene.policy.number("flags.december_percent")
    times = scene.policy.number("flags.december_times_count")
    for year in sorted({order.paid_on.year for order in scene.orders if order.is_paid and order.paid_on}):
        months = _by_month(scene.orders, year)
        total, december = sum(months.values()), months.get(DECEMBER, 0)
        before = (total - december) // (DECEMBER - 1)
        if exceeds(december, share_max, total) or (before and december >= times * before):
            yield Hit("RF-18", Level.WARN, str(year), {"percent": december * PERCENT // max(total, 1)})


def _by_month(orders: Sequence[Order], year: int) -> Mapping[int, int]:
    sums: dict[int, int] = {}
    for order in orders:
        if order.is_paid and order.paid_on is not None and order.paid_on.year == year:
            sums[order.paid_on.month] = sums.get(order.paid_on.month, 0) + order.amount
    return sums


def after_hours(scene: Scene) -> Iterator[Hit]:
    """RF-18, second half: decisions on money late at night."""
    first, last = scene.policy.number("flags.office_from_hour"), scene.policy.number("flags.office_to_hour")
    for order in (scene.order, *scene.orders) if scene.order else scene.orders:
        late = [step for step in order.steps if not first <= step.at.hour < last]
        if late:
            yield Hit("RF-18", Level.WARN, order.code, {"at": late[0].at.isoformat(), "actor": late[0].actor})


def round_amounts(scene: Scene) -> Iterator[Hit]:
    """RF-19: more than half of a supplier's invoices to the township are round."""
    least, share = scene.policy.number("flags.round_least_count"), scene.policy.number("flags.round_percent")
    for seller, faces in _faces(scene).items():
        rounds = sum(face % ROUND_FEN == 0 for face in faces)
        if len(faces) >= least and exceeds(rounds, share, len(faces)):
            yield Hit("RF-19", Level.WARN, seller, {"round": rounds, "invoices": len(faces)})


def _faces(scene: Scene) -> dict[str, list[int]]:
    faces: dict[str, list[int]] = {}
    for order in scene.township:
        for invoice in order.invoices:
            faces.setdefault(invoice.seller, []).append(invoice.face)
    return faces


def first_digits(scene: Scene) -> Iterator[Hit]:
    """RF-20: the first digits of a township's amounts are far from Benford's law; only where there are many."""
    amounts = [order.amount for order in scene.township if order.amount > 0]
    if len(amounts) < scene.policy.number("flags.benford_least_count"):
        return
    deviation = benford_deviation(amounts)
    if deviation > scene.policy.number("flags.benford_per_mille") * WHOLE // 1_000:
        yield Hit("RF-20", Level.WARN, scene.unit or "-", {"deviation": deviation, "payments": len(amounts)})


def benford_deviation(amounts: Sequence[int]) -> int:
    """Give the mean absolute deviation from Benford's law, in hundred-thousandths."""
    counts = [0] * 9
    for amount in amounts:
        counts[int(str(amount)[0]) - 1] += 1
    return sum(abs(count * WHOLE // len(amounts) - usual) for count, usual in zip(counts, BENFORD, strict=True)) // 9


def numbers_in_a_row(scene: Scene) -> Iterator[Hit]:
    """RF-21: a supplier's invoices to us have consecutive numbers over months, so we are its only customer."""
    least = scene.policy.number("flags.sequence_least_count")
    sold: dict[str, dict[int, str]] = {}
    for order in scene.township:
        for invoice in order.invoices:
            digits = "".join(filter(str.isdigit, normal(invoice.number)))
            if digits and invoice.issued_on is not None:
                sold.setdefault(invoice.seller, {})[int(digits)] = invoice.issued_on.strftime("%Y-%m")
    for seller, numbers in sold.items():
        run = _longest_run(sorted(numbers))
        if len(run) >= least and len({numbers[number] for number in run}) > 1:
            yield Hit("RF-21", Level.WARN, seller, {"from": run[0], "to": run[-1]})


def _longest_run(numbers: Sequence[int]) -> list[int]:
    best: list[int] = []
    run: list[int] = []
    for number in numbers:
        run = [*run, number] if run and number == run[-1] + 1 else [number]
        best = run if len(run) > len(best) else best
    return best


def late_to_small_firms(scene: Scene) -> Iterator[Hit]:
    """RF-30: accepted work unpaid beyond the lawful days, or refused for a forbidden reason.

    So is what nobody has asked for yet. Regulation on Payments to Small and Medium Enterprises (2025) §12, §14 [V].
    """
    for word in scene.policy.words("flags.forbidden_refusal_words"):
        for reason in scene.refusal_reasons:
            if word in reason:
                yield Hit("RF-30", Level.HARD, "reason", {"word": word})
    limit = scene.policy.number("payment.small_firm_days")
    for what, since in scene.owed:
        if (scene.on - since).days > limit:
            yield Hit("RF-30", Level.HARD, what, {"days": (scene.on - since).days, "limit": limit})
    for order in (scene.order, *scene.orders) if scene.order else scene.orders:
        waits = order.is_open and not order.is_paid
        if waits and order.proof_on is not None and (scene.on - order.proof_on).days > limit:
            yield Hit("RF-30", Level.HARD, order.code, {"days": (scene.on - order.proof_on).days, "limit": limit})


FLAGS = (
    Flag("RF-18", frozenset({NIGHT}), year_end_rush),
    Flag("RF-18", frozenset({PAYMENT, NIGHT}), after_hours),
    Flag("RF-19", frozenset({NIGHT}), round_amounts),
    Flag("RF-20", frozenset({NIGHT}), first_digits),
    Flag("RF-21", frozenset({NIGHT}), numbers_in_a_row),
    Flag("RF-30", frozenset({NIGHT}), late_to_small_firms),
)
