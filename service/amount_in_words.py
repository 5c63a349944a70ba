"""An amount as it is written out on Chinese vouchers; the words stand in `amount_in_words.yaml`.

Source: rules for filling in bills and settlement vouchers, annex 1 of the Payment and Settlement Measures (Yinfa [1997]
No. 393) [K]: the word for whole after yuan and jiao, none after fen; a zero where digits in between are zero.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

GROUP_SIZE = 10_000
WORDS = Path(__file__).with_name("amount_in_words.yaml")


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(WORDS.read_text("utf-8"))
    return found


def amount_in_words(fen: int) -> str:
    """Write out an amount of fen, a negative one with its sign."""
    words = _words()
    yuan, rest = divmod(abs(fen), 100)
    jiao, last = divmod(rest, 10)
    told: str = f"{_whole(yuan)}{words['yuan']}" if yuan or not rest else ""
    if jiao:
        told += words["digits"][jiao] + words["jiao"]
    elif last and yuan:
        told += words["digits"][0]
    told += words["digits"][last] + words["fen"] if last else words["whole"]
    return f"{words['minus']}{told}" if fen < 0 else told


def _whole(number: int) -> str:
    """Write out a whole number in groups of four digits."""
    words, groups = _words(), list[int]()
    while number:
        number, group = divmod(number, GROUP_SIZE)
        groups.append(group)
    zero, told = str(words["digits"][0]), ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group:
            is_gap = bool(told) and (group < GROUP_SIZE // 10 or groups[place + 1] == 0)
            told += (zero if is_gap else "") + _group(group) + words["groups"][place]
    return told or zero


def _group(number: int) -> str:
    """Write out up to four digits, a single zero for zeros in between."""
    words, told, waits = _words(), "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            told += (words["digits"][0] if waits and told else "") + words["digits"][digit] + words["places"][place]
        waits = not digit
    return told
