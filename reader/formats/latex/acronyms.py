"""Write acronyms out: the long form at their first use, as the packages glossaries, acronym and acro do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from reader.formats.latex.arguments import argument_at, declaration_at, optional_at, plain_characters
from reader.formats.latex.tokens import TexToken

_FORMS: Final = {
    **dict.fromkeys(("gls", "Gls", "GLS", "ac", "Ac", "glspl", "Glspl", "acp", "Acp"), "next"),
    **dict.fromkeys(("acs", "acsp", "acrshort", "acrshortpl", "glsxtrshort"), "short"),
    **dict.fromkeys(("acl", "aclp", "acrlong", "acrlongpl", "Acl", "glsxtrlong"), "long"),
    **dict.fromkeys(("acf", "acfp", "acrfull", "acrfullpl", "glsxtrfull"), "full"),
}
"""Commands of acronyms, with the form that they print."""
_PLURALS: Final = frozenset({name for name in _FORMS if name.endswith(("pl", "p"))})
_FIELD: Final = re.compile(r"(short|long|name)\s*=\s*([^,]{1,200})")


class Acronym(NamedTuple):
    """The forms of an acronym; `long` may be missing."""

    short: str
    long: str


class Acronyms:
    """The acronyms of a document by key, and which of them were used."""

    def __init__(self, forms: Mapping[str, Acronym]) -> None:
        self._forms = forms
        self._used: set[str] = set()

    def text_of(self, command: str, key: str) -> str:
        """Return what a command prints for an acronym; its key if it is not known."""
        short, long = self._forms.get(key, Acronym(key, ""))
        ending = "s" if command in _PLURALS else ""
        form = _FORMS[command]
        if form == "next":
            form = "short" if key in self._used else "full"
            self._used.add(key)
        if not long or form == "short":
            return f"{short}{ending}"
        text = f"{long}{ending}"
        text = text[0].upper() + text[1:] if command[0].isupper() else text
        return text if form == "long" else f"{text} ({short}{ending})"


def is_acronym_command(name: str) -> bool:
    """Whether a command prints an acronym."""
    return name in _FORMS


def find_acronyms(tokens: Sequence[TexToken]) -> Acronyms:
    """Return the acronyms that a document declares."""
    forms: dict[str, Acronym] = {}
    for place, token in enumerate(tokens):
        if token.kind != "word" or token.name not in ("newacronym", "acrodef", "acro", "DeclareAcronym", "newglossaryentry"):
            continue
        declared = declaration_at(tokens, place + 1)
        key, after = argument_at(declared, 0)
        short, after = optional_at(declared, after)
        first, after = argument_at(declared, after)
        if token.name == "newacronym":
            long, _ = argument_at(declared, after)
            acronym = Acronym(plain_characters(first), plain_characters(long))
        elif token.name in ("acrodef", "acro"):
            acronym = Acronym(plain_characters(short) or plain_characters(key), plain_characters(first))
        else:
            fields = dict(_FIELD.findall(plain_characters(first)))
            acronym = Acronym(fields.get("short") or fields.get("name") or plain_characters(key), fields.get("long", ""))
        forms.setdefault(plain_characters(key), acronym)
    return Acronyms(forms)
