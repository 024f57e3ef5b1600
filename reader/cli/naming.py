"""How a reference is named on the command line: by its label as people see it, or by its id."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from reader.errors import UsageError

if TYPE_CHECKING:
    from reader.article.model import Article, Reference

_FEW: Final = 12


def find_reference(article: Article, named: str) -> Reference:
    """Return the reference that a person named: "2", "[2]", "Lee 2020", or an id.

    Raises UsageError when there is none, with the closest or with how many there are, and when there are several.
    """
    wanted = named.strip()
    wanted = wanted[1:-1].strip() if wanted.startswith("[") and wanted.endswith("]") else wanted
    for same in (str, str.casefold):
        meant = [reference for reference in article.references if same(reference.label) == same(wanted)]
        if len(meant) == 1:
            return meant[0]
        if known := article.reference_by_id.get(wanted):
            return known
        if meant:
            ids = ", ".join(reference.id for reference in meant)
            raise UsageError(f'several references are called "{wanted}"', f"name one by its id: {ids}")
    raise UsageError(f'no reference is called "{wanted}"', _there(article, wanted))


def _there(article: Article, wanted: str) -> str:
    labels = [reference.label for reference in article.references]
    if not labels:
        return "the article lists no references"
    if len(labels) <= _FEW:
        return f"there are: {', '.join(labels)}"
    close = get_close_matches(wanted, labels)
    there = f"there are {len(labels)}, from {labels[0]} to {labels[-1]}"
    return f"did you mean {', '.join(close)}? {there}" if close else there
