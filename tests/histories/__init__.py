"""Histories that releases have written: every later release reads them, and finds the same cases at their ends.

A release adds two files: `python -m tests.histories VERSION`. None is ever changed or taken away.
"""
