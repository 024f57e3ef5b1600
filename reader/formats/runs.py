"""Write runs (pieces of text with one style) into blocks and table cells."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from reader.article.labels import label_at
from reader.article.markers import expand_labels
from reader.article.model import StyleKind
from reader.formats.budget import current_budget
from reader.formats.builder import Builder
from reader.formats.progress import checkpoint
from reader.formats.text_table import Cell

# ------------------------------------------------------------------ Superscripts and subscripts: 10⁶, H₂O, x^(n+1)

_SCRIPT_DIGITS: Final = "0123456789+-−=()"
_SUPERSCRIPTS: Final = {
    **dict(zip(_SCRIPT_DIGITS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾", strict=True)),
    **dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)),
    **dict(zip("ABDEGHIJKLMNOPRTUVW", "ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ", strict=True)),
    **dict(zip("–αβγδ", "⁻ᵅᵝᵞᵟ", strict=True)),
}
_SUBSCRIPTS: Final = {
    **dict(zip(_SCRIPT_DIGITS, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True)),
    **dict(zip("aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)),
    **dict(zip("–βγρφχ", "₋ᵦᵧᵨᵩᵪ", strict=True)),
}
_HIGH_SIGNS: Final = frozenset("*†‡§¶#'′″‴°®™©’")
"""Signs that are raised anyway."""
_ORDINALS: Final = frozenset({"st", "nd", "rd", "th", "er", "re", "e", "o", "a", "ème", "eme"})
_MAX_SCRIPT_LENGTH: Final = 12


def superscript(text: str, before: str = "") -> str:
    """Return text in superscript characters, or with "^" in front if some of them do not exist.

    `before` is the text before it. The letters of an ordinal ("4th") stay unchanged.
    """
    if before[-1:].isdecimal() and text.strip() in _ORDINALS:
        return text
    return _set_script(text, "^", _SUPERSCRIPTS)


def subscript(text: str) -> str:
    """Return text in subscript characters, or with "_" in front if some of them do not exist."""
    return _set_script(text, "_", _SUBSCRIPTS)


def _set_script(text: str, sign: str, forms: dict[str, str]) -> str:
    bare = text.strip()
    if not bare or _HIGH_SIGNS.issuperset(bare):
        return text
    if (
        len(bare) <= _MAX_SCRIPT_LENGTH
        and all(char in forms or char in "/,." or char.isspace() for char in bare)
        and any(char in forms for char in bare)
    ):
        return "".join(forms.get(char, char) for char in text)
    if bare[0] in "[(^_" or not any(map(str.isalnum, bare)):
        return text
    operand = bare if bare.isalnum() or len(bare) == 1 else f"({bare})"
    return text.replace(bare, sign + operand, 1)


# ------------------------------------------------------------------ Runs

_ENTRY_LABELS: Final = frozenset({"bracket", "dot", "half", "parens", "superscript"})
_CHECK_EVERY: Final = 5000
LINE_BREAK: Final = "\u2028"
"""The text of a run that is a line break."""
RunStyles = tuple[tuple[StyleKind, str], ...]
"""Kinds of styles with their targets, which are "" except for links."""


class StyledRun(NamedTuple):
    """Text with one style. `styles` are kinds and targets; `level` is 1 for superscript and -1 for subscript.

    `names` are the names of a marker's entries, or None if the run is not a marker. `origins` are the targets of the ORIGIN
    styles that the text gets: the parts of the document that it was read from, if the importer traces them.
    """

    text: str
    styles: RunStyles = ()
    level: int = 0
    names: tuple[str, ...] | None = None
    origins: tuple[str, ...] = ()


def fit_runs(runs: Iterable[StyledRun]) -> list[StyledRun]:
    """Return as many of the runs of a paragraph as the budget of the import permits. The rest counts as omitted."""
    budget, kept = current_budget(), list[StyledRun]()
    for count, run in enumerate(runs):
        if count % _CHECK_EVERY == 0:
            checkpoint()
        if count < budget.limits.runs:
            kept.append(run)
        else:
            budget.omitted_length += len(run.text)
    return kept


def _join_origins(runs: Iterable[StyledRun]) -> tuple[str, ...]:
    return tuple(origin for run in runs for origin in run.origins)


def write_runs(builder: Builder, runs: Iterable[StyledRun], kind: str = "note") -> None:
    """Add runs to the builder's open block. `kind` is the notation of their markers."""
    for count, (styles, group) in enumerate(groupby(_set_scripts(runs), key=lambda run: run.styles), 1):
        if count % _CHECK_EVERY == 0:
            checkpoint()
        with contextlib.ExitStack() as contexts:
            for style_kind, target in styles:
                contexts.enter_context(builder.style(style_kind, target))
            for run in group:
                _write_run(builder, run, kind)


