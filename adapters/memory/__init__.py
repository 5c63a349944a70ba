"""Everything in this process's memory: for tests, replays and rehearsals. Same contract as the databases."""
