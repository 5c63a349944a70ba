"""Every figure by the name that a sheet of a report gives it."""

from collections.abc import Callable, Iterable, Mapping

from workflows.figures import audits, credit, experts, fairness, flags, governance, money, risks, steps, weights, years
from workflows.figures.basis import Basis
from workflows.figures.cells import Counted

FIGURES: Mapping[str, Callable[[Basis], Iterable[Counted]]] = {
    "governance": governance.governance,
    "services": governance.services,
    "steps": steps.steps,
    "success": steps.success,
    "years": years.years,
    "savings": money.savings,
    "sources": money.sources,
    "relief": money.relief,
    "risk_trend": risks.trend,
    "quality": risks.quality,
    "experts": experts.experts,
    "flag_rules": flags.rules,
    "units_credit": credit.units,
    "partners_credit": credit.partners,
    "loans_credit": credit.loans,
    "audit_plan": audits.plan,
    "fair_townships": fairness.townships,
    "fair_offices": fairness.offices,
    "fair_categories": fairness.by_category,
    "fair_experience": fairness.experience,
    "fair_experts": fairness.experts,
    "fair_outliers": fairness.outliers,
    "fair_recusals": fairness.recusals,
    "fair_times": fairness.times,
    "fair_exceptions": fairness.exceptions,
    "fair_calibrated": fairness.calibrated,
    "next_weights": weights.next_weights,
    "compared_projects": weights.compared_projects,
}
"""What a sheet of a report may name as its `figure`."""
