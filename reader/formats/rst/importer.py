"""Import reStructuredText: docutils parses it, and its nodes are converted like an HTML page."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

from docutils import nodes  # pyright: ignore[reportMissingTypeStubs]  # docutils has no stubs
from docutils.core import publish_doctree  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]  # docutils has no stubs
from docutils.parsers.rst import (  # pyright: ignore[reportMissingTypeStubs]  # docutils has no stubs
    Directive,
    Parser,  # pyright: ignore[reportMissingTypeStubs]  # docutils has no stubs
    directives,
    roles,
)
from docutils.parsers.rst.languages import en  # pyright: ignore[reportMissingTypeStubs]  # docutils has no stubs
from docutils.readers.standalone import Reader  # pyright: ignore[reportMissingTypeStubs]  # docutils has no stubs
from docutils.transforms.misc import Transitions  # pyright: ignore[reportMissingTypeStubs]  # docutils has no stubs
from docutils.transforms.references import (  # pyright: ignore[reportMissingTypeStubs]  # docutils has no stubs
    PropagateTargets,
    Substitutions,
)

from reader.article.article import Article
from reader.article.model import About, BlockKind
from reader.formats.builder import Builder
from reader.formats.html.converter import convert_tree
from reader.formats.html.page_builder import PageBuilder
from reader.formats.plain import plain_article
from reader.formats.progress import checkpoint
from reader.formats.rst.converter import DocutilsNode, HtmlConverter, child_named

# ------------------------------------------------------------------ Roles and directives unknown to docutils

_NAME: Final = r"[A-Za-z][A-Za-z0-9]*(?:[:.+_-][A-Za-z0-9]+)*"
_ROLE: Final = re.compile(rf":({_NAME}):`|`:({_NAME}):")
_DIRECTIVE: Final = re.compile(rf"\.\. +(?:\|[^|\n]+\| +)?({_NAME}) ?::")
_TITLE_AND_TARGET: Final = re.compile(r"(.*\S)\s*<([^<>]*)>", re.DOTALL)
_CODE_ROLES: Final = frozenset(
    {
        *("func", "class", "mod", "meth", "attr", "data", "exc", "obj", "const", "type", "member", "macro", "var", "enum"),
        *("file", "command", "program", "option", "envvar", "keyword", "token", "samp", "kbd", "code", "makevar", "cpp", "any"),
        *("mailheader", "mimetype", "newsgroup", "regexp", "opcode", "decorator", "decorators"),
    }
)
_CODE: Final = frozenset(
    {
        *("code-block", "sourcecode", "prompt", "ipython", "doctest", "testcode", "testoutput", "testsetup", "testcleanup"),
        *("console", "graphviz", "digraph", "graph", "mermaid", "plantuml", "uml", "productionlist", "plot", "code-cell"),
        *("jupyter-execute", "terminal", "cmdoption-block", "ipython3", "pyplot", "exec", "runblock"),
    }
)
_HIDDEN: Final = frozenset(
    {
        *("toctree", "index", "highlight", "highlightlang", "currentmodule", "tabularcolumns", "sectionauthor", "codeauthor"),
        *("rst-class", "cssclass", "default-domain", "literalinclude", "bibliography", "py:currentmodule", "module"),
        *("py:module", "date", "automodule", "autosummary", "inheritance-diagram", "raw", "include", "ifconfig-end", "nodoc"),
    }
)
_FRAMES_WITHOUT_TITLE: Final = frozenset({"only", "ifconfig", "grid", "grid-item", "hlist", "glossary", "div"})
_FRAMES: Final = _FRAMES_WITHOUT_TITLE | {"tabs", "tab-set", "card", "card-body", "details"}
_TITLES: Final = {
    **{"seealso": "See also", "todo": "To do", "versionadded": "Added in version", "versionchanged": "Changed in version"},
    **{"versionremoved": "Removed in version", "deprecated": "Deprecated since version"},
}


class _AnyOption(dict[str, Callable[[str], Any]]):
    """An option specification of docutils that accepts unknown options as text."""

    def __missing__(self, name: str) -> Callable[[str | None], str]:
        return lambda argument: argument or ""

    def __bool__(self) -> bool:
        return True


class _Unknown(Directive):
    """A directive unknown to docutils. Its argument and content are shown, under its name if it is an admonition."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption()

    def run(self) -> list[Any]:
        """Return the nodes to show."""
        name = self.name.casefold()
        if name in _HIDDEN:
            return []
        if name in _CODE:
            code = "\n".join(self.content)
            return [nodes.literal_block(code, code)]
        argument = "" if name in _FRAMES_WITHOUT_TITLE else " ".join(self.arguments)
        frame = nodes.container()
        if ":" in name or name in _CODE_ROLES or name in ("function", "method", "attribute"):
            # Sphinx describes code like this: the argument is its signature, and the directive has no name that readers need.
            frame += nodes.paragraph("", "", nodes.strong(argument, argument))
        elif title := argument if name in _FRAMES else f"{_TITLES.get(name, name.capitalize())} {argument}".strip():
            words, _ = cast("Any", self.state).inline_text(title, self.lineno)
            frame += nodes.paragraph("", "", nodes.strong("", "", *words))
        self.state.nested_parse(self.content, self.content_offset, frame)
        return [frame]


