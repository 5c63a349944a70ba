"""The funds ledger: pure rules of double entry for township projects. `README.md` teaches it."""
