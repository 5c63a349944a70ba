"""The databases of the contract suite, for what goes wrong with them."""

from tests.contract.conftest import database_url, furnished_file, furnished_template, new_url, office

__all__ = ["database_url", "furnished_file", "furnished_template", "new_url", "office"]
