"""Procedures in other people's languages: read into one plain chart, judged, written as our definitions and back."""
