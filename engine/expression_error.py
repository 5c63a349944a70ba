"""Why an expression can not be used."""

from collections.abc import Mapping

from engine.sentences import SENTENCES


class ExpressionError(Exception):
    """The expression can not be used. `code` and `params` make the problem `expression_CODE`; places count from 1."""

    def __init__(
        self, code: str, params: Mapping[str, str | int] | None = None, line: int = 1, column: int = 1
    ) -> None:
        """Say what is wrong, and where in the expression."""
        self.code = f"expression_{code}"
        self.params = {"column": column, **(params or {})}
        self.line = line
        super().__init__(SENTENCES[self.code].format_map(self.params))


def at(source: str, offset: int, code: str, params: Mapping[str, str | int] | None = None) -> ExpressionError:
    """Make an error of the place `offset` characters into the source."""
    before = source[:offset]
    return ExpressionError(code, params, before.count("\n") + 1, offset - before.rfind("\n"))
