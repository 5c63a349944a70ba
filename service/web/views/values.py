"""A value of a case's data in words, as papers and reports show it."""

from engine.definition import Field, FieldType
from engine.values import Json
from service.web.formats import Formats
from service.web.site import CHINA
from service.web.views.payables import MILESTONE, milestone_words
from service.web.views.reader import Reader


def said(reader: Reader, field: Field, value: Json) -> str:
    """Put a value into words; of a file its name, of a list each."""
    if isinstance(value, list):
        return reader.t("forms.list_separator").join(said(reader, field, one) for one in value)
    if value is None or isinstance(value, dict):
        return str(value.get("name", "")) if value else ""
    return str(_said(reader, field, value))


def _said(reader: Reader, field: Field, value: Json) -> Json:
    match field.type:
        case FieldType.MONEY if isinstance(value, int):
            return Formats(reader.t, CHINA).money(value)
        case FieldType.BOOLEAN:
            return reader.t("forms.yes" if value else "forms.no")
        case FieldType.TEXT if field.name == MILESTONE:
            return milestone_words(reader.t, str(value))
        case FieldType.PERSON | FieldType.PERSONS:
            return reader.person(str(value))
        case FieldType.UNIT:
            return reader.unit(str(value))
    return next((reader.says(one.title) for one in field.of if one.name == value), value)
