"""Expected text: the source after replacement, formatted and held against the copy."""
