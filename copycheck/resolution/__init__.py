"""Dotted name to definition: finds the source that a directive names."""
