"""Tests of the pages, their parts, texts and browser files."""
