"""Tests of laying out processes."""
