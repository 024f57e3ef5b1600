"""Turn the templates of wikitext into the words that a reader of the page sees: sources, units, quotes, or nothing.

The names of templates and of their parameters are those of the large Wikipedias
(https://en.wikipedia.org/wiki/Help:Citation_Style_1, https://de.wikipedia.org/wiki/Vorlage:Literatur).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern

_NAMED: Final = lazy_pattern(r"\s*([^\W_][\w '’.-]{0,60}?)\s*=(.*)", re.DOTALL)
_NUMBER_AT_END: Final = lazy_pattern(r"\d{1,2}$")
_SPACES: Final = lazy_pattern(r"[\s_]+")


def name_set(names: str) -> frozenset[str]:
    """Return the set of names between upright strokes."""
    return frozenset(name.strip() for name in names.split("|"))


class Template(NamedTuple):
    """A template: its name in lower case, its unnamed values in order, and its named ones, which are not empty."""

    name: str
    values: tuple[str, ...]
    named: Mapping[str, str]


def read_template(parts: Sequence[str]) -> Template:
    """Return the template whose name and parameters are `parts`."""
    name = _SPACES.sub(" ", parts[0]).strip().casefold().removeprefix("template:").removeprefix("vorlage:").strip()
    values: list[str] = []
    named: dict[str, str] = {}
    for part in parts[1:]:
        match = _NAMED.fullmatch(part)
        if match is None:
            values.append(part.strip())
        elif match[1].isdecimal():
            values.append(match[2].strip())
        elif match[2].strip():
            named[match[1].casefold()] = match[2].strip()
    return Template(name, tuple(values), named)


# ------------------------------------------------------------------ Sources

_NAMES_BY_ROLE: Final = {
    "title": "title | titel | titre | título | titulo | titolo | заглавие | название | заголовок | tytuł | tittel"
    "| otsikko | název | cím | başlık | عنوان",
    "chapter": "chapter | kapitel | chapitre | capítulo | capitolo | глава | часть | rozdział | beitragstitel | contribution",
    "url": "url | chapter-url | chapterurl | lien | enlace | ссылка | online | link | адрес",
    "doi": "doi",
    "isbn": "isbn",
    "date": "date | datum | fecha | data | année | annee | año | anno | jahr | год | year | rok | jaar | ano | дата"
    "| vuosi | år",
    "work": "work | website | newspaper | journal | magazine | periodical | encyclopedia | encyclopaedia | werk"
    "| sammelwerk | revue | périodique | publicación | obra | periódico | site | издание | журнал | rivista"
    "| pubblicazione | sito | czasopismo | krant | opublikowany | tijdschrift | jornal",
    "publisher": "publisher | verlag | éditeur | editorial | editora | editore | издательство | wydawca | uitgever"
    "| hrsg | förlag",
    "place": "place | location | ort | lieu | ubicación | lugar | città | место | miejsce | plaats | local",
    "volume": "volume | band | tome | volumen | том | tom",
    "issue": "issue | number | nummer | numéro | número | numero | номер | выпуск | numer",
    "pages": "pages | page | seiten | seite | passage | páginas | página | pagine | p | pp | страницы | strony | strona",
    "author": "author | authors | autor | autoren | auteur | auteurs | autore | autori | автор | авторы | vauthors"
    "| last | surname | nom | apellidos | apellido | cognome | sobrenome | nazwisko | nachname | achternaam | фамилия"
    "| editor | editor-last",
    "first": "first | given | prénom | nombre | nome | imię | vorname | voornaam | имя | editor-first",
}
_ROLES: Final[Mapping[str, str]] = {name: role for role, names in _NAMES_BY_ROLE.items() for name in name_set(names)}
_SOURCE_NAME: Final = lazy_pattern(
    r"(?:cite|citation|cita|citar|citeer|cytuj|citácia|citace|kilde|literatur|internetquelle|lien web|ouvrage|article|chapitre"
    r"|книга|статья|публикация|cite\w+|web|bok|verkkoviite|kirjaviite|hivatkozás|web alıntı|kaynak)\b"
)
_BOX: Final = lazy_pattern(
    r"(?:info|tax|nav|side|chem|drug|auto)[ -]?(?:box|bar)|ficha|карточка|personendaten|картка|plantilla"
)
_SHORT_CITATIONS: Final = name_set("""
    harvnb | harvp | harvtxt | harvcol | harvcolnb | harv | harvs | sfn | sfnp | sp
