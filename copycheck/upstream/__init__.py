"""What upstream changed since a copy was made, and how it comes here without losing the copy's own edits."""
