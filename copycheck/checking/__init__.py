"""Verdicts: what each directive's finding is, and which findings count."""
