"""What each `shenpi` command does: read the words, call the engine or an adapter, print the answer."""
