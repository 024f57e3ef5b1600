"""Patterns that are compiled when they are first used: most articles need few of them, and starting up waits for all."""

from __future__ import annotations

import re
from typing import cast


class _LazyPattern:
    """Stands for a compiled pattern; what it is first asked for, it asks the real one for, and keeps the answer."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = (pattern, flags)

    def __getattr__(self, name: str) -> object:
        found = getattr(re.compile(*self._source), name)
        setattr(self, name, found)
        return found


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what can be used as `re.compile(pattern, flags)`."""
    return cast("re.Pattern[str]", _LazyPattern(pattern, int(flags)))
