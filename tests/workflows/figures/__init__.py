"""What is counted of the county as a whole."""
