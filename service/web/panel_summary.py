"""What the sheets of a panel's last closed round come to, for its chair and for those who look over panels.

Names stand beside the sheets only for the chair and for the office that organises panels, to whom a round is unsealed.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from msgspec import Struct

from adapters.sql.reads.cases import Filter, list_cases
from engine.case import Ballot, Case
from engine.refusal import NotFound
from engine.situation import Situation
from service.http.lists import scope_of
from service.web.reading import Look
from service.web.views.addresses import item_url, spelt
from service.web.views.values import said
from workflows.funds.papers import PROJECT
from workflows.guards.reading import text_in
from workflows.scoring import DIMENSIONS, POINTS_MAX, Rubric, Sheet, Verdict, deviation, hundredths, judge, trimmed
from workflows.screening.batch import applications
from workflows.screening.rubric import rubric
from workflows.screening.verdicts import SCORING, scored, sheets_of

ORGANISER = "cty_review"


class SheetRow(Struct, frozen=True):
    """One sheet: points by dimension and in all. `is_dropped`: the trimmed mean leaves it out; `is_far`: an outlier."""

    number: int
    expert: str
    points: Sequence[str]
    total: str
    advice: str
    comment: str
    is_dropped: bool
    is_far: bool


class CriterionRow(Struct, frozen=True):
    """A criterion: its most points, the mean of the sheets that count, the least and the most that was given."""

    title: str
    most: int
    mean: str
    lowest: int
    highest: int
    is_wide: bool


class RankRow(Struct, frozen=True):
    """A project of the same call with its panel's points."""

    rank: int
    code: str
    title: str
    url: str
    total: str
    is_this: bool


class Summary(Struct, frozen=True):
    """All of it. `minutes` is a draft for the chair's own words; `dimensions` are titles with points and weight."""

    sheets: Sequence[SheetRow]
    criteria: Sequence[CriterionRow]
    ranking: Sequence[RankRow]
    titles: Sequence[str]
    total: str
    pass_points: int
    deviation: str
    spread: str
    verdict: Verdict
    recommending: int
    minutes: str


def summary_url(code: str) -> str:
    """Give where the summary of a project's panel is read."""
    return f"/panels/{spelt(code)}/summary"


def may_read(found: Look, case: Case) -> bool:
    """Say whether a closed round is the reader's to look at: the chair's, and those who look over projects."""
    is_closed = bool(case.rounds.get(SCORING)) and case.state != SCORING
    oversees = bool(found.caller.roles & found.front.policy.oversight)
    return is_closed and (text_in(case.data, "chair") == found.actor.id or oversees)


def summary(found: Look, case: Case) -> Summary:
    """Sum the round up; raises `NotFound` where there is none, or it is not the reader's to look at."""
    if not may_read(found, case):
        raise NotFound(f"summary {case.code}")
    ballots, model = case.rounds[SCORING], rubric_for(found, case)
    sheets = sheets_of(ballots)
    verdict = judge(sheets, model)
    fields = found.definition_of(case).fields
    advised = [said(found.reader, fields["advice"], ballot.form.get("advice")) for ballot in ballots]
    return Summary(
        sheets=_sheets(found, case, ballots, advised, verdict),
        criteria=[_criterion(found, case, name, sheets, verdict) for name in POINTS_MAX],
        ranking=_ranking(found, case),
        titles=[_dimension(found, case, name) for name in DIMENSIONS],
        total=hundredths(verdict.total),
        pass_points=model.pass_points,
        deviation=deviation(verdict),
        spread=hundredths(verdict.spread),
        verdict=verdict,
        recommending=sum(sheet.recommends for sheet in sheets),
        minutes=_minutes(found, case, ballots, advised, verdict),
    )


def rubric_for(found: Look, case: Case) -> Rubric:
    """Give the weights and marks that a project is scored by."""
    return rubric(Situation(found.definition_of(case), case, case.data, found.actor, found.facts, found.reader.now))


def _sheets(
    found: Look, case: Case, ballots: Sequence[Ballot], advised: Iterable[str], verdict: Verdict
) -> list[SheetRow]:
    sheets, model = sheets_of(ballots), verdict.rubric
    kept = trimmed(sheets, model)
    is_unsealed = text_in(case.data, "chair") == found.actor.id or ORGANISER in found.caller.roles
    return [
        SheetRow(
            number=number,
            expert=found.reader.person(sheet.expert) if is_unsealed else "",
            points=[hundredths(model.points(sheet, name)) for name in DIMENSIONS],
            total=hundredths(model.points(sheet)),
            advice=advice,
            comment=ballot.comment,
            is_dropped=sheet not in kept,
            is_far=abs(model.points(sheet) - verdict.total) > model.deviation_max,
        )
        for number, (ballot, sheet, advice) in enumerate(zip(ballots, sheets, advised, strict=True), 1)
    ]


def _criterion(found: Look, case: Case, name: str, sheets: Sequence[Sheet], verdict: Verdict) -> CriterionRow:
    given = [sheet.points[name] for sheet in sheets]
    title = found.reader.says(found.definition_of(case).fields[name].title)
    mean = hundredths(verdict.criteria[name])
    return CriterionRow(title, POINTS_MAX[name], mean, min(given), max(given), name in verdict.wide_criteria)


def _dimension(found: Look, case: Case, name: str) -> str:
    columns = found.definition_of(case).fields["opinion_summary"].columns
    return next(found.reader.says(column.title) for column in columns if column.name == f"points_{name}")


def _ranking(found: Look, case: Case) -> list[RankRow]:
    """Rank the projects of the same call that the reader sees and whose panels have scored, by those points alone."""
    others = applications(found.facts, text_in(case.data, "batch")) if text_in(case.data, "batch") else (case,)
    wanted = Filter(definition=PROJECT, ids=frozenset(one.id for one in others))
    seen = {line.id for line in list_cases(found.connection, scope_of(found.caller), wanted, limit=len(others)).lines}
    verdicts = ((one, scored(one, rubric_for(found, one))) for one in others if one.id in seen and one.state != SCORING)
    totals = [(verdict.total, one) for one, verdict in verdicts if verdict is not None]
    totals.sort(key=lambda pair: (-pair[0], pair[1].code))
    return [
        RankRow(
            rank=1 + sum(other > total for other, _ in totals),
            code=one.code,
            title=found.title(one),
            url=item_url(one.code),
            total=hundredths(total),
            is_this=one.id == case.id,
        )
        for total, one in totals
    ]


def _minutes(found: Look, case: Case, ballots: Sequence[Ballot], advised: Iterable[str], verdict: Verdict) -> str:
    """Draft what the meeting found, from the sheets alone: the chair puts it into their own words."""
    t, model = found.t, verdict.rubric
    lines = [t("experts.minutes.begin", title=found.title(case), count=len(ballots), total=hundredths(verdict.total))]
    lines += [
        t(
            "experts.minutes.dimension",
            title=_dimension(found, case, name),
            points=hundredths(points),
            most=model.weight(name),
        )
        for name, points in verdict.dimensions.items()
    ]
    lines.append(t("experts.minutes.spread", deviation=deviation(verdict), spread=hundredths(verdict.spread)))
    lines.append(t("experts.minutes.recommend", count=_count(verdict.recommending, len(ballots)), all=len(ballots)))
    lines += [
        t("experts.minutes.said", number=number, advice=advice, comment=ballot.comment)
        for number, (ballot, advice) in enumerate(zip(ballots, advised, strict=True), 1)
        if ballot.comment
    ]
    return "\n".join(lines)


def _count(share: Fraction, of: int) -> int:
    return int(share * of)
