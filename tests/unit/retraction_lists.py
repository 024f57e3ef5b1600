"""Lists of retractions as they are published: the columns of Retraction Watch, with rows of our own invention."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

COLUMNS = (
    *("Record ID", "Title", "Subject", "Institution", "Journal", "Publisher", "Country", "Author", "URLS", "ArticleType"),
    *("RetractionDate", "RetractionDOI", "RetractionPubMedID", "OriginalPaperDate", "OriginalPaperDOI"),
    *("OriginalPaperPubMedID", "RetractionNature", "Reason", "Paywalled", "Notes", ""),
)


def row(
    title: str, doi: str = "Unavailable", date: str = "3/5/2024 0:00", nature: str = "Retraction", **cells: str
) -> list[str]:
    """Return the cells of a row; `cells` are others by their columns."""
    known = {
        **{"Title": title, "OriginalPaperDOI": doi, "RetractionDate": date, "RetractionNature": nature},
        **{"RetractionDOI": "unavailable", "RetractionPubMedID": "0", "OriginalPaperPubMedID": "0", **cells},
    }
    return [known.get(column, "") for column in COLUMNS]


def retraction_list(rows: Iterable[list[str]], columns: tuple[str, ...] = COLUMNS, delimiter: str = ",") -> str:
    """Return the text of a list with these rows."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([columns, *rows])
    return text.getvalue()
