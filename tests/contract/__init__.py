"""One suite for each port, run over every adapter that satisfies it."""
