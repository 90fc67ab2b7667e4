"""Python text to statements. Knows nothing of directives."""
