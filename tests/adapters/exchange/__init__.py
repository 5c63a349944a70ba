"""Procedures of other languages: read, judged, written."""
