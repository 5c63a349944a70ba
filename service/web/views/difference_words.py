"""What changed from one version of a definition to another, one sentence for each difference in behaviour."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from engine.comparing import Aspect, Difference
from engine.definition import Definition, Opening, Target
from service.web.views.condition_words import condition
from service.web.views.definition_tables import deed_words, guard_words, limit_words, sets_words
from service.web.views.naming import Naming, joined
from service.web.views.people_words import instead, kept_out, who
from service.web.views.rulebook import Rulebook


def sentence(difference: Difference, old: Definition, new: Definition, naming: Naming) -> str:
    """Say one difference: where, and what was and is there now."""
    before, after = _Side(old, naming), _Side(new, naming)
    said = naming.t(
        f"difference.{difference.code}",
        name=(after if difference.before is None else before).name(difference),
        before=before.words(difference, difference.before),
        after=after.words(difference, difference.after),
    )
    if difference.aspect is Aspect.STATE or not difference.state:
        return said
    side = after if difference.state in new.states else before
    if not difference.action or difference.aspect is Aspect.ACTION:
        return naming.t("difference.in_state", state=side.state(difference.state), said=said)
    action = side.action(difference.state, difference.action)
    return naming.t("difference.in_action", state=side.state(difference.state), action=action, said=said)


class _Side(Struct, frozen=True):
    """One of the two versions, in words."""

    definition: Definition
    naming: Naming

    def state(self, name: str) -> str:
        """Name a state."""
        found = self.definition.states.get(name)
        return name if found is None else self.naming.says(found.title)

    def action(self, state: str, name: str) -> str:
        """Name an action."""
        found = self.definition.states.get(state)
        action = None if found is None else found.actions.get(name)
        return name if action is None else self.naming.says(action.title)

    def name(self, difference: Difference) -> str:
        """Name what the difference is of: a field."""
        field = self.definition.fields.get(difference.name)
        return difference.name if field is None else self.naming.says(field.title)

    def words(self, difference: Difference, value: Any) -> str:  # noqa: ANN401  # a value of any part of a definition
        """Say what was, or is, there."""
        return "" if value is None else _WORDS[difference.aspect](self, difference, value)

    def titled(self, value: Any) -> str:  # noqa: ANN401  # whatever has a title
        """Give the title of a state, an action or a field."""
        return self.naming.says(value.title)

    def field(self, name: str) -> str:
        """Name a field."""
        return self.naming.says(self.definition.fields[name].title)

    def way(self, target: Target) -> str:
        """Say where an action leads, and when."""
        if target.when is None:
            return self.state(target.state)
        when = condition(target.when.source, self.definition, self.naming)
        return self.naming.t("difference.way_if", state=self.state(target.state), condition=when)

    def listed(self, parts: list[str]) -> str:
        """List what was said, or say that there is nothing."""
        return joined(self.naming, parts) or self.naming.t("difference.nothing")

    def rungs(self, difference: Difference, value: Any) -> str:  # noqa: ANN401  # a ladder
        """Say a ladder."""
        state, rulebook = self.definition.states[difference.state], Rulebook(self.definition, self.naming)
        return self.listed([rulebook.rung(state, rung) for rung in value])

    def beginning(self, opening: Opening) -> str:
        """Say what happens when an item begins."""
        needs = (guard_words(guard, self.definition, self.naming, exact=True) for guard in opening.require)
        given = (self.naming.says(self.definition.fields[name].title) for name in opening.given)
        return self.listed([*needs, *sets_words(opening.sets, self.definition, self.naming, exact=True), *given])

    def deeds(self, difference: Difference) -> str:
        """Say what else an action does."""
        action = self.definition.states[difference.state].actions[difference.action]
        return self.listed(list(deed_words(action, self.definition, self.naming, exact=True)))


_Words = Callable[[_Side, Difference, Any], str]
_WORDS: Mapping[Aspect, _Words] = {
    Aspect.STARTERS: lambda it, _, value: who(value, it.definition, it.naming),
    Aspect.ADMINS: lambda it, _, value: who(value, it.definition, it.naming),
    Aspect.INITIAL: lambda it, _, value: it.state(value),
    Aspect.OPENING: lambda it, _, value: it.beginning(value),
    Aspect.CALENDAR: lambda _it, _, value: str(value),
    Aspect.ALWAYS: lambda _it, _, value: str(value),
    Aspect.FIELD: lambda it, _, value: it.titled(value),
    Aspect.FIELD_RULE: lambda it, _, value: it.listed(
        [it.naming.t(f"definitions.type.{value.type}"), *limit_words(value, it.naming, exact=True)]
    ),
    Aspect.STATE: lambda it, _, value: it.titled(value),
    Aspect.KIND: lambda it, _, value: it.naming.t(f"difference.kind.{value}"),
    Aspect.WHO: lambda it, _, value: who(value, it.definition, it.naming),
    Aspect.INSTEAD: lambda it, where, value: instead(
        value[0], value[1], it.definition.states[where.state], it.definition, it.naming
    ).strip(),
    Aspect.KEPT_OUT: lambda it, _, value: (
        kept_out(value, {name: it.state(name) for name in it.definition.states}, it.naming) or it.listed([])
    ),
    Aspect.DEADLINE: lambda it, _, value: Rulebook(it.definition, it.naming).period(value),
    Aspect.LADDER: lambda it, where, value: it.rungs(where, value),
    Aspect.RESUME: lambda _it, _, value: str(value),
    Aspect.EDIT: lambda it, _, value: it.field(value),
    Aspect.REQUIRE: lambda it, _, value: it.field(value),
    Aspect.VOTE: lambda it, _, value: Rulebook(it.definition, it.naming).vote(value).strip(),
    Aspect.VERB: lambda it, _, value: it.naming.t(f"difference.verb.{value}"),
    Aspect.ACTION: lambda it, _, value: it.titled(value),
    Aspect.WAY: lambda it, _, value: it.way(value),
    Aspect.GUARD: lambda it, _, value: guard_words(value, it.definition, it.naming, exact=True),
    Aspect.COMMENT: lambda it, _, value: it.naming.t(f"difference.comment.{value}"),
    Aspect.DOES: lambda it, where, _: it.deeds(where),
}
"""How the value of each aspect is said."""
