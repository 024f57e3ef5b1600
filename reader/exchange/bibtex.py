"""BibTeX, in UTF-8 and with the entry types of BibLaTeX: the references of articles for LaTeX and reference managers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote

from reader.exchange.escape import encode_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.report import Report
from reader.exchange.works import Author, Work, collect_works

_TEX: Final = {
    **{sign: f"\\{sign}" for sign in "&%$#_"},
    # BibTeX counts braces even after a backslash.
    **{"{": "\\textbraceleft{}", "}": "\\textbraceright{}", "\\": "\\textbackslash{}"},
    **{"~": "\\textasciitilde{}", "^": "\\textasciicircum{}"},
}
_SPECIAL: Final = re.compile("[" + re.escape("".join(_TEX)) + "]|(?<=-)-|(?<=[`?!])`|(?<=')'")
"""Match what means something to TeX; the last three become dashes, quotation marks and inverted marks with the sign before."""
_NOT_VERBATIM: Final = re.compile(r"[{}\\]")


def write_bibtex(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield an entry for each work. `annote`, which styles do not print, holds the entries as the articles have them."""
    before = ""
    for work in collect_works(reports):
        yield encode_text(before + _entry(work))
        before = "\n"


def _entry(work: Work) -> str:
    fields: Mapping[str, str] = {
        "author": " and ".join(map(_name, work.authors)),
        "title": _escape(work.title),
        "year": work.year,
        "doi": _verbatim(work.doi),
        "url": _verbatim(work.url),
        "annote": _escape(" / ".join(work.entries)),
    }
    lines = (f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{'online' if work.is_web_page else 'misc'}{{{work.key},\n{''.join(lines)}}}\n"


def _name(author: Author) -> str:
    """Return a name; braces keep one that is a whole from being taken apart at its spaces, commas and "and"."""
    if author.given:
        return f"{_escape(author.family)}, {_escape(author.given)}"
    return f"{{{_escape(author.family)}}}"


def _escape(text: str) -> str:
    return _SPECIAL.sub(lambda match: _TEX.get(match[0], f"{{}}{match[0]}"), text)


def _verbatim(address: str) -> str:
    """Return an address for a field that TeX reads verbatim, where nothing can be escaped."""
    return _NOT_VERBATIM.sub(lambda match: quote(match[0]), address)
