"""Passwords that are tried first: the 30,000 most frequent ones of zxcvbn 4.5.0 (frequent_passwords.LICENSE.txt).

Of each the list keeps what is left without the figures and signs around it, from four letters on, and the whole
where it is ten characters or longer: shorter ones no profile allows.
"""

import gzip
from pathlib import Path

CORE_LENGTH_MIN = 4
PRODUCT = "shenpi"
"""A word that everybody tries here."""

_FILE = Path(__file__).with_name("frequent_passwords.txt.gz")
_SPOKEN = str.maketrans("01345789@$!", "oieastbgasi")
"""What a sign or figure in the place of a letter says: `p@ssw0rd`."""


def is_frequent(password: str) -> bool:
    """Say whether a password (in NFKC) is a frequent one, in upper or lower case and whatever is put before or behind.

    The list is read anew each time, some 10 ms: it would take 2 MB, and nobody sets passwords all day.
    """
    whole = password.casefold()
    core = _core(whole)
    tried = {whole, core, core.translate(_SPOKEN)} if len(core) >= CORE_LENGTH_MIN else {whole}
    if PRODUCT in tried:
        return True
    with gzip.open(_FILE, "rt", encoding="utf-8") as lines:
        return any(line.rstrip("\n") in tried for line in lines)


def _core(password: str) -> str:
    """Leave out what is no letter at both ends."""
    letters = [index for index, letter in enumerate(password) if letter.isalpha()]
    return password[letters[0] : letters[-1] + 1] if letters else ""
