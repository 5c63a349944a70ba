"""Screening of applications: calls with their rubric, hard checks before scoring, the ranking of a batch, the pool."""
