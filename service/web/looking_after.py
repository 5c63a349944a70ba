"""What administrators and auditors look after: the pages that their roles open."""

from service.web.reading import Look

SECTIONS = (
    ("founding", "/admin/founding"),
    ("definitions", "/admin/definitions"),
    ("forms", "/admin/forms"),
    ("indicators", "/admin/indicators"),
    ("people", "/admin/people"),
    ("units", "/admin/units"),
    ("authorisations", "/admin/authorisations"),
    ("calendars", "/admin/calendars"),
    ("policies", "/admin/policies"),
    ("texts", "/admin/texts"),
    ("ops", "/admin/ops"),
    ("audit", "/audit"),
    ("access", "/audit/access"),
)
"""The key of the words, and the address. The policy says who sees which."""


def sections_of(found: Look) -> list[tuple[str, str]]:
    """Give the pages that the reader may open."""
    rules, roles = found.front.policy.rules, found.caller.roles
    return [(name, url) for name, url in SECTIONS if rules["GET", url].allows(roles)]
