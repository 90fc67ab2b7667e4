"""Studies of the tool on real code: each prints what it measured, and fails where something is wrong."""
