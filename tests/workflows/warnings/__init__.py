"""The rules of early warning."""
