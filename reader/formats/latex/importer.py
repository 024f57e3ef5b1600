r"""Import LaTeX documents: sections, lists, tables, notes, links, and what they cite.

Nothing is run. Of macros only those are expanded that the document itself defines, within bounds. Formulas stay as their
source, without the signs around them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from itertools import islice, pairwise
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.model import About, BlockKind, StyleKind
from reader.article.reference_lists import is_reference_heading
from reader.errors import NoTextError
from reader.formats.budget import current_budget
from reader.formats.builder import Builder
from reader.formats.detection import BROKEN_FILE_HINT, decode_file, document_name, normalize_line_ends
from reader.formats.latex.acronyms import find_acronyms, is_acronym_command
from reader.formats.latex.arguments import (
    argument_at,
    environment_end,
    group_at,
    is_german,
    is_group,
    optional_at,
    plain_characters,
    skip_arguments,
    skip_length,
    skip_options,
    skip_space,
    table_cells,
)
from reader.formats.latex.bibliography import CITES, TEXTUAL, CitedWorks, find_cited_works
from reader.formats.latex.commands import (
    ENQUOTES,
    ENVIRONMENT_ARGUMENTS,
    FORMS,
    GERMAN_SHORTHANDS,
    HEADINGS,
    LEADING_ARGUMENTS,
    LENGTHS,
    LISTS,
    NOTES,
    QUOTATION_MARKS,
    QUOTES,
    REFERENCES,
    SKIPPED_ARGUMENTS,
    STYLES,
    SYMBOLS,
    TABULARS,
    TEX_SIGNS,
)
from reader.formats.latex.inputs import join_inputs
from reader.formats.latex.labels import DocumentNumbers, number_document
from reader.formats.latex.macros import DEFINES, Macro, define_macro, expand_macro
from reader.formats.latex.quantities import is_quantity, read_quantity
from reader.formats.latex.tokens import (
    MATH,
    MAX_TOKENS,
    VERBATIM,
    TexToken,
    plain_formula,
    prepare,
    read_tex_tokens,
)
from reader.formats.linked_references import with_linked_references
from reader.formats.list_numbers import list_number
from reader.formats.progress import checkpoint
from reader.formats.runs import RunStyles, StyledRun, link_targets, plain_text, to_cell, write_runs
from reader.formats.text_table import FittedRows, render_table

_MAX_DEPTH: Final = 60
_MAX_HELD: Final = 15_000_000
"""The most tokens of groups within one another, each of which holds those of the groups in it."""
_MAX_OPEN: Final = 100
"""The most environments within one another that count."""
_CHECK_EVERY: Final = 5000
_MAX_RUNS: Final = 20_000
"""The runs of a paragraph, of which the next one begins another, and those of a note, a cell or the like."""
_MAX_NOTE_LEVEL: Final = 3
"""How deep notes may stand in notes; deeper ones are read where they stand."""
_NOTES_HEADING: Final = "Notes"
_REFERENCES_HEADING: Final = "References"


class _List(NamedTuple):
    """A list that is open: its environment and the number of items so far."""

    kind: str
    items: int


class _Note(NamedTuple):
    """A note: its tokens, and how many notes it stands in."""

    tokens: Sequence[TexToken]
    level: int


class LatexConverter:
    """Converter of the tokens of a document. `about` has its title, authors and date as they stand in it."""

    def __init__(self, builder: Builder, works: CitedWorks, numbers: DocumentNumbers, count: int) -> None:
        """Write into `builder`. `count` is the number of tokens of the document, which bounds what macros make of them."""
        self.about: dict[str, str] = {}
        self.is_listed = False
        self._builder = builder
        self._budget = current_budget()
        self._works = works
        self._numbers = numbers
        self._steps = 20 * count + 100_000
        self._macros: dict[str, Macro] = {}
        self._environments: list[str] = []
        self._lists: list[_List] = []
        self._marker = ""
        self._runs: list[StyledRun] = []
        self._notes: list[_Note] = []
        self._note_level = 0
        """How many notes stand around what is read."""
        self._acronyms = find_acronyms(())
        self._shorthands: Sequence[tuple[str, str]] = ()
        self._depth = self._held = 0
        self._last_heading = ""
        """The heading right above what is written next, "" if a text stands between."""
        self._is_inline = False
        """Whether what is read stands within a line, such as in a note or a cell, where no blocks begin."""

    # ------------------------------------------------------------------ Tokens

    def convert(self, tokens: Sequence[TexToken]) -> None:
        """Write the blocks of a document, with its notes at its end."""
        self._acronyms = find_acronyms(tokens)
        starts = [place for place, token in enumerate(tokens) if token.kind == "begin" and token.name == "document"]
        preamble, body = (tokens[: starts[0]], tokens[starts[0] + 1 :]) if starts else ((), tokens)
        body = body[: environment_end(body, 0, "document")]
        self._read_preamble(preamble)
        self._shorthands = GERMAN_SHORTHANDS if is_german(preamble) else ()
        self._process(body, ())
        self._flush()
        if not self.is_listed:
            self._write_works()
        self._write_notes()

    def _read_preamble(self, tokens: Sequence[TexToken]) -> None:
        place = 0
        while place < len(tokens):
            token, place = tokens[place], place + 1
            if token.kind == "word" and token.name.rstrip("*") in DEFINES:
                place = self._define(token.name.rstrip("*"), tokens, place)
            elif token.kind == "word" and token.name in ("title", "author", "date"):
                place = self._take_about(token.name, tokens, place)

    def _process(self, tokens: Sequence[TexToken], look: RunStyles) -> None:
        """Process tokens; `look` has the styles around them."""
        if self._depth >= _MAX_DEPTH or self._held > _MAX_HELD:
            self._add_text("".join(token.name for token in tokens if token.kind == "text"), look)
            return
        self._depth, self._held = self._depth + 1, self._held + len(tokens)
        place = 0
        while place < len(tokens):
            token = tokens[place]
            place += 1
            self._steps -= 1
            if self._steps % _CHECK_EVERY == 0:
                checkpoint()
            match token.kind:
                case "text":
                    self._add_text(token.name, look)
                case "par":
                    self._flush()
                case "~":
                    self._add_text(" ", look)
                case "{":
                    inside, place = group_at(tokens, place - 1)
                    self._process(inside, look)
                case "sign":
                    self._add_text(TEX_SIGNS.get(token.name, token.name), look, is_plain=True)
                case "math":
                    self._add_text(plain_formula(token.name), look, is_plain=True)
                case "display":
                    self._write_formula(token.name)
                case "verb":
                    self._add_text(token.name, (*look, (StyleKind.CODE, "")), is_plain=True)
                case "raw":
                    self._write_raw(token.name)
                case "begin":
                    place = self._begin(token.name, tokens, place, look)
                case "end":
                    self._end(token.name)
                case "word":
                    place, look = self._run_command(token.name, tokens, place, look)
                case "[" | "]" | "&":
                    self._add_text(" " if token.kind == "&" and self._is_inline else token.name, look)
                case _:
                    pass
        self._depth, self._held = self._depth - 1, self._held - len(tokens)

    def _run_command(self, name: str, tokens: Sequence[TexToken], place: int, look: RunStyles) -> tuple[int, RunStyles]:
        """Run a command whose arguments begin at a place. Return the place after them, and the styles from there on."""
        bare = name.rstrip("*")
        if bare in STYLES:
            style = (STYLES[bare], "")
            inner = look if style in look else (*look, style)
            if is_group(tokens, place):
                inside, place = group_at(tokens, skip_space(tokens, place))
                self._process(inside, inner)
            else:
                look = inner
        elif bare in HEADINGS:
            place = self._write_heading(HEADINGS[bare], tokens, place)
        elif CITES.fullmatch(name):
            last, place = place, self._cite(name, tokens, place)
            while bare.endswith("cites") and last < place < len(tokens) and tokens[place].kind in ("[", "{"):
                last, place = place, self._cite(name, tokens, place)
        elif bare in NOTES:
            place = self._add_note(tokens, place)
        elif name in ("href", "url", "nolinkurl", "path"):
            place = self._link(name, tokens, place, look)
        elif name in REFERENCES:
            inside, place = argument_at(tokens, place)
            names = plain_characters(inside).split(",")
            self._add_text(", ".join(self._numbers.reference(name, one.strip()) for one in names), look)
        elif name in ("item", "bibitem"):
            place = self._begin_item(name, tokens, place)
        elif bare in ("caption", "captionof", "subcaption", "subfloat", "subcaptionbox", "subfigure"):
            place = self._write_caption(bare, tokens, place)
        elif name == "citeproc":  # of pandoc
            key, place = argument_at(tokens, place)
            words, place = argument_at(tokens, place)
            self._append(StyledRun(self._inline(words), look, 0, (plain_characters(key),)))
        elif name in SYMBOLS:
            self._add_text(SYMBOLS[name], look, is_plain=True)
        elif name in ("textsuperscript", "textsubscript"):
            inside, place = argument_at(tokens, place)
            level = 1 if name == "textsuperscript" else -1
            for run in self._read(inside):
                self._append(run._replace(styles=(*look, *run.styles), level=level))
        elif bare in DEFINES:
            place = self._define(bare, tokens, place)
        elif name in ("title", "author"):
            place = self._take_about(name, tokens, place)
        elif name == "maketitle":
            self._write_title()
        elif name in ("par", "bigskip", "medskip", "smallskip", "newpage", "clearpage"):
            self._flush()
        elif name in ("bibliography", "printbibliography"):
            _, place = argument_at(tokens, place) if name == "bibliography" else optional_at(tokens, place)
            self._flush()
            self._write_works()
        elif name in self._macros:
            place = self._expand(self._macros[name], tokens, place, look)
        elif name in LEADING_ARGUMENTS:
            for _ in range(LEADING_ARGUMENTS[name]):
                _, place = argument_at(tokens, place)
        elif bare in SKIPPED_ARGUMENTS:
            place = skip_arguments(bare, SKIPPED_ARGUMENTS[bare], tokens, place)
        elif is_acronym_command(name):
            key, place = argument_at(tokens, place)
            self._add_text(self._acronyms.text_of(name, plain_characters(key)), look)
        elif is_quantity(name):
            text, place = read_quantity(name, tokens, place)
            self._add_text(text, look, is_plain=True)
        elif name in ENQUOTES:
            inside, place = argument_at(tokens, place)
            opening, closing = ENQUOTES[name]
            self._add_text(opening, look)
            self._process(inside, look)
            self._add_text(closing, look)
        elif name in LENGTHS:
            text, place = skip_length(tokens, place)
            self._add_text(text, look)
        else:
            place = skip_options(tokens, place)
        return place, look

    # ------------------------------------------------------------------ Macros

    def _define(self, command: str, tokens: Sequence[TexToken], place: int) -> int:
        """Take a macro that the document defines. Return the place after it."""
        name, macro, place = define_macro(command, tokens, place)
        if macro and name and name not in HEADINGS and not CITES.fullmatch(name):
            self._macros[name] = macro
        return place

    def _expand(self, macro: Macro, tokens: Sequence[TexToken], place: int, look: RunStyles) -> int:
        """Process what a macro stands for. Return the place after its arguments."""
        expanded, place = expand_macro(macro, tokens, place, self._steps)
        self._steps -= len(expanded)
        self._process(expanded, look)
        return place

    # ------------------------------------------------------------------ Text

    def _add_text(self, text: str, look: RunStyles, *, is_plain: bool = False) -> None:
        if not is_plain and (StyleKind.CODE, "") not in look:
            for signs, mark in (*self._shorthands, *QUOTATION_MARKS):
                text = text.replace(signs, mark)
        if text:
            self._append(StyledRun(text, look))

    def _append(self, run: StyledRun) -> None:
        if len(self._runs) >= _MAX_RUNS:
            if self._is_inline:
                self._budget.omitted_length += len(run.text)
                return
            self._flush()
        self._runs.append(run)

    def _cite(self, name: str, tokens: Sequence[TexToken], place: int) -> int:
        """Write the marker of a citation, with what its optional arguments say around it."""
        before, place = optional_at(tokens, place)
        after, place = optional_at(tokens, place)
        if after is None:
            before, after = None, before
        inside, place = argument_at(tokens, place)
        keys = [key for one in plain_characters(inside).split(",") if (key := one.strip())]
        if name.startswith("nocite") or not keys:
            return place
        if TEXTUAL.fullmatch(name) and (names := [one for key in keys if (one := self._works.names.get(key))]):
            self._add_text(", ".join(names) + " ", ())
        numbers = ", ".join(self._works.numbers.get(key, key) for key in keys)
        lead = f"{words} " if before and (words := self._inline(before)) else ""
        tail = f", {words}" if after and (words := self._inline(after)) else ""
        is_bracketed = name == "onlinecite" and bool(self._runs) and self._runs[-1].text.endswith("[")
        marker = f"{lead}{numbers}{tail}"
        self._append(StyledRun(marker if is_bracketed else f"[{marker}]", (), 0, tuple(keys)))
        return place

    def _add_note(self, tokens: Sequence[TexToken], place: int) -> int:
        _, place = optional_at(tokens, place)
        inside, place = argument_at(tokens, place)
        if inside and (self._note_level >= _MAX_NOTE_LEVEL or len(self._notes) >= self._budget.limits.notes):
            self._process(inside, ())
        elif inside:
            self._notes.append(_Note(inside, self._note_level))
            self._append(StyledRun(f"[{len(self._notes)}]", (), 0, (f"note {len(self._notes)}",)))
        return place

    def _link(self, name: str, tokens: Sequence[TexToken], place: int, look: RunStyles) -> int:
        inside, place = argument_at(tokens, place)
        address = plain_characters(inside)
        style = (StyleKind.LINK, address)
        if name == "href":
            words, place = argument_at(tokens, place)
            self._process(words, (*look, style))
        else:
            self._add_text(address, (*look, style), is_plain=True)
        return place

    def _take_about(self, name: str, tokens: Sequence[TexToken], place: int) -> int:
        _, place = optional_at(tokens, place)
        inside, place = argument_at(tokens, place)
        text = self._inline(inside)
        if name == "author" and self.about.get(name) and text:
            self.about[name] += f", {text}"
        elif text:
            self.about.setdefault(name, text)
        return place

    def _inline(self, tokens: Sequence[TexToken]) -> str:
        """Return tokens as one line of text."""
        return plain_text(run for run in self._read(tokens) if run.names is None)

    def _read(self, tokens: Sequence[TexToken]) -> list[StyledRun]:
        """Return the runs of tokens without writing them."""
        outer, self._runs = self._runs, []
        was_inline, self._is_inline = self._is_inline, True
        self._process(tokens, ())
        runs, self._runs, self._is_inline = self._runs, outer, was_inline
        return runs

    # ------------------------------------------------------------------ Blocks

    def _flush(self) -> None:
        """Write the runs so far as a block; those within a line go on after a space."""
        if self._is_inline:
            if self._runs:
                self._append(StyledRun(" "))
            return
        runs, self._runs = self._runs, []
        if not plain_text(runs):
            return
        level = len(self._lists)
        if level:
            marker, self._marker = self._marker, ""
            self._write(runs, BlockKind.ITEM, level if marker else level + 1, marker)
        elif not QUOTES.isdisjoint(self._environments):
            self._write(runs, BlockKind.QUOTE, 1)
        else:
            self._write(runs)

    def _write(
        self, runs: Sequence[StyledRun], kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0, marker: str = ""
    ) -> None:
        if self._is_inline:
            for run in (*runs, StyledRun(" ")):
                self._append(run)
            return
        self._last_heading = plain_text(runs) if kind is BlockKind.HEADING else ""
        self._builder.begin(kind, level, marker)
        write_runs(self._builder, [run for run in runs if run.text])
        self._builder.end()

    def _write_heading(self, level: int, tokens: Sequence[TexToken], place: int) -> int:
        _, place = optional_at(tokens, place)
        inside, place = argument_at(tokens, place)
        self._flush()
        if plain_text(runs := self._read(inside)):
            self._write(runs, BlockKind.HEADING, level)
        return place

    def _write_title(self) -> None:
        self._flush()
        if title := self.about.get("title"):
            self._write([StyledRun(title)], BlockKind.HEADING, 1)

    def _write_caption(self, name: str, tokens: Sequence[TexToken], place: int) -> int:
        if name == "captionof":
            _, place = argument_at(tokens, place)
        short, place = optional_at(tokens, place)
        if name in ("subfloat", "subfigure"):  # whose caption is optional, and whose argument is the picture
            inside = short or ()
        else:
            inside, place = argument_at(tokens, place)
        self._flush()
        with nullcontext() if self._is_inline else self._builder.caption():
            self._write(self._read(inside))
        return place

    def _write_formula(self, source: str) -> None:
        self._flush()
        if formula := plain_formula(source):
            self._write([StyledRun(formula)])

    def _write_raw(self, content: str) -> None:
        name, _, text = content.partition("\n")
        if name in MATH:
            self._write_formula(text)
        elif name in VERBATIM:
            self._flush()
            lines = text.split("\n")
            if lines and lines[0].lstrip().startswith(("[", "{")):
                del lines[0]  # options, such as the language
            code = "\n".join(lines).strip("\n")
            if code and self._is_inline:
                self._add_text(code, ((StyleKind.CODE, ""),), is_plain=True)
            elif code:
                self._builder.begin(BlockKind.CODE)
                self._builder.text(code)
                self._builder.end()

    # ------------------------------------------------------------------ Environments

    def _begin(self, name: str, tokens: Sequence[TexToken], place: int, look: RunStyles) -> int:
        if len(self._environments) < _MAX_OPEN:
            self._environments.append(name)
        if name in TABULARS and not self._is_inline:
            _, place = optional_at(tokens, place)
            for _ in range(TABULARS[name]):
                _, place = argument_at(tokens, place)
            end = environment_end(tokens, place, name)
            self._write_table(tokens[place:end])
            return end
        self._flush()
        if name in LISTS and len(self._lists) < _MAX_OPEN:
            self._lists.append(_List(name, 0))
        elif name == "abstract":
            self._write([StyledRun("Abstract")], BlockKind.HEADING, 2)
        elif name in TABULARS:  # a table in a cell or a note
            for _ in range(TABULARS[name]):
                _, place = argument_at(tokens, place)
        elif name in ("thebibliography", "CSLReferences") and not self._is_inline:
            for _ in range(2 if name == "CSLReferences" else 1):
                _, place = argument_at(tokens, place)
            end = environment_end(tokens, place, name)
            self._write_items(tokens[place:end])
            return end
        begun = tokens[place - 1].start
        option, place = optional_at(tokens, place)
        if title := self._numbers.theorems.get(begun, "Proof" if name == "proof" else ""):
            words = self._inline(option) if option else ""
            title = words if name == "proof" and words else f"{title} ({words})" if words else title
            self._add_text(f"{title}. ", ((StyleKind.STRONG, ""),))
        for _ in range(ENVIRONMENT_ARGUMENTS.get(name, 0)):
            _, place = argument_at(tokens, place)
        return place

    def _end(self, name: str) -> None:
        self._flush()
        if name in LISTS and self._lists:
            self._lists.pop()
            self._marker = ""
        if name in self._environments:
            del self._environments[len(self._environments) - 1 - self._environments[::-1].index(name) :]

    def _begin_item(self, name: str, tokens: Sequence[TexToken], place: int) -> int:
        self._flush()
        label, place = optional_at(tokens, place)
        if name == "bibitem" or not self._lists:
            return place
        current = self._lists[-1]
        self._lists[-1] = current._replace(items=current.items + 1)
        depth = sum(one.kind.endswith("enum") or one.kind == "enumerate" for one in self._lists)
        if label is not None:
            self._marker = f"{self._inline(label)} "
        elif current.kind in ("enumerate", "compactenum", "inparaenum"):
            self._marker = f"{list_number(current.items + 1, FORMS[min(depth, len(FORMS)) - 1])}. "
        else:
            self._marker = "• "
        return place

    def _write_table(self, tokens: Sequence[TexToken]) -> None:
        """Write a table, whose cells are separated by "&" and whose rows end with two backslashes."""
        self._flush()
        cells, heads = table_cells(tokens)
        rows = FittedRows()
        for row in ([to_cell(run for run in self._read(cell) if run.text) for cell in row] for row in cells):
            if any(cell.text for cell in row):
                rows.add(row)
        render_table(self._builder, rows, heads if heads < len(rows) else 0)

    # ------------------------------------------------------------------ References and notes

    def _write_works(self) -> None:
        """Write the list of what is cited, unless the document has written it."""
        if self.is_listed or not (self._works.items or self._works.references):
            return
        if self._works.items:
            self._process(self._works.items, ())
            return
        self._begin_works()
        for key, reference in self._works.references.items():
            label = self._works.numbers[key]
            with self._builder.entry(key, label) as entry:
                entry.metadata = reference._replace(label=label)
                self._write([StyledRun(reference.text)], BlockKind.ITEM, 1, f"[{label}] ")

    def _begin_works(self) -> None:
        """Write the heading of the list, as the document calls it, unless one for references stands right before it."""
        self.is_listed = True
        if not is_reference_heading(self._last_heading):
            named = next((self._macros[name].body for name in ("refname", "bibname") if name in self._macros), ())
            self._write([StyledRun(self._inline(named) or _REFERENCES_HEADING)], BlockKind.HEADING, 2)

    def _write_items(self, tokens: Sequence[TexToken]) -> None:
        r"""Write the entries of `thebibliography`, which begin with `\bibitem`."""
        self._begin_works()
        starts = [place for place, token in enumerate(tokens) if token.kind == "word" and token.name == "bibitem"]
        for start, end in pairwise((*starts, len(tokens))):
            item = tokens[start + 1 : end]
            key, place = argument_at(item, optional_at(item, 0)[1])
            name = plain_characters(key).strip()
            label = self._works.numbers.get(name, "")
            runs = self._read([token for token in item[place:] if not (token.kind == "word" and token.name == "newblock")])
            with self._builder.entry(name, label) as entry:
                entry.links = link_targets(runs)
                self._write(runs, BlockKind.ITEM, 1, f"[{label}] " if label else "")

    def _write_notes(self) -> None:
        """Write the notes, in the order in which the text refers to them. A note may have notes, which follow it."""
        if self._notes:
            self._write([StyledRun(_NOTES_HEADING)], BlockKind.HEADING, 2)
        for number, note in enumerate(self._notes, 1):
            self._note_level = note.level + 1
            runs = self._read(note.tokens)
            with self._builder.entry(f"note {number}", str(number)) as entry:
                entry.links = link_targets(runs)
                self._write(runs, BlockKind.ITEM, 1, f"[{number}] ")


# ------------------------------------------------------------------ The document


def latex_article(data: bytes, source: str) -> Article:
    """Import a LaTeX document. Raises ReaderError if it has no text."""
    budget = current_budget()
    beginning = budget.fit_bytes(data, budget.limits.text_size)
    text, notices = join_inputs(prepare(budget.fit_text(normalize_line_ends(decode_file(beginning).text))), source)
    text = budget.fit_text(text)
    tokens = list(islice(read_tex_tokens(text), MAX_TOKENS))
    if len(tokens) == MAX_TOKENS:
        budget.omitted_length += len(text) - tokens[-1].end
    builder = Builder()
    converter = LatexConverter(builder, find_cited_works(text, tokens, source), number_document(tokens), len(tokens))
    converter.convert(tokens)
    for notice in notices:
        builder.omit(notice)
    builder.about = About(byline=converter.about.get("author", "").replace(" ,", ","), date=converter.about.get("date", ""))
    builder.title = converter.about.get("title", "")
    article = builder.article("latex", source)
    if not article.blocks:
        raise NoTextError(f"{document_name(source)} is a LaTeX file without any text", BROKEN_FILE_HINT)
    return article if article.references else with_linked_references(article)
