"""The outside world, one folder per technology."""
