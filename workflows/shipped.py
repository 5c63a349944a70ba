"""What this package ships: the names of its data files. Reading them is the work of `adapters/shipped.py`."""

PROJECT = "township_project.yaml"
"""The main procedure. Published first: the others stand beside its cases."""

PROCESSES = (
    *("budget", "grant", "private_capital", "policy_loan", "special_bond", "own_funds"),
    *("special_account", "bank_line", "receipt", "contract", "breach", "payment", "refund", "budget_adjustment"),
    "quality_inspection",
    "risk",
    "lesson",
    "improvement",
    "objection",
    "supervision_order",
    "performance_evaluation",
    "audit",
    "finding",
    "warning",
    "red_flag",
    "progress_report",
    "project_change",
    "acceptance",
    "application_call",
    "expert_panel",
    "feasibility_study",
    "pool_adjustment",
    "meeting",
)
"""Procedures beside a project, each `processes/NAME.yaml`."""

DEFINITIONS = (PROJECT, *(f"processes/{name}.yaml" for name in PROCESSES))
"""Workflow definitions, published at first start through the same loader and checks as an admin's edit."""

ROLES = "roles.yaml"
"""Roles with their titles and the kinds of unit they are held in."""

POLICIES = "policies.yaml"
"""Policies a new county starts with."""

SOURCED_POLICIES = ("funds/policy.yaml", "warnings/policy.yaml", "delivery_policy.yaml", "screening/policy.yaml")
"""Policies of the ledger, its processes, the warnings, the delivery, the screening: with key, value, source, mark."""

STATEMENT = "funds/statement.yaml"
"""Headings of a bank statement."""

USUAL_HEADINGS = "funds/usual_headings.yaml"
"""Headings under which tables of payments from elsewhere have their columns."""

TEXTS = (
    "texts/refusals.yaml",
    "texts/money.yaml",
    "texts/following.yaml",
    "texts/delivery.yaml",
    "texts/screening.yaml",
    "texts/marks.yaml",
    "texts/proposals.yaml",
    "funds/texts.yaml",
)
"""Sentences in both languages for the codes of this package."""

DEMO = {name: f"demo/{name}.yaml" for name in ("county", "projects", "routes", "phrases", "beside")}
"""The demonstration county: data that `workflows/demo` turns into a script."""

PROPOSAL_WORDS = "proposal_words.yaml"
"""Words that a table of project proposals may use."""

DOCUMENTS = "documents.yaml"
"""The printed documents D01 to D44."""

REPORTS = "reports/reports.yaml"
"""The reports R-01 to R-32."""

BLANK = "blank_procedure.yaml"
"""The smallest sound procedure, to begin a new one with; `KEY` stands where its key goes."""
