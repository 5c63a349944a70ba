"""Working calendars as data: the seed for China, files an admin imports, rows of the database."""
