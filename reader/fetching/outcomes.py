"""The outcomes of fetching sources: the reasons why there is none, and the count of a run."""

from __future__ import annotations

from collections import Counter

from reader.errors import ReaderError
from reader.formats.source_input import SourceInput
from reader.printable import plural


class RobotsForbidden(ReaderError):
    """A page that the robots.txt of its host forbids programs to fetch; a person may still open it in a browser."""


class SoftNotFound(ReaderError):
    """A page that is not the source, although the server did not say so."""


class BudgetSpent(ReaderError):
    """The end of a budget. What was not fetched because of it did not fail: the next run goes on with it."""


class FetchTally:
    """The outcomes of a run, counted."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def note(self, outcome: SourceInput | Exception) -> None:
        """Count an outcome."""
        if isinstance(outcome, SourceInput):
            self._counts["fetched"] += 1
            self._counts["archived"] += bool(outcome.archived_at)
            self._counts["abstract"] += outcome.is_abstract
        elif isinstance(outcome, BudgetSpent):
            self._counts["left"] += 1
        else:
            self._counts["forbidden" if isinstance(outcome, RobotsForbidden) else "failed"] += 1

    @property
    def fetched_count(self) -> int:
        """The number of sources that were fetched."""
        return self._counts["fetched"]

    @property
    def missing_count(self) -> int:
        """The number of sources that were not fetched, for whatever reason."""
        return sum(self._counts[name] for name in ("failed", "forbidden", "left"))

    @property
    def total(self) -> int:
        """The number of outcomes."""
        return self.fetched_count + self.missing_count

    @property
    def summary(self) -> str:
        """The counts in words: "12 sources fetched (2 archived copies), 1 could not be reached"."""
        counts = self._counts
        kinds = (
            plural(counts["archived"], "archived copy", "archived copies") if counts["archived"] else "",
            f"{counts['abstract']} only as an abstract" if counts["abstract"] else "",
        )
        of_these = ", ".join(filter(None, kinds))
        parts = (
            plural(counts["fetched"], "source") + " fetched" + (f" ({of_these})" if of_these else ""),
            f"{counts['failed']} could not be reached" if counts["failed"] else "",
            f"{counts['forbidden']} forbidden by robots.txt" if counts["forbidden"] else "",
            f"{counts['left']} left for the next time" if counts["left"] else "",
        )
        return ", ".join(filter(None, parts))
