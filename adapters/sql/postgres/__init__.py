"""PostgreSQL: any number of processes on one database, two round trips an action."""
