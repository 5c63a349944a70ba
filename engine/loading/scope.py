"""What the parts of one definition may refer to: the names declared in it, the guard book, the known roles."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from engine.definition import FieldType
from engine.expression import Compiler, Expression, ValueType
from engine.expression_cost import SOURCE_LENGTH_MAX
from engine.expression_error import ExpressionError
from engine.guards import GuardBook
from engine.loading.reading import Cursor, close, is_name, listed, quoted
from engine.loading.source import Scalar
from engine.situation import declared

_ROLE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_UNIT = re.compile(r"unit:[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@:-]{0,63}")
_COUNTED = re.compile(r"""\b(times|visits)\s*\[\s*(?:"([^"]*)"|'([^']*)')\s*\]""")
ITEM_SCOPES = ("item.unit", "item.office", "item.township", "item.county", "initiator.unit")
UNIT = "unit:"
FIELD = "field:"


@dataclass(frozen=True, slots=True)
class Scope:
    """Names that references are checked against: `states` with their actions, `fields` with their types, and so on.

    `broken_fields` have no readable type; what expressions say of them is not judged a second time.
    """

    states: Mapping[str, Collection[str]]
    fields: Mapping[str, FieldType]
    phases: Collection[str]
    book: GuardBook
    roles: frozenset[str] | None
    compiler: Compiler
    broken_fields: frozenset[str]

    def expression(self, cursor: Cursor, gives: ValueType) -> Expression:
        """Compile a CEL expression and check the names it counts by."""
        return self.any_expression(cursor, (gives,))

    def any_expression(self, cursor: Cursor, kinds: tuple[ValueType, ...]) -> Expression:
        """Compile a CEL expression that may give any of some types."""
        source = cursor.text(2 * SOURCE_LENGTH_MAX)
        stand_in = Expression(source, kinds[0], frozenset(), None)
        if not source:
            return stand_in
        error: ExpressionError | None = None
        for gives in kinds:
            try:
                expression = self.compiler.compile(source, gives)
            except ExpressionError as found:
                error = error or found
            else:
                self._check_counted(cursor, source)
                return expression
        assert error is not None
        if not any(re.search(rf"\b(item|ballot)\.{name}\b", source) for name in self.broken_fields):
            self._explain(cursor, error)
        return stand_in

    def role(self, cursor: Cursor) -> str:
        """Read the name of a role."""
        role = cursor.text()
        if role and not _ROLE.fullmatch(role):
            cursor.problem("bad_name", found=quoted(role), wanted="role")
        elif role and self.roles is not None and role not in self.roles:
            cursor.unknown("role_name", role, sorted(self.roles))
        return role

    def unit(self, cursor: Cursor) -> str:
        """Read a scope: `item.county` and the like, `initiator.unit`, `field:NAME` (a unit field), or `unit:ID`."""
        scope = cursor.text()
        if scope.startswith(FIELD):
            units = [name for name, kind in self.fields.items() if kind is FieldType.UNIT]
            if scope.removeprefix(FIELD) not in units:
                cursor.unknown("unit_field", scope.removeprefix(FIELD), units)
        elif scope and scope not in ITEM_SCOPES and not _UNIT.fullmatch(scope):
            allowed = listed([*ITEM_SCOPES, "field:NAME", "unit:ID"])
            cursor.problem("not_one_of", found=quoted(scope), allowed=allowed, hint=close(scope, ITEM_SCOPES))
        return scope

    def user(self, cursor: Cursor) -> str:
        """Read the id of a user."""
        user = cursor.text()
        if user and not _USER.fullmatch(user):
            cursor.problem("bad_name", found=quoted(user), wanted="user")
        return user

    def state_actions(self) -> list[str]:
        """Give every `state.action`."""
        return [f"{state}.{action}" for state, actions in self.states.items() for action in actions]

    def _check_counted(self, cursor: Cursor, source: str) -> None:
        """`times["a.b"]` and `visits["a"]` count by names that exist."""
        for word, double, single in _COUNTED.findall(source):
            name = double or single
            names = self.state_actions() if word == "times" else list(self.states)
            if name not in names:
                cursor.unknown("action" if word == "times" else "state", name, names)

    def _explain(self, cursor: Cursor, error: ExpressionError) -> None:
        """Note what the compiler says, at its line in the file, with a guess at what was meant."""
        params = dict(error.params)
        if error.code == "expression_undeclared":
            params["hint"] = close(str(params["found"]), self.compiler.names)
        line = cursor.line
        if isinstance(cursor.node, Scalar):
            line = cursor.node.line + (max(error.line, 1) if cursor.node.block else 0)
        cursor.report.note(error.code, cursor.path, line, params)


def compiler_for(fields: Mapping[str, FieldType]) -> Compiler:
    """Declare what expressions of a definition with these fields may name."""
    return Compiler(declared({name: kind for name, kind in fields.items() if is_name(name)}))
