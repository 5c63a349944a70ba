"""Figures of the county as a whole, counted from cases, moves and ledgers; each knows the items behind it. Pure."""