def _write_run(builder: Builder, run: StyledRun, kind: str) -> None:
    if run.origins:
        with contextlib.ExitStack() as origins:
            for origin in run.origins:
                origins.enter_context(builder.style(StyleKind.ORIGIN, origin))
            _write_run(builder, run._replace(origins=()), kind)
    elif run.text == LINE_BREAK:
        builder.new_line()
    elif run.names is not None:
        builder.cite(run.text, run.names, kind)
    else:
        builder.text(run.text)


def plain_text(runs: Iterable[StyledRun]) -> str:
    """Return the text of runs in one line."""
    return " ".join("".join(run.text for run in _set_scripts(runs)).split())


def link_targets(runs: Iterable[StyledRun]) -> list[str]:
    """Return the addresses that runs link to."""
    return [target for run in runs for kind, target in run.styles if kind is StyleKind.LINK]


def split_entry_label(runs: list[StyledRun]) -> tuple[str, str, list[StyledRun]]:
    """Return the label at the start of an entry with a space, its name, and the other runs; "", "" and all without one."""
    text = "".join(run.text for run in runs)
    start = len(text) - len(text.lstrip())
    label = label_at(text, start, len(text))
    if label is None or label.shape not in _ENTRY_LABELS:
        return "", "", runs
    return f"{text[start : label.end].rstrip()} ", label.name, _drop_start(runs, label.end)


def join_code(lines: Iterable[Iterable[StyledRun]]) -> list[StyledRun]:
    """Return lines of code as runs without styles, with line breaks between the lines but none around them; none if blank."""
    runs = [StyledRun(run.text, origins=run.origins) for line in lines for run in (*line, StyledRun(LINE_BREAK))]
    full = [place for place, run in enumerate(runs) if run.text.strip(f"\n{LINE_BREAK}")]
    if not any(runs[place].text.strip() for place in full):
        return []
    first, last = full[0], full[-1]
    runs[first] = runs[first]._replace(text=runs[first].text.lstrip("\n"))
    runs[last] = runs[last]._replace(text=runs[last].text.rstrip("\n"))
    return runs[first : last + 1]


def _drop_start(runs: Iterable[StyledRun], count: int) -> list[StyledRun]:
    """Return the runs without their first `count` code points."""
    rest: list[StyledRun] = []
    for run in runs:
        rest.append(run._replace(text=run.text[count:]) if count > 0 else run)
        count -= len(run.text)
    return [run for run in rest if run.text]


def to_cell(runs: Iterable[StyledRun], kind: str = "note") -> Cell:
    """Return runs as a table cell, with line breaks and markers."""
    builder = Builder("\n")
    write_runs(builder, runs, kind)
    return Cell(builder.full_text.rstrip(), tuple(builder.markers), builder.styles)


def _set_scripts(runs: Iterable[StyledRun]) -> Iterator[StyledRun]:
    """Yield the runs with superscripts and subscripts in Unicode characters. Adjacent scripts are joined."""
    previous_text = ""
    for (level, is_marker), group in groupby(runs, key=lambda run: (run.level, run.names is not None)):
        members: Sequence[StyledRun] = list(group)
        if is_marker:
            members = [run._replace(text=" ".join(run.text.split())) for run in members]
        elif level:
            text = "".join(run.text for run in members)
            script = superscript(text, previous_text) if level > 0 else subscript(text)
            members = [members[0]._replace(text=script, origins=_join_origins(members))]
        for run in members:
            yield run
            previous_text = run.text or previous_text


# ------------------------------------------------------------------ Adjacent markers: "[2]–[4]"

