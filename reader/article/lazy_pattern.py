"""Compile regular expressions on first use: most articles need few of them, and compiling all would delay start-up."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _LazyPattern:
    """Stand-in for a compiled pattern. It compiles on the first attribute access and caches its attributes."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self._source: tuple[Any, int] = (pattern, flags)

    def __getattr__(self, name: str) -> object:
        attribute = getattr(re.compile(*self._source), name)
        setattr(self, name, attribute)
        return attribute


def lazy_pattern(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a stand-in for `re.compile(pattern, flags)` that compiles on first use."""
    return cast("re.Pattern[AnyStr]", _LazyPattern(pattern, int(flags)))
