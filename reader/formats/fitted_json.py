"""Read JSON within the budget of the import: of what is larger, the beginning, closed after its last whole value."""

from __future__ import annotations

import json
import re
from typing import Final

from reader.formats.budget import current_budget
from reader.formats.progress import checkpoint

_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
_CLOSERS: Final = {"[": "]", "{": "}"}
_MAX_DEPTH: Final = 200
"""The most lists and objects within one another of JSON that has to be cut."""
_CHECK_EVERY: Final = 5000


def read_fitted_json(text: str, *, is_cut: bool = False) -> object:
    """Return the value of JSON, or of its beginning if the rest is beyond the budget or, as `is_cut` says, not there.

    What is beyond the budget counts as omitted. Raises ValueError or RecursionError for what is not JSON.
    """
    budget = current_budget()
    limit = budget.limits.json_values
    # Signs in strings count here too, so there are no more values than that.
    if is_cut or text.count('"') // 2 + sum(map(text.count, "[{,")) > limit:
        end, closers = _find_end(text, limit, is_cut=is_cut)
        budget.omitted_size += len(text) - end
        text = text[:end] + closers
    checkpoint()
    return json.loads(text)


def _find_end(text: str, limit: int, *, is_cut: bool) -> tuple[int, str]:
    """Return where the values that the limit permits end, and the signs that close what is open there."""
    opened: list[str] = []
    end, open_at_end = 0, ""
    count = 0
    for number, token in enumerate(_TOKEN.finditer(text)):
        if number % _CHECK_EVERY == 0:
            checkpoint()
        sign = token[0][0]
        if sign in "]}":
            del opened[-1:]
            continue
        if sign in _CLOSERS:
            opened.append(sign)
            if len(opened) > _MAX_DEPTH:
                raise ValueError("nested too deep")
        elif sign == ",":
            end, open_at_end = token.start(), "".join(opened)
        count += 1
        if count > limit:
            break
    else:
        if not is_cut:
            return len(text), ""
    return end, "".join(_CLOSERS[sign] for sign in reversed(open_at_end))
