"""A form that was refused, drawn again: what was typed stays, and each reason stands at the field it names."""

from collections.abc import Iterable

from engine.refusal import Refusal
from service.http.problems import Wording
from service.web.definition_fields import unplaced, with_errors
from service.web.fields import Problem, problems
from service.web.form_input import FormInput


def refilled(form: FormInput, reasons: Iterable[Refusal], wording: Wording) -> tuple[FormInput, list[Problem]]:
    """Give the form with its errors, and the lines of the summary; reasons that name no field come last in it."""
    told = {reason.where or reason.code: wording.sentence(reason) for reason in reasons}
    marked = with_errors(form.fields, told)
    return FormInput(form.intent, marked), [
        *problems(marked),
        *(Problem(line, "") for line in unplaced(marked, told)),
    ]
