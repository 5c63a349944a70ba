"""The project's habits, kept by tests: one file a rule, each message says how to mend what it found."""
