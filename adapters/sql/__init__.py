"""Everything that is kept: tables, the write path, reads and migrations, on SQLite and on PostgreSQL."""
