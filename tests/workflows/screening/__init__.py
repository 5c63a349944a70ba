"""Calls, panels, studies and the reserve pool: every action of their procedures, and what is computed there."""
