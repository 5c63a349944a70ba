"""The thin service: parse, authorise, call the runtime, render."""
