"""What people may do with their work, beside the actions a definition names."""
