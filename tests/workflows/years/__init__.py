"""A county of townships that works for years: projects, money, staff, versions, crashes; all from one seed."""
