"""Figures, as ratios of two things measured in one run: robust on a busy machine."""
