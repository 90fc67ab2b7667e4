"""Copies that nobody marked: found, proven by the check, and explained (contract 14)."""
