"""JSON as case data takes it: no fractions, no integers beyond 64 bits, no text that a database cannot keep."""

from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import Any, cast

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.exceptions import InternalServerException

from engine.refusal import Refusal
from engine.values import INTEGER_MAX, Json
from service.http.problems import Problem

DEPTH_MAX = 8
REASONS_MAX = 20
NUL = "\x00"


class Asking(Request[Any, Any, Any]):
    """A request whose forms hold nothing that a database cannot keep, and that may break off."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Read the body piece by piece; raises Problem 400 when who sends it hangs up: that is no fault of ours."""
        try:
            async for piece in super().stream():
                yield piece
        except InternalServerException as error:
            if "disconnected" not in error.detail:
                raise
            raise Problem(400, "bad_request") from error

    async def form(self) -> FormMultiDict:
        """Read the submitted form; raises Problem 400."""
        form = await super().form()
        for name, value in form.multi_items():
            if NUL in name or (isinstance(value, str) and NUL in value):
                raise Problem(400, "bad_request", reasons=[Refusal("input.bad_text", where=name.replace(NUL, ""))])
        return form


def as_data(values: Mapping[str, Any], where: str = "data") -> dict[str, Json]:
    """Give the values as case data; raises Problem 400 naming each that cannot be."""
    reasons = [reason for _, reason in zip(range(REASONS_MAX), _faults(values, where, 0), strict=False)]
    if reasons:
        raise Problem(400, "bad_request", reasons=reasons)
    return cast("dict[str, Json]", dict(values))


def as_text(text: str, where: str) -> str:
    """Give a text that a database can keep; raises Problem 400."""
    if _is_bad(text):
        raise Problem(400, "bad_request", reasons=[Refusal("input.bad_text", where=where)])
    return text


def _faults(value: object, where: str, depth: int) -> Iterator[Refusal]:
    if depth > DEPTH_MAX:
        yield Refusal("input.too_deep", where=where, params={"max": DEPTH_MAX})
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _faults(inner, f"{where}.{name}", depth + 1)
        yield from (Refusal("input.bad_text", where=where) for name in value if _is_bad(name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _faults(inner, f"{where}[{index}]", depth + 1)
    else:
        yield from _scalar_faults(value, where)


def _scalar_faults(value: object, where: str) -> Iterator[Refusal]:
    if isinstance(value, float):
        yield Refusal("input.no_fractions", where=where)
    elif isinstance(value, int) and abs(value) > INTEGER_MAX:
        yield Refusal("input.too_big", where=where)
    elif isinstance(value, str) and _is_bad(value):
        yield Refusal("input.bad_text", where=where)


def _is_bad(text: str) -> bool:
    """NUL cannot be stored, half of a surrogate pair is no text at all."""
    return NUL in text or (not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text))
