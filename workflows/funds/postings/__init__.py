"""The posting rules of the shipped definitions: what an action that moves money writes into the ledger."""

from workflows.funds.postings import budgets, claims, contracts, funding, payments

RULES = (*budgets.RULES, *funding.RULES, *contracts.RULES, *payments.RULES, *claims.RULES)
"""All of them; `workflows/book.py` puts them beside the guards."""
