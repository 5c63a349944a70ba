"""Tests of what a township runs: the procedure, its guards, its demo county."""
