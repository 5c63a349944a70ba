"""Documents people bring and take: uploads are checked, tables are read and written."""
