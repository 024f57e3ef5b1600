"""Parse Pandoc citations in Markdown, "[see @lee2020, p. 3; @doe]" and "@lee2020 says", with a bibliography in the same folder.

The syntax is defined in "Citation syntax" of the Pandoc manual. Keys that are identifiers ("doi:10.…", "url:https://…") come
from Manubot and need no bibliography.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.article.markers import Marker
from reader.article.model import Citation, Reference
from reader.article.ranges import Ranges, Span
from reader.article.reference_parser import find_doi, find_url
from reader.formats.bibtex import read_bibtex
from reader.formats.companions import fit_bibliographies, read_companion

_KEY: Final = r"(?:\{[^{}\s]{1,300}\}|[\w*](?:[\w:.#$%&+?<>~/()=-]{0,300}[\w/=)])?)"
_BRACKET: Final = lazy_pattern(rf"\[(?:[^\[\]@\n]|\n(?!\n)){{0,200}}-?@{_KEY}(?:[^\[\]]|\[[^\[\]\n]{{0,80}}\]){{0,3000}}?\]")
_KEY_IN_BRACKET: Final = lazy_pattern(rf"(?<![\w@/.])-?@({_KEY})")
_BARE_KEY: Final = lazy_pattern(rf"(?<![\w@/.\[;-])@({_KEY})(?:\s\[(?!@)[^\[\]@\n]{{1,80}}\])?")
_DEFINITION: Final = lazy_pattern(rf"^ {{0,3}}\[@({_KEY})\]:[ \t]*(\S+).*$", re.MULTILINE)
_IDENTIFIER: Final = lazy_pattern(r"(?:doi|pmid|pmcid|pmc|arxiv|isbn|url|https?|wikidata|raw|tag):\S", re.IGNORECASE)
_CROSS_REFERENCE: Final = frozenset({"fig", "tbl", "tab", "eq", "sec", "lst", "table", "figure", "equation", "section", "thm"})
_BIBLIOGRAPHY: Final = lazy_pattern(r"^bibliography:[ \t]*(.*(?:\n[ \t]*- .*)*)", re.MULTILINE)
_BETWEEN_NAMES: Final = lazy_pattern(r"[^\w./ -]+")
_BIBLIOGRAPHY_NAME: Final = lazy_pattern(r".+\.bib(?:tex)?")


def read_bibliography(front_matter: str, source: str) -> tuple[Reference, ...] | None:
    """Return the entries of the .bib files in the front matter and of the .bib file with the article's name.

    Only files in the article's folder are read. Return None if there is no such file or `source` is not a file.
    """
    if source == "-" or "://" in source:
        return None
    folder, stem = Path(source).parent, Path(source).stem
    match = _BIBLIOGRAPHY.search(front_matter)
    parts = _BETWEEN_NAMES.split(match[1]) if match else []
    names = [os.path.basename(name[0].strip()) for part in parts if (name := _BIBLIOGRAPHY_NAME.match(part))]
    references: dict[str, Reference] = {}
    exists = False
    for name in dict.fromkeys((*fit_bibliographies(names), f"{stem}.bib")):
        try:
            data = read_companion(folder / name)
        except (OSError, ValueError):
            continue
        if data is not None:
            references |= {reference.id: reference for reference in read_bibtex(data.decode("utf-8", "replace"))}
            exists = True
    return tuple(references.values()) if exists else None


def pandoc_citations(
    text: str, skipped: Ranges, bibliography: tuple[Reference, ...] | None
) -> tuple[tuple[Reference, ...], tuple[Citation, ...]]:
    """Return the references cited by key, and the citations in order.

    Without a bibliography each key becomes a reference. With one, all its entries are references, and unknown keys point
    nowhere. Markers that begin inside `skipped` are ignored.
    """
    if "@" not in text:
        return (), ()
    references = {reference.id: reference for reference in bibliography or ()}
    lines = list(_DEFINITION.finditer(text))
    definitions = {_strip_braces(match[1]): match[2] for match in lines}
    definition_ranges = Ranges([Span(*match.span()) for match in lines])
    markers = list(_key_markers(text, skipped, definition_ranges, set(references)))
    if bibliography is None:
        references = {name: _key_reference(name, definitions.get(name, "")) for marker in markers for name in marker.names}
    elif not markers:
        return (), ()
    else:
        identifiers = {name for marker in markers for name in marker.names if _IDENTIFIER.match(name)}
        references |= {name: _key_reference(name) for name in sorted(identifiers - references.keys())}
    citations = (
        Citation(
            marker.start,
            marker.end,
            tuple(name for name in marker.names if name in references),
            tuple(name for name in marker.names if name not in references),
            marker.kind,
        )
        for marker in markers
    )
    return tuple(references.values()), tuple(citations)


def _key_markers(text: str, skipped: Ranges, definitions: Ranges, bibliography_keys: set[str]) -> Iterator[Marker]:
    """Yield the markers by key, without those that define a key at the start of a line, "[@tag:lee]: doi:10.…"."""
    markers: list[Marker] = []
    for match in _BRACKET.finditer(text):
        if (
            not skipped.contains(match.start())
            and text[match.end() : match.end() + 1] != "("
            and not (text.startswith(":", match.end()) and definitions.contains(match.start()))
        ):
            names = tuple(dict.fromkeys(_source_keys(_KEY_IN_BRACKET.findall(match[0]), bibliography_keys)))
            if names:
                markers.append(Marker(*match.span(), names, "key"))
    keys = bibliography_keys | {name for marker in markers for name in marker.names}
    bracket_ranges = Ranges([Span(marker.start, marker.end) for marker in markers])
    for match in _BARE_KEY.finditer(text):
        name = _strip_braces(match[1])
        is_key = name in keys or (":" in name and _IDENTIFIER.match(name) is not None)
        if is_key and not skipped.contains(match.start()) and not bracket_ranges.contains(match.start()):
            markers.append(Marker(*match.span(), (name,), "key"))
    yield from sorted(markers)


def _source_keys(names: Iterable[str], bibliography_keys: set[str]) -> Iterator[str]:
    """Yield the keys of sources, without the keys of figures, equations and the like."""
    for name in map(_strip_braces, names):
        if name in bibliography_keys or name.partition(":")[0].lower() not in _CROSS_REFERENCE:
            yield name


def _strip_braces(key: str) -> str:
    return key[1:-1] if key.startswith("{") else key


def _key_reference(key: str, definition: str = "") -> Reference:
    """Return the reference for a key that contains a DOI or address, such as "doi:" and "url:" keys.

    `definition` is the key that replaces it, as in "[@tag:lee]: doi:10.…", or "".
    """
    kind, _, rest = (definition or key).partition(":")
    address = rest if kind.lower() == "url" else (definition or key) if kind.lower() in ("http", "https") else ""
    return Reference(key, key, key, doi=find_doi(rest) if kind.lower() == "doi" else "", url=find_url(address))
