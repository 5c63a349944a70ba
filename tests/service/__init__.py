"""Tests of the service: HTTP, pages, command line and jobs."""
