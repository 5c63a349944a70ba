"""What the verbs beside the actions are told."""

from typing import Annotated

import msgspec

from engine.commands import Place
from service.http.contract import COMMENT_LENGTH_MAX, Id, Name, Opinion

COPIED_MAX = 50
"""Most people who are sent a copy at a time."""

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=COMMENT_LENGTH_MAX)]


class Asking(msgspec.Struct, forbid_unknown_fields=True):
    """A question, and whom it is put to."""

    to: Id
    question: Words


class Signing(msgspec.Struct, forbid_unknown_fields=True):
    """Who is to decide as well: `before` the one who asks, `after` them, or `beside` them at the same time."""

    to: Id
    place: Place = Place.BESIDE
    comment: Opinion = ""


class Copying(msgspec.Struct, forbid_unknown_fields=True):
    """Who is sent a copy, and a word with it."""

    to: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=COPIED_MAX)]
    comment: Opinion = ""


class Jumping(msgspec.Struct, forbid_unknown_fields=True):
    """The state that an item is put into, and why."""

    to: Name
    comment: Words
