"""Questions about copies: the impact of a change, the graph of all copies, what changed since a revision."""
