"""What happens by itself: due timers, messages on their way, the morning's digest. Safe in any number of processes."""
