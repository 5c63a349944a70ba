"""The history of an item as a list of entries: one for each command, its events in words."""

from collections.abc import Iterable, Iterator, Sequence

from engine import events
from engine.commands import SYSTEM
from engine.definition import Definition, FieldType
from engine.events import Record
from service.web.fields import FileLink
from service.web.parts import TimelineEntry
from service.web.views.addresses import file_url
from service.web.views.events import Said, Teller

RANKS: Sequence[type[events.Event]] = (
    events.Undone,
    events.Migrated,
    events.Moved,
    events.Opened,
    events.Voted,
    events.Signed,
    events.Suspended,
    events.Continued,
    events.TaskChanged,
    events.Commented,
    events.Urged,
    events.Replied,
    events.Copied,
    events.Marked,
    events.Held,
    events.TimerFired,
    events.TaskOpened,
    events.TaskClosed,
    events.Closed,
    events.DataChanged,
)
"""What a command mainly did: the first of these among its events, else its first event."""

FILES = frozenset({FieldType.FILE, FieldType.FILES})


def timeline(records: Iterable[Record], teller: Teller) -> list[TimelineEntry]:
    """Tell a history, the latest first."""
    entries: list[TimelineEntry] = []
    for record in records:
        pairs: list[tuple[events.Event, Said]] = []
        for event in record.events:
            pairs.append((event, teller.said(event)))
            teller = teller.after(event)
        if pairs:
            entries.append(_entry(record, pairs, teller))
    return entries[::-1]


def _entry(record: Record, pairs: Sequence[tuple[events.Event, Said]], teller: Teller) -> TimelineEntry:
    main, said = min(pairs, key=lambda pair: _rank(pair[0]))
    others = [other for event, other in pairs if event is not main]
    reader = teller.reader
    actor = "" if record.actor == SYSTEM.id else reader.person(record.actor)
    if said.behalf_of is not None:
        key = "events.behalf" if said.under is None else "events.behalf_under"
        actor = f"{actor} ({reader.t(key, person=reader.person(said.behalf_of), number=said.under or '')})"
    return TimelineEntry(
        title=teller.sentence(said),
        at=record.at,
        actor=actor or reader.t("items.system"),
        opinion=next((one.comment for one in (said, *others) if one.comment), ""),
        tone=said.tone,
        files=tuple(_files(record, teller.definition)),
        details=tuple(map(teller.sentence, others)),
    )


def _rank(event: events.Event) -> int:
    return RANKS.index(type(event)) if type(event) in RANKS else len(RANKS)


def _files(record: Record, definition: Definition) -> Iterator[FileLink]:
    """The files that came with a command."""
    for event in record.events:
        if isinstance(event, events.DataChanged):
            for name, value in event.values.items():
                field = definition.fields.get(name)
                if field is None or field.type not in FILES or value is None:
                    continue
                for file in value if isinstance(value, list) else [value]:
                    if isinstance(file, dict):
                        size = file.get("size")
                        yield FileLink(
                            key=str(file.get("id")),
                            name=str(file.get("name")),
                            size=size if isinstance(size, int) else 0,
                            url=file_url(str(file.get("id"))),
                        )
