"""The state machine: definitions, cases, tasks, deadlines; pure, no I/O."""
