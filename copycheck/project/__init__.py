"""The project on disk: its configuration, its files, edits that are not written yet, and git."""
