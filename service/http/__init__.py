"""The HTTP side: who may call what, what is asked and answered. Thin: parse, authorise, call the runtime, render."""
