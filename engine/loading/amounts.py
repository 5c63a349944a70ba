"""Amounts of money: reading yuan as fen."""

from engine.expression_functions import FEN_PER_YUAN, fen
from engine.field_values import MONEY_FEN_MAX
from engine.loading.reading import Cursor, quoted


def read_yuan(cursor: Cursor) -> int:
    """Read `"50000.00"`; gives fen."""
    text = cursor.text()
    try:
        amount = fen(text) if text else 0
    except ValueError:
        cursor.problem("malformed", found=quoted(text), wanted="yuan")
        return 0
    if abs(amount) > MONEY_FEN_MAX:
        most = MONEY_FEN_MAX // FEN_PER_YUAN
        cursor.problem("out_of_range", found=text, least=-most, most=most)
    return amount
