"""Read the files beside a document that belong to it: bibliographies, and the parts of a LaTeX document.

What lies there was written by others, as the document was: a name may be that of a pipe, of a device or of a huge file.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from reader.files import read_limited
from reader.formats.budget import current_budget, format_size
from reader.printable import plural, printable_line

_MAX_SIZE: Final = 20_000_000
_MAX_BIBLIOGRAPHIES: Final = 20


def read_companion(path: Path) -> bytes | None:
    """Return the bytes of a file beside a document; None for a larger one than is read, which a notice names.

    Raises OSError if there is none, also for a pipe or a device, and ValueError for what is no name of a file.
    """
    budget = current_budget()
    most = min(_MAX_SIZE, budget.limits.companion_size)
    limit = min(most, budget.left("companion_size"))
    try:
        data = read_limited(path, limit)
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        is_used_up = limit < most
        why = "the limit for files beside the document is used up" if is_used_up else f"it has more than {format_size(most)}"
        budget.omit(f"The file {printable_line(path.name)} was not read, as {why}.")
        return None
    budget.take("companion_size", len(data))
    return data


def fit_bibliographies(names: Iterable[str]) -> Sequence[str]:
    """Return as many of the bibliographies that a document names as are read, each once. The rest counts as omitted."""
    names = list(dict.fromkeys(names))
    if (count := len(names) - _MAX_BIBLIOGRAPHIES) > 0:
        current_budget().omit(f"{plural(count, 'more bibliography', 'more bibliographies')} of the document were not read.")
    return names[:_MAX_BIBLIOGRAPHIES]
