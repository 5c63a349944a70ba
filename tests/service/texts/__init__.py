"""Tests of the text catalogue."""
