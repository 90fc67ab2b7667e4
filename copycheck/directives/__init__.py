"""Directives and the other comments that govern a copy, and the definitions that they govern."""
