"""Tests of uploads, archives and tables."""