def _role(
    name: str, rawtext: str, text: str, lineno: int, inliner: object, options: object = None, content: object = None
) -> tuple[list[Any], list[Any]]:
    """Show a role of Sphinx: its title without the target, or the last part of "~module.name"."""
    words = text.replace("\0", "")
    if title_match := _TITLE_AND_TARGET.fullmatch(words):
        words = title_match[1]
    elif words.startswith("~"):
        words = words.rpartition(".")[2].lstrip("~")
    kind = nodes.literal if name.rpartition(":")[2] in _CODE_ROLES else nodes.inline
    return [kind(rawtext, words.removeprefix("!"))], []


_registered_directives: set[str] = set()


def _register_names(text: str) -> None:
    """Register every role and directive of a text with docutils. The registration lasts as long as the process."""
    for name in {(match[1] or match[2]).casefold() for match in _ROLE.finditer(text)}.difference(cast("Any", en).roles):
        roles.register_local_role(name, _role)  # pyright: ignore[reportUnknownMemberType]  # docutils has no stubs
    for name in {match[1].casefold() for match in _DIRECTIVE.finditer(text)} - _registered_directives:
        # The date directive would show today's date.
        is_foreign = name not in cast("Any", en).directives or name in _CODE or name == "date"
        cast("Any", directives).register_directive(name, _Unknown if is_foreign else _with_any_option(name))
        _registered_directives.add(name)


def _with_any_option(name: str) -> type[Any]:
    """Return a directive of docutils that also accepts the options that Sphinx adds."""
    directive = cast("Any", directives).directive(name, en, None)[0]
    return type(directive.__name__, (directive,), {"option_spec": _AnyOption(directive.option_spec or {})})


# ------------------------------------------------------------------ Parsing within limits

_SETTINGS: Final[dict[str, Any]] = {
    **{"file_insertion_enabled": False, "raw_enabled": False, "_disable_config": True, "language_code": "en"},
    **{"report_level": 5, "halt_level": 5, "warning_stream": False},
    **{"syntax_highlight": "none", "sectnum_xform": False, "toc_backlinks": False},
}
_MAX_LINES: Final = 100_000
_MAX_LINE_LENGTH: Final = 10_000
_MAX_LENGTH: Final = 2_000_000
"""The number of characters that docutils parses in a few seconds."""
_SIGNS: Final = "*`_|"
_MAX_SIGNS: Final = 300_000
"""The most of these signs, two of which make a word of another style, for which docutils takes 2 KB."""
_TABLE_SIGNS: Final = ("+", "|", "=")
_LONG_WORD: Final = re.compile(r"[\w!-~]{100,}")
_WORD_STARTS: Final = "-/:'{"
"""The signs in a word after each of which docutils looks for a name, an address or a role, up to the end of the word."""
_MAX_WORK: Final = 100_000_000
_MAX_TARGET_WORK: Final = 10_000_000
_COPY_COST: Final = 100
_NODE_COST: Final = 20
"""What a copy of a substitution and each node in it take beside the characters, of which there are `_MAX_LENGTH`."""
_MIN_FAULTS: Final = 200
_LINES_A_FAULT: Final = 20
_WARNING: Final = 2
_BLANK_LINES: Final = re.compile(r"\n(?:[ \t\v\f]*\n){9,}")
_FEW_BLANK_LINES: Final = 9 * "\n"


