"""Is a control flow sound? A chart is made smaller without changing the answer, then every marking is walked."""
