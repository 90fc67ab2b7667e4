"""One module for each command beside the check. `cli.registry` finds them by their file names."""
