"""SQLite, the embedded default: one writer at a time, many readers, one owner of the file."""
