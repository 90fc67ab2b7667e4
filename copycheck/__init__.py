"""copycheck keeps copied code honest: every `# Copied from x.y.Z with A->B` is checked, and fixed on request."""

__version__ = "0.1.0"