""")


def source_text(template: Template, *, is_note: bool) -> str | None:
    """Return the entry that a template of a source makes, or None for another one. `is_note`: it stands in a note."""
    if template.name in _SHORT_CITATIONS:
        return short_citation(template)
    if _BOX.match(template.name) or not (is_note or _SOURCE_NAME.match(template.name)):
        return None
    fields = dict(_fields(template))
    if "title" not in fields or (is_note and len(fields) == 1 and not _SOURCE_NAME.match(template.name)):
        return None
    return "".join(_entry_parts(fields, _authors(template)))


def short_citation(template: Template) -> str:
    """Return the words of a short citation: "Lee & Doe 2004, p. 5"."""
    names = list(template.values)
    year = names.pop() if len(names) > 1 else ""
    words = " & ".join(names[:2]) if len(names) < 3 else f"{names[0]} et al."
    place = template.named.get("p") or template.named.get("pp") or template.named.get("page") or template.named.get("pages")
    sign = "pp." if "pp" in template.named or "pages" in template.named else "p."
    parts = (f"{words} {year}".strip(), f"{sign} {place}" if place else "", template.named.get("loc", ""))
    return ", ".join(filter(None, parts))


def _fields(template: Template) -> Iterator[tuple[str, str]]:
    """Yield the parameters of a source with their roles. The first one that has a role comes last, and so counts."""
    for name, value in reversed([*template.named.items()]):
        role = _ROLES.get(name)
        if role is not None:
            yield role, value


def _authors(template: Template) -> list[str]:
    """Return the authors of a source, "Lee, Ada", in order."""
    names: dict[str, list[str]] = {}
    for name, value in template.named.items():
        number = _NUMBER_AT_END.search(name)
        role = _ROLES.get((name[: number.start()] if number is not None else name).rstrip("-"))
        if role in ("author", "first"):
            pair = names.setdefault(number[0] if number is not None else "1", ["", ""])
            pair[role == "first"] = pair[role == "first"] or value.replace("((", "").replace("))", "")
    return [", ".join(filter(None, pair)) for pair in names.values()]


def _entry_parts(fields: Mapping[str, str], authors: Sequence[str]) -> Iterator[str]:
    date = f" ({fields['date']})" if "date" in fields else ""
    yield f"{'; '.join(authors)}{date}. " if authors else ""
    title = fields["title"] if "chapter" not in fields else f"{fields['chapter']}. In: {fields['title']}"
    address = fields.get("url", "")
    is_address = address.startswith(("http://", "https://", "//"))
    yield f'<a href="{escape(address)}">{title}</a>.' if is_address else f"{title}."
    volume = fields.get("volume", "") + (f"({fields['issue']})" if "issue" in fields else "")
    pages = f": {fields['pages']}" if "pages" in fields else ""
    place = ": ".join(filter(None, (fields.get("place"), fields.get("publisher"))))
    yield from (f" {part}." for part in (" ".join(filter(None, (fields.get("work"), volume))) + pages, place) if part)
    yield f" {date.strip(' ()')}." if date and not authors else ""
    doi = fields.get("doi", "")
    if "<" in doi:  # sources within each other would multiply
        yield f" doi:{doi}."
    elif doi:
        yield f' doi:<a href="https://doi.org/{escape(doi)}">{doi}</a>.'
    yield f" ISBN {fields['isbn']}." if "isbn" in fields else ""


# ------------------------------------------------------------------ Words in the text

_SIGNS: Final = {
    **{"!": "|", "=": "=", "'": "’", "'s": "’s", "·": " · ", "snd": " – ", "spnd": " – ", "spaced ndash": " – ", "ndash": "–"},
    **{"mdash": "—", "nbsp": "\u00a0", "zwsp": "", "pi": "π", "sic": "[sic]", "dot": " · ", "bull": " • ", "en dash": "–"},
}
_LAST_VALUE: Final = name_set("""
    lang | langx | lang-x | lingua | langue | idioma | transl | transliteration | native name |
    color | colour | font color | fontcolor | colored text
