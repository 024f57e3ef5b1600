r"""Find what a LaTeX document cites: entries of `thebibliography`, in the document or its `.bbl`, or of a `.bib` beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import PurePath
from typing import Final, NamedTuple

from reader.article.model import Reference
from reader.formats.bibtex import read_bibtex
from reader.formats.budget import current_budget
from reader.formats.companions import fit_bibliographies
from reader.formats.latex.inputs import companion_text
from reader.formats.latex.tokens import MAX_TOKENS, TexToken, prepare, read_tex_tokens

CITES: Final = re.compile(
    r"(?:[Cc]ite(?:p|t|alp|alt|author|year|num|al|yearpar|title|url)?|(?:no|short|full|foot|footfull|paren|text|auto|smart|super)cite(?:s|text)?"
    r"|(?:Paren|Text|Auto|Smart)cites?|onlinecite|citeonline|cites|Cites)\*?"
)
"""The names of commands that cite."""
TEXTUAL: Final = re.compile(r"(?:[Cc]ite(?:t|alt|author)|[Tt]extcites?)\*?")
"""The names of commands that cite in the sentence, with the names of the authors."""
_FILES: Final = re.compile(r"\\(?:bibliography|addbibresource|addglobalbib)\s*(?:\[[^\[\]]{0,200}\]\s*)?\{([^{}]{1,500})\}")
_NAME_IN_LABEL: Final = re.compile(r"\{*([^(){}]{2,80}?)\s*\(")
_BIBLATEX: Final = r"\refsection"
_MAX_LABEL: Final = 200
"""The most tokens of a label or a list of keys."""


class CitedWorks(NamedTuple):
    """What a document cites. `numbers` are the labels by key, in order; `names` the authors as sentences name them.

    `references` are the entries of a `.bib` by key; `items` are the tokens of a `.bbl`, or nothing if the document lists them.
    """

    numbers: Mapping[str, str]
    names: Mapping[str, str]
    references: Mapping[str, Reference]
    items: Sequence[TexToken]


def find_cited_works(source: str, tokens: Sequence[TexToken], path: str) -> CitedWorks:
    """Return what a document cites. `source` is its text, `path` where it was read from."""
    items: Sequence[TexToken] = ()
    listed = _listed_keys(tokens)
    if not listed:
        bbl = companion_text(path, PurePath(path).stem, ".bbl")
        if bbl is not None and _BIBLATEX not in bbl:
            items = list(islice(read_tex_tokens(prepare(bbl)), most := MAX_TOKENS - len(tokens)))
            if len(items) == most:
                current_budget().omit("The list of references was not read to its end, as it is too large.")
            listed = _listed_keys(items)
    if listed:
        numbers = {key: str(number) for number, key in enumerate(listed, 1)}
        return CitedWorks(numbers, {key: name for key, name in listed.items() if name}, {}, items)
    known = {reference.id: reference for reference in _read_bibliographies(source, path)}
    cited = dict.fromkeys(_cited_keys(tokens))
    keys = [*(key for key in cited if key in known), *(known if "*" in cited else ())] if known else [*cited]
    order = [key for key in dict.fromkeys(keys) if key != "*"]
    numbers = {key: str(number) for number, key in enumerate(order, 1)}
    references = {key: known[key] for key in order if key in known}
    return CitedWorks(numbers, {key: _short_names(one) for key, one in references.items()}, references, ())


def _listed_keys(tokens: Sequence[TexToken]) -> dict[str, str]:
    r"""Return the keys of all `\bibitem`, each with the authors that its label names, or ""."""
    keys: dict[str, str] = {}
    for place, token in enumerate(tokens):
        if token.kind != "word" or token.name != "bibitem":
            continue
        place, label = place + 1, ""
        if place < len(tokens) and tokens[place].kind == "[":
            start = place = place + 1
            while place < len(tokens) and tokens[place].kind != "]" and place - start < _MAX_LABEL:
                place += 1
            label = "".join(one.name for one in tokens[start:place]).replace("~", " ")
            place += 1
        if place + 1 < len(tokens) and tokens[place].kind == "{":
            name = _NAME_IN_LABEL.match(label)
            keys.setdefault(tokens[place + 1].name.strip(), " ".join(name[1].split()) if name else "")
    return keys


def _cited_keys(tokens: Sequence[TexToken]) -> Iterable[str]:
    for place, token in enumerate(tokens):
        if token.kind == "word" and CITES.fullmatch(token.name):
            yield from keys_after(tokens, place + 1)
            if token.name.rstrip("*").endswith("cites"):
                yield from _further_keys(tokens, place + 1)


def _further_keys(tokens: Sequence[TexToken], place: int) -> Iterable[str]:
    r"""Yield the keys of the other citations of a command such as `\cites`, each of which has arguments of its own."""
    end = min(place + _MAX_LABEL, len(tokens))
    while place < end and tokens[place].kind in ("[", "{") and (keys := keys_after(tokens, place)):
        yield from keys
        while place < end and tokens[place].kind != "}":
            place += 1
        place += 1


def keys_after(tokens: Sequence[TexToken], place: int) -> tuple[str, ...]:
    """Return the keys of the citation whose arguments begin at a place."""
    depth = 0
    for end in range(place, min(place + _MAX_LABEL, len(tokens))):
        kind = tokens[end].kind
        depth += (kind == "[") - (kind == "]")
        if kind == "{" and depth == 0:
            close = next((i for i in range(end, min(end + _MAX_LABEL, len(tokens))) if tokens[i].kind == "}"), end)
            keys = "".join(token.name for token in tokens[end + 1 : close]).split(",")
            return tuple(key for one in keys if (key := one.strip()))
    return ()


def _read_bibliographies(source: str, path: str) -> Iterable[Reference]:
    """Yield the entries of the `.bib` files that a document names, and of the one with its own name."""
    names = [name.strip() for match in _FILES.finditer(source) for name in match[1].split(",")]
    for name in dict.fromkeys((*fit_bibliographies(names), PurePath(path).stem)):
        if text := companion_text(path, name, ".bib"):
            yield from read_bibtex(text)


def _short_names(reference: Reference) -> str:
    """Return the authors of a work as sentences name them: "Lee", "Lee and Doe", "Lee et al."."""
    surnames = [author.partition(",")[0].strip() for author in reference.authors]
    if len(surnames) > 2:
        return f"{surnames[0]} et al."
    return " and ".join(surnames)
