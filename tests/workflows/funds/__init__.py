"""The funds ledger."""
