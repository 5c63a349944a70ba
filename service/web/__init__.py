"""The web site: server-rendered pages, their parts, texts and browser files."""
