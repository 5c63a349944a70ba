"""What pages show, worked out from the engine's values: pure functions, tested without a browser."""
