"""Real models with something changed by chance, as files of other tools and other hands may be."""

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PATTERNS = ("*/*.bpmn", "flowlong-json/*.json", "dcworkflow-plone/*/*.xml")
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway")
STEPS = ("userTask", "task", "serviceTask", "subProcess", "callActivity", "intermediateCatchEvent", "endEvent")
ODD_TEXTS = ("", "0", "-1", "zz" * 500, "é\u202e审", "PT-1Z", "${x", "true")
ODD_VALUES: tuple[Any, ...] = (None, 0, -1, "", [], {}, "x" * 2_000, True, 1e308, {"a": 1}, ["a"])


def real_files(shared: Path) -> list[Path]:
    """Give every real model there is."""
    return [file for pattern in PATTERNS for file in sorted(shared.glob(pattern))]


def mutants(shared: Path, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Give real models, most of them with one to four things changed."""
    chance, files = random.Random(seed), [(file.name, file.read_text("utf-8")) for file in real_files(shared)]
    for number in range(count):
        name, text = chance.choice(files)
        for _ in range(chance.choice((0, 1, 1, 1, 2, 4))):
            text = (_changed_tree if name.endswith(".json") else chance.choice(MARKUP_CHANGES))(text, chance)
        yield f"{number}:{name}", text.encode("utf-8", "replace")


def _without_a_tag(text: str, chance: random.Random) -> str:
    return _on_tag(text, chance, lambda _: "")


def _with_a_tag_twice(text: str, chance: random.Random) -> str:
    return _on_tag(text, chance, lambda tag: tag + tag)


def _without_an_attribute(text: str, chance: random.Random) -> str:
    def change(tag: str) -> str:
        found = re.findall(r'\s[\w:]+="[^"]*"', tag)
        return tag.replace(chance.choice(found), "", 1) if found else tag

    return _on_tag(text, chance, change)


def _on_tag(text: str, chance: random.Random, change: Callable[[str], str]) -> str:
    tags = re.findall(r"<[^!?/][^>]*/?>", text)
    tag = chance.choice(tags) if tags else ""
    return text.replace(tag, change(tag), 1) if tag else text


def _with_another_id(text: str, chance: random.Random) -> str:
    ids = re.findall(r'\bid="([^"]*)"', text)
    where = chance.choice(('Ref="{}"', 'id="{}"', 'to_state="{}"'))
    return text.replace(where.format(chance.choice(ids)), where.format(chance.choice(ids)), 1) if ids else text


def _with_another_element(text: str, chance: random.Random) -> str:
    old, new = chance.sample(chance.choice((GATEWAYS, STEPS)), 2)
    return text.replace(old, new)


def _with_an_odd_value(text: str, chance: random.Random) -> str:
    values = re.findall(r'="([^"]*)"', text)
    return text.replace(f'="{chance.choice(values)}"', f'="{chance.choice(ODD_TEXTS)}"', 1) if values else text


def _cut_off(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


MARKUP_CHANGES = (
    _without_a_tag,
    _with_a_tag_twice,
    _without_an_attribute,
    _with_another_id,
    _with_another_element,
    _with_an_odd_value,
    _cut_off,
)


def _changed_tree(text: str, chance: random.Random) -> str:
    """Take something out of a JSON tree, put something odd or something of elsewhere in its place, or cut the text."""
    try:
        tree = json.loads(text)
    except ValueError:
        return text
    spots = list(_spots(tree))
    change = chance.randrange(4)
    if change == 0 or not spots:
        return _cut_off(text, chance)
    holder, key = chance.choice(spots)
    if change == 1:
        del holder[key]
    elif change == 2:
        holder[key] = chance.choice(ODD_VALUES)
    else:
        other, place = chance.choice(spots)
        holder[key] = json.loads(json.dumps(other[place]))
    return json.dumps(tree, ensure_ascii=False)


def _spots(tree: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401  # whatever JSON holds
    """Give every place in a tree that holds something."""
    for key in tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield tree, key
        yield from _spots(tree[key])
