"""Tests of the adapters that stand on their own, without a case."""
