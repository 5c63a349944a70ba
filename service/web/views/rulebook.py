"""A definition as the written procedure: for every state a paragraph that reviewers sign off.

Who acts, in how much time, what happens when it is late, where it can go: generated from the definition, so that the
words are what the engine does.
"""

from collections.abc import Iterator

from msgspec import Struct

from engine.assignment import System
from engine.counting import VoteRule
from engine.definition import Action, Definition, Rung, State, StateKind, Vote
from engine.duration import DUE, Duration, Moment
from service.web.views.naming import Naming, joined, titled
from service.web.views.people_words import audience, instead, kept_out, who

HUNDREDTHS = 100


class Paragraph(Struct, frozen=True):
    """A state in words. `sentences` are in the order in which they are read."""

    state: str
    title: str
    phase: str
    kind: StateKind
    sentences: tuple[str, ...]


class Rulebook(Struct, frozen=True):
    """Puts one definition into the words of one reader."""

    definition: Definition
    naming: Naming

    def paragraphs(self) -> list[Paragraph]:
        """Give every state in the order of the definition."""
        return [self.paragraph(state) for state in self.definition.states.values()]

    def paragraph(self, state: State) -> Paragraph:
        """Put a state into words."""
        says = self.naming.says
        phase = self.definition.phases[state.phase]
        return Paragraph(state.name, says(state.title), says(phase.title), state.kind, tuple(self._sentences(state)))

    def who(self, state: State, action: Action | None = None) -> str:
        """Say who acts in a state, or who takes one of its actions."""
        return who((action.who if action is not None else None) or state.who, self.definition, self.naming)

    def targets(self, action: Action) -> str:
        """Say where an action leads; nothing when it moves nothing."""
        names = dict.fromkeys(target.state for target in action.to)
        return self.naming.t("rulebook.or").join(self.title(name) for name in names)

    def title(self, state: str) -> str:
        """Name a state."""
        return self.naming.says(self.definition.states[state].title)

    def period(self, duration: Duration) -> str:
        """Say how long something lasts."""
        unit = duration.unit.value.replace(" ", "_")
        return self.naming.t(f"rulebook.period.{unit}", count=abs(duration.amount))

    def moment(self, moment: Moment) -> str:
        """Say when a rung of a ladder falls."""
        t = self.naming.t
        if moment.offset is not None:
            key = "rulebook.moment.before" if moment.offset.amount < 0 else "rulebook.moment.after"
            return t(key, period=self.period(moment.offset))
        return t("rulebook.moment.due") if moment == DUE else t("rulebook.moment.share", percent=moment.percent)

    def _sentences(self, state: State) -> Iterator[str]:
        yield self.duty(state)
        if state.exclude:
            titles = {name: self.title(name) for name in self.definition.states}
            yield self.naming.t("rulebook.kept_out", who=kept_out(state.exclude, titles, self.naming))
        yield from (instead(key, one, state, self.definition, self.naming) for key, one in state.instead.items())
        if state.vote is not None:
            yield self.vote(state.vote)
        if state.escalate:
            rungs = self.naming.t("show.reason_separator").join(self.rung(state, rung) for rung in state.escalate)
            yield self.naming.t("rulebook.ladder", rungs=rungs)
        ways = [self.way(state, action) for action in state.actions.values() if action.to]
        if ways:
            yield self.naming.t("rulebook.ways", ways=self.naming.t("show.reason_separator").join(ways))

    def duty(self, state: State) -> str:
        """Say who acts in a state, and in how much time."""
        t = self.naming.t
        if state.kind is not StateKind.WORK:
            return t(f"rulebook.duty.{state.kind.value}")
        if isinstance(state.who, System):
            return t("rulebook.duty.system")
        if state.due is None:
            return t("rulebook.duty.open", who=self.who(state))
        return t("rulebook.duty.work", who=self.who(state), period=self.period(state.due))

    def vote(self, vote: Vote) -> str:
        """Say by what a vote is counted."""
        t = self.naming.t
        shown = vote.counting.pass_at or 0
        if vote.counting.by is VoteRule.SCORE:
            rule = t("rulebook.vote.score", least=f"{shown / HUNDREDTHS:g}")
        else:
            rule = t(f"rulebook.vote.{vote.counting.by.value}", least=shown)
        flags = {"blind": vote.blind, "sequential": vote.sequential, "needs_all": vote.counting.needs_all}
        return "".join([rule, *(t(f"rulebook.vote.{name}") for name, is_set in flags.items() if is_set)])

    def rung(self, state: State, rung: Rung) -> str:
        """Say one step of a ladder."""
        return self.naming.t(
            "rulebook.rung", moment=self.moment(rung.at), deeds=joined(self.naming, self._deeds(state, rung))
        )

    def _deeds(self, state: State, rung: Rung) -> list[str]:
        t, deeds = self.naming.t, []
        for key, to in (("remind", rung.remind), ("copy", rung.copy)):
            if to is not None:
                deeds.append(t(f"rulebook.deed.{key}", who=audience(to, self.definition, self.naming)))
        if rung.hand_to is not None:
            deeds.append(t("rulebook.deed.hand_to", who=who(rung.hand_to, self.definition, self.naming)))
        if rung.act is not None:
            deeds.append(t("rulebook.deed.act", action=self.naming.says(state.actions[rung.act].title)))
        if rung.mark is not None:
            deeds.append(t("rulebook.deed.mark", mark=titled(self.naming, "marks", rung.mark)))
        return deeds

    def way(self, state: State, action: Action) -> str:
        """Say where an action leads, and who takes it where that is not whoever acts in the state."""
        said = self.naming.t("rulebook.way", action=self.naming.says(action.title), target=self.targets(action))
        if action.who is not None:
            return said + self.naming.t("rulebook.way_by", who=self.who(state, action))
        return said
