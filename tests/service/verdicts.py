"""The policy file, read by a few lines that share nothing with the product."""

from dataclasses import dataclass
from typing import Any

PASSES, SIGN_IN, FORBIDDEN, HIDDEN = "passes", 401, 403, 404


@dataclass(frozen=True)
class Verdicts:
    """The policy file, evaluated in the plainest way."""

    content: dict[str, Any]

    @property
    def roles(self) -> list[str]:
        """Every role of the file."""
        return sorted({role for group in self.content["groups"].values() for role in group})

    def expected(self, route: str, role: str | None, relation: str) -> str | int:
        """What somebody must get from a route; `role` is None for who is not signed in."""
        rule = self.content["routes"][route]
        if "everyone" in rule["allow"]:
            return PASSES
        if role is None or relation == "disabled":
            return SIGN_IN
        names = {name for name, roles in self.content["groups"].items() if role in roles} | {role, "signed_in"}
        if names.isdisjoint(rule["allow"]):
            return FORBIDDEN
        return PASSES if "row" not in rule or self.sees(role, relation) else HIDDEN

    def sees(self, role: str, relation: str) -> bool:
        """Whether somebody sees the item."""
        sight = self.content["sight"]
        if relation == "own_unit":
            return "own_unit" in sight
        if relation in {"delegate", "ex_assignee"}:
            return "participant" in sight
        return relation == "oversight" and role in sight["oversight"]
