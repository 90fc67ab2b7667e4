"""Every edit: fix, promote, break and rename."""
