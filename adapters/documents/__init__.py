"""Documents people bring and take: uploads are checked, tables and event logs are read and written."""
