"""What a user sets in the editor: under `copycheck` in its settings, or as initialization options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Options(NamedTuple):
    """The settings of the server.

    `config` is what `--config` takes: a file, or `key = value` in TOML, several of them.
    """

    config: tuple[str, ...] = ()
    cache: bool = True
    code_lens: bool = True
    inlay_hints: bool = False
    rename: bool = True
    differing_lines: bool = True

    @staticmethod
    def read(settings: object) -> Options:
        """The options of settings as an editor sends them: with or without `copycheck` or `settings` around them.

        What is missing, or of another type than it should be, keeps its default.
        """
        for key in ("settings", "copycheck"):
            if isinstance(settings, Mapping) and isinstance(settings.get(key), Mapping):
                settings = settings[key]
        if not isinstance(settings, Mapping):
            return Options()
        given: Mapping[str, Any] = settings
        config = given.get("config", ())
        config = (config,) if isinstance(config, str) else config
        known = {name: given[key] for name, key in _KEYS.items() if isinstance(given.get(key), bool)}
        return Options(
            tuple(one for one in config if isinstance(one, str)) if isinstance(config, (list, tuple)) else ()
        )._replace(**known)


_KEYS = {
    "cache": "cache",
    "code_lens": "codeLens",
    "inlay_hints": "inlayHints",
    "rename": "rename",
    "differing_lines": "differingLines",
}
"""Each option that is on or off, and its key in the settings of an editor."""
