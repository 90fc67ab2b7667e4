"""What services know a finding by, from one run to the next."""

from __future__ import annotations

import hashlib

from copycheck.model.diagnostic import Diagnostic


def fingerprint(diagnostic: Diagnostic) -> str:
    """A digest of what stays when lines move: rule, file, copy, target, and number among those alike."""
    return hashlib.sha256("\0".join(map(str, diagnostic.key)).encode("utf-8", "surrogatepass")).hexdigest()
