"""Files kept by their digest."""
