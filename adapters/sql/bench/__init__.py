"""The engine's figures beside a hand-written floor that does the same writes, in one run on one disk."""