class _Parser(Parser):
    """Parser that stops at too many faults: the text is not reStructuredText then, and each may search its paragraph."""

    def parse(self, inputstring: str, document: Any) -> None:
        """Parse a text into a document. Raises ValueError after too many faults."""
        faults, most = 0, max(_MIN_FAULTS, inputstring.count("\n") // _LINES_A_FAULT)

        def count(message: Any) -> None:
            nonlocal faults
            faults += message["level"] >= _WARNING
            if faults > most:
                raise ValueError("too many faults for reStructuredText")

        note_source: Callable[[str, int], object] = document.note_source

        def note_line(source: str, offset: int) -> None:
            checkpoint()
            note_source(source, offset)

        document.reporter.attach_observer(count)
        document.note_source = note_line  # called for each line
        super().parse(inputstring, document)  # pyright: ignore[reportUnknownMemberType]  # docutils has no stubs


class _Targets(PropagateTargets):
    """Transform that names what targets stand before, within limits.

    docutils looks for each of them through all its siblings, and hands the names of those right before it on with its own.
    """

    def apply(self) -> None:
        """Name the nodes of a document. Raises ValueError if that takes too long."""
        targets = cast("Iterable[Any]", cast("Any", self.document).findall(nodes.target))
        apart = (target for target in targets if not any(map(target.hasattr, ("refid", "refuri", "refname"))))
        if sum(len(target.parent.children) for target in apart) > _MAX_TARGET_WORK:
            raise ValueError("too many targets")
        super().apply()


class _Substitutions(Substitutions):
    """Transform that puts texts in place of their names, within limits.

    docutils copies a text of up to 10,000 characters, and what is named in it, for each name.
    """

    def apply(self) -> None:
        """Replace the names in a document. Raises ValueError if what they stand for is too long in all."""
        left = _MAX_LENGTH
        for definition in cast("Any", self.document).substitution_defs.values():
            cost = _COPY_COST + len(definition.astext()) + _NODE_COST * sum(1 for _ in definition.findall())

            def copy(original: Callable[[], Any] = definition.deepcopy, cost: int = cost) -> Any:
                nonlocal left
                checkpoint()
                left -= cost
                if left < 0:
                    raise ValueError("too many substitutions")
                return original()

            definition.deepcopy = copy
        super().apply()


class _Reader(Reader):  # pyright: ignore[reportMissingTypeArgument]  # docutils has no stubs
    """Reader that leaves each transition where it is: to move one, docutils looks through all its siblings."""

    def get_transforms(self) -> list[type[Any]]:
        """Return the transforms of a document."""
        transforms: list[type[Any]] = super().get_transforms()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # docutils has no stubs
        kept = (transform for transform in transforms if transform is not Transitions)
        own: dict[type[Any], type[Any]] = {PropagateTargets: _Targets, Substitutions: _Substitutions}
        return [own.get(transform, transform) for transform in kept]

    def new_document(self) -> Any:
        """Return a document that asks whether the import should go on when a transform looks through it, as nearly all do."""
        document = cast("Any", super().new_document())
        findall: Callable[..., Iterator[Any]] = document.findall

        def find(*arguments: Any, **options: Any) -> Iterator[Any]:
            checkpoint()
            return findall(*arguments, **options)

        document.findall = find
        return document


def rst_article(text: str, source: str) -> Article:
    """Import reStructuredText. A text that docutils cannot read in bounded time and depth is imported as plain text."""
    if not _is_parsable(text):
        return plain_article(text, source)
    # docutils takes blank lines off a block one by one, and moves all lines after them each time. They mean what a few mean.
    header, rest = _split_header(_BLANK_LINES.sub(_FEW_BLANK_LINES, text))
    builder = PageBuilder()
    try:
        _register_names(rest)
        options: dict[str, Any] = {"reader": _Reader(), "parser": _Parser(), "settings_overrides": dict(_SETTINGS)}
        with _collection():
            document = cast("DocutilsNode", publish_doctree(rest, **options))
        builder.about = _read_metadata(document, header)
        _write_header(builder, header)
        converter = HtmlConverter()
        root = converter.convert(document)
        convert_tree(root, builder, converter.notes)
        return builder.article("rst", source) if builder.size else plain_article(text, source)
    except Exception:
        # docutils has no limit on nesting and raises errors of every kind, but plain text can always be read.
        return plain_article(text, source)


@contextmanager
def _collection() -> Generator[None]:
    """Turn the garbage collector on in the context: docutils leaves 40 KB in cycles for each item, note and field."""
    was_enabled = gc.isenabled()
    gc.enable()
    try:
        yield
    finally:
        if not was_enabled:
            gc.disable()


def _is_parsable(text: str) -> bool:
    """Whether docutils can parse a text in a few seconds. It copies the rest of a paragraph at every sign in it."""
    lines = text.split("\n") if len(text) <= _MAX_LENGTH and sum(map(text.count, _SIGNS)) <= _MAX_SIGNS else []
    if not 0 < len(lines) <= _MAX_LINES or max(map(len, lines)) > _MAX_LINE_LENGTH:
        return False
    if sum(len(word) * sum(map(word.count, _WORD_STARTS)) for word in _LONG_WORD.findall(text)) > _MAX_WORK:
        return False
    long_parts = (
        part for part in text.split("\n\n") if len(part) > _MAX_LINE_LENGTH and not part.lstrip().startswith(_TABLE_SIGNS)
    )
    return all(len(part) * sum(map(part.count, _SIGNS)) <= _MAX_WORK for part in long_parts)


# ------------------------------------------------------------------ Title, authors and date

_HEADER_FIELD: Final = re.compile(r"([A-Z][A-Za-z-]{1,30}): ?(.*)")
_DATES: Final = ("created", "date")
_ADDRESS: Final = re.compile(r"\s*<[^<>\s][^<>\s@]*@[^<>\s]+>")


def _split_header(text: str) -> tuple[list[tuple[str, str]], str]:
    """Split a text into the fields of its mail-like header ("Title: …"), if it has one, and the rest."""
    head, _, rest = text.lstrip("\n").partition("\n\n")
    fields: list[tuple[str, str]] = []
    for line in head.split("\n"):
        match = _HEADER_FIELD.fullmatch(line)
        if match:
            fields.append((match[1], match[2].strip()))
        elif fields and line[:1].isspace():
            fields[-1] = fields[-1][0], f"{fields[-1][1]} {line.strip()}".strip()
        else:
            return [], text
    return (fields, rest) if len(fields) > 1 else ([], text)


def _write_header(builder: Builder, header: Iterable[tuple[str, str]]) -> None:
    """Add the header's title as a heading and its other fields as items."""
    title = next((value for name, value in header if name == "Title"), "")
    if title:
        builder.begin(BlockKind.HEADING, 1)
        builder.text(title)
    for name, value in header:
        if value and value != title:
            builder.begin(BlockKind.ITEM, 1)
            builder.text(f"{name}: {value}")
    builder.end()


def _read_metadata(document: DocutilsNode, header: Iterable[tuple[str, str]]) -> About:
    """Read authors and date from the header and the bibliographic fields."""
    fields: dict[str, str] = {}
    for name, value in (*header, *_bibliographic_fields(document)):
        fields.setdefault(name.casefold(), " ".join(value.split()))
    byline = next((fields[name] for name in ("author", "authors") if name in fields), "")
    date = next((fields[name] for name in _DATES if name in fields), "")
    return About(byline=_ADDRESS.sub("", byline).rstrip(","), date=date)


def _bibliographic_fields(document: DocutilsNode) -> Iterator[tuple[str, str]]:
    info = child_named(document, "docinfo")
    for node in info.children if info is not None else ():
        if node.tagname == "authors":
            yield "authors", ", ".join(author.astext() for author in node.children)
        elif node.tagname == "field":
            yield node.children[0].astext(), node.children[1].astext()
        else:
            yield node.tagname, node.astext()
