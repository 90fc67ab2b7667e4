"""What one run leaves to the next, and the incremental check over it."""
