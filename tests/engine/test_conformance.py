"""The conformance tests of CEL itself, on the part of the language that definitions may use."""

import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from engine.expression import Compiler, Undecided, ValueType
from engine.expression_error import ExpressionError

EXPRESSION = re.compile(r'\bexpr: (?:"([^"\\]*)"|\'([^\'\\]*)\')\s')
"""Texts that need no unescaping: five of six."""

KINDER = frozenset({"{0: 1, 0u: 2}[0.0]"})
"""Where the specification has an error and the package a value: keys of a map that are equal across types."""


def cases(folder: Path) -> Iterator[tuple[str, bool]]:
    """Give each test's expression, and whether evaluating it must be an error."""
    with tarfile.open(folder / "conformance-cel-dmn-scxml" / "cel-simple-testdata.tar.gz") as archive:
        for member in archive.getmembers():
            part = archive.extractfile(member)
            text = part.read().decode() if part is not None else ""
            for block in re.split(r"\btest:? *\{", text)[1:]:
                if (found := EXPRESSION.search(block)) is not None:
                    yield found[1] or found[2] or "", "eval_error" in block


def test_no_expression_does_more_than_be_refused(shared_data: Path) -> None:
    """Each is refused at load, or gives a value, or is undecided; an error of the specification is never a value."""
    compiler = Compiler({})
    seen: Counter[str] = Counter()
    for source, is_error in cases(shared_data):
        for gives in (ValueType.BOOL, ValueType.INT, ValueType.STRING):
            try:
                compiled = compiler.compile(source, gives)
            except ExpressionError:
                seen["refused"] += 1
                continue
            try:
                value = compiled.value({})
            except Undecided:
                seen["undecided"] += 1
            else:
                seen["value"] += 1
                assert not is_error or source in KINDER, (source, value)
    assert min(seen["refused"] - 4_000, seen["undecided"] - 20, seen["value"] - 300) > 0, seen
