"""Names of tags as people type them."""

from __future__ import annotations

from reader.article.lazy import lazy

_SPACES = lazy(r"\s+")
_CONTROL = lazy(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def tag_name(typed: str) -> str:
    """Return a typed tag as it is kept: no "#" in front, no blanks (they become "-"), "/" between the parts.

    "" if nothing is left.
    """
    bare = _SPACES.sub(" ", _CONTROL.sub("", _SPACES.sub(" ", typed)))
    parts = (part.lstrip("# ").rstrip() for part in bare.split("/"))
    return "/".join(part.replace(" ", "-") for part in parts if part)
