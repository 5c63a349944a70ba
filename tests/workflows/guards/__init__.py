"""Every guard on data that lets it pass and on data that does not."""
