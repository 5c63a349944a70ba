"""The product as a whole, on real material."""
