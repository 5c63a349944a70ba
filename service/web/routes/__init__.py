"""The addresses of the site, one file for a family of pages: read, work out the view, render."""