_SEPARATOR_SIGNS: Final = r"[\s,;/&]*(?:[-‐‑–—−]|and|to)?\s*"
_BETWEEN_MARKERS: Final = re.compile(rf"{_SEPARATOR_SIGNS}|\]{_SEPARATOR_SIGNS}\[|\){_SEPARATOR_SIGNS}\(", re.IGNORECASE)
_NUMBER_RANGE: Final = re.compile(r"[\[(\s]*\d{1,4}[\])]?\s*(?:[-‐‑–—−]|to)\s*[\[(]?\d{1,4}[\])\s]*", re.IGNORECASE)
_NUMBER_LIST: Final = re.compile(r"\s*\d{1,4}[a-z]?(?:\s*[-‐‑–—−,;&]\s*\d{1,4}[a-z]?)*\s*")
_SPACES: Final = re.compile(r"\s+")
_BRACKETS: Final = {"[": "]", "(": ")"}
_MAX_SEPARATOR_LENGTH: Final = 8
_MAX_RANGE: Final = 200


class EntryKeys(NamedTuple):
    """The entries of a document: positions by name, names in order, and names by those labels that only one of them has."""

    places: Mapping[str, int]
    order: Sequence[str]
    labels: Mapping[str, str]

    @classmethod
    def from_entries(cls, entries: Sequence[tuple[str, str]]) -> EntryKeys:
        """Return the keys of `entries`, pairs of name and label in list order."""
        order = [name for name, _ in entries]
        counts = Counter(label for _, label in entries if label)
        labels = {label: name for name, label in entries if counts[label] == 1}
        return cls({name: place for place, name in enumerate(order)}, order, labels)


def join_markers(runs: Sequence[StyledRun], keys: EntryKeys) -> list[StyledRun]:
    """Join each group of adjacent markers, with their separators and brackets, into one run."""
    result: list[StyledRun] = []
    rest = list(reversed(runs))
    while rest:
        run = rest.pop()
        if run.names is None:
            result.append(run)
            continue
        group = [run]
        while length := _continuation_length(rest):
            group += [rest.pop() for _ in range(length)]
        names = _group_names(group, keys)
        text = "".join(member.text for member in group)
        text, tail = text.rstrip(), text[len(text.rstrip()) :]
        before, after = (result[-1] if result else StyledRun("")), (rest[-1] if rest else StyledRun(""))
        first, last = before.text[-1:], after.text[:1]
        if first and _BRACKETS.get(first) == last and not tail:
            result[-1] = before._replace(text=before.text[:-1])
            rest[-1] = after._replace(text=after.text[1:])
            text = first + text + last
        elif run.level or (_NUMBER_LIST.fullmatch(text) and first and not first.isspace() and first not in "([/–-"):
            text = f"[{text.strip()}]"
        lead = text[: len(text) - len(text.lstrip())]
        marker = StyledRun(text.strip(), run.styles, 0, names, _join_origins(group))
        result += [StyledRun(lead)] * bool(lead) + [marker] + [StyledRun(tail)] * bool(tail)
    return [run for run in result if run.text]


def _continuation_length(rest: Sequence[StyledRun]) -> int:
    """Return the number of runs at the end of `rest` that continue the marker: separators and the next marker."""
    between = ""
    for count, run in enumerate(reversed(rest), 1):
        if run.names is not None:
            return count if _BETWEEN_MARKERS.fullmatch(between) else 0
        between = _SPACES.sub(" ", between + run.text)
        if len(between) > _MAX_SEPARATOR_LENGTH or run.text == LINE_BREAK:
            return 0
    return 0


def _group_names(group: Sequence[StyledRun], keys: EntryKeys) -> tuple[str, ...]:
    """Return the entry names of a group of markers, including the names inside a range."""
    names: list[str] = []
    between = ""
    last: StyledRun | None = None
    for run in group:
        if run.names is None:
            between += run.text
            continue
        if last is not None and _NUMBER_RANGE.fullmatch(last.text + between + run.text):
            names += _names_between(names[-1:], run.names[:1], keys)
        names += run.names
        if _NUMBER_LIST.fullmatch(run.text):
            # The text of a single element for "5–7" covers more entries than its id.
            names += (keys.labels[label] for label in expand_labels(run.text.strip()) if label in keys.labels)
        last, between = run, ""
    return tuple(dict.fromkeys(names))


def _names_between(first: Sequence[str], last: Sequence[str], keys: EntryKeys) -> Sequence[str]:
    start = keys.places.get(first[0], -1) if first else -1
    end = keys.places.get(last[0], -1) if last else -1
    return keys.order[start + 1 : end] if 0 <= start < end <= start + _MAX_RANGE else ()
