"""Who may see which ballots: in a blind round nobody knows the others' votes before it is closed."""

from engine.case import Ballot, Case
from engine.definition import Definition


def hidden_ballots(definition: Definition, case: Case, reader: str) -> tuple[Ballot, ...]:
    """Give the ballots a person may not know yet: those of others, in blind rounds that are open or will go on."""
    rounds = [(case.state, case.ballots), *((way.to, way.ballots) for way in case.ways_back)]
    return tuple(
        ballot
        for state, ballots in rounds
        if _is_blind(definition, state)
        for ballot in ballots
        if reader not in (ballot.voter, ballot.behalf_of)
    )


def _is_blind(definition: Definition, state: str) -> bool:
    vote = definition.states[state].vote
    return vote is not None and vote.blind