""")
_FIRST_VALUE: Final = name_set("""
    nowrap | nobr | small | big | nobreak | em | strong | abbr | ill | link-interwiki | interlanguage link | notatypo |
    tooltip | smallcaps | sc | smaller | larger | uc | lc | nihongo | kbd | var | code | tl | siècle | isbn |
    not a typo | abkürzung | не переведено | нп5 | iw | lien | trim | visible anchor | anchor
""")
_LANGUAGE_NAME: Final = lazy_pattern(r"lang-[a-z]{2,3}(?:-\w+)?")
_RANGE_WORDS: Final = name_set("to | and | or | by | x | \u00d7 | - | \u2013 | to(-) | and(-) | +/- | ± | bis | à | y | e")


_CURRENCIES: Final = name_set("""
    usd | us$ | eur | € | gbp | £ | jpy | ¥ | inr | aud | a$ | cad | ca$ | chf | cny | rub | krw | brl | nzd | sek |
    nok | dkk | pln
""")


def shown_text(template: Template) -> str:
    """Return the words that a template shows within a sentence, or "" for one that shows none, or not words of the article."""
    name, values = template.name, template.values
    if name in _SIGNS:
        return _SIGNS[name]
    if name in _LAST_VALUE or _LANGUAGE_NAME.fullmatch(name):
        return values[min(len(values), 2 if name in _LAST_VALUE else 1) - 1] if values else template.named.get("text", "")
    if name in _FIRST_VALUE:
        return values[0] if values else ""
    if name in ("convert", "cvt", "convertir", "unidade", "num", "nts", "unité", "nombre"):
        return _measure(values)
    if name == "val":
        return " ".join(filter(None, (" ± ".join(values[:2]), template.named.get("u", ""))))
    if name.startswith("formatnum:"):
        return name.partition(":")[2]
    if name == "chem":
        return "".join(values)
    if name in ("circa", "c.", "ca", "vers"):
        return f"c. {values[0]}" if values else "c."
    if name == "as of":
        return f"As of {' '.join(values)}"
    if name in ("ubl", "unbulleted list", "hlist", "bulleted list", "flatlist", "plainlist", "plain list"):
        return "".join(f"\n{value if value[:1] in '*#:' else f'* {value}'}" for value in values if value) + "\n"
    if name == "currency":
        return " ".join(values[1::-1])
    if name in _CURRENCIES and values:
        return f"{name.upper()}{' ' if name.isalpha() else ''}{values[0]}"
    if name in ("frac", "sfrac", "fraction"):
        return "/".join(values)
    if name in ("quote", "blockquote", "cquote", "quotation", "zitat", "citation bloc", "cita", "citazione", "cytat", "citaat"):
        return f"\n<blockquote>{template.named.get('text') or next(iter(values), '')}</blockquote>\n"
    if name in ("url", "official website", "official url"):
        return values[-1] if values else ""
    is_plain = len(values) == 1 and not template.named and not _BOX.match(name)
    return values[0] if is_plain and name not in _WITHOUT_WORDS else ""


def _measure(values: Sequence[str]) -> str:
    """Return a number or a range of numbers, "5 to 6", with the unit after it, but not what a template converts it to."""
    end = 2
    while values[end - 1 : end] and values[end - 1] in _RANGE_WORDS:
        end += 2
    return " ".join(values[:end])


_WITHOUT_WORDS: Final = name_set("""
    main | main article | see also | further | see | hauptartikel | siehe auch | article principal | ap | vt | details |
    defaultsort | displaytitle | short description | toc | rp | authority control | normdaten | portal | commons |
    commons category | commonscat | commons cat | wikiquote | sister project links | for | about | clear | dmoz | imdb |
    anker | coord | ipa | respell | audio | webarchiv | stub | citation needed span | when | who | why | clarify | redirect |
    distinguish | voir homonymes | other uses | use dmy dates | use mdy dates | engvarb | pp | vedi anche | основная статья |
    flagicon | главная | см. также | основна стаття | principal | artículo principal | vea también | otheruses
""")
"""Templates with one value that is no part of a sentence."""
