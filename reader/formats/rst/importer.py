"""Import reStructuredText, parsed by docutils."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, cast

from docutils import nodes  # pyright: ignore[reportMissingTypeStubs]  # docutils has no stubs
from docutils.core import publish_doctree  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]  # no stubs
from docutils.parsers.rst import (  # pyright: ignore[reportMissingTypeStubs]  # as above
    Directive,
    Parser,  # pyright: ignore[reportMissingTypeStubs]  # docutils has no stubs
    directives,
    roles,
)
from docutils.parsers.rst.languages import en  # pyright: ignore[reportMissingTypeStubs]  # as above

from reader.article.article import Article
from reader.article.model import About, BlockKind
from reader.formats.builder import Builder
from reader.formats.plain import plain_article
from reader.formats.rst.converter import DocutilsNode, RstConverter, child_named

# ------------------------------------------------------------------ those of Sphinx above all. They are shown as the text that

_NAME: Final = r"[A-Za-z][A-Za-z0-9]*(?:[:.+_-][A-Za-z0-9]+)*"
_ROLE: Final = re.compile(rf":({_NAME}):`|`:({_NAME}):")
_DIRECTIVE: Final = re.compile(rf"\.\. +(?:\|[^|\n]+\| +)?({_NAME}) ?::")
_TITLED: Final = re.compile(r"(.+?)\s*<([^<>]*)>", re.DOTALL)
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
_UNSEEN: Final = frozenset(
    {
        *("toctree", "index", "highlight", "highlightlang", "currentmodule", "tabularcolumns", "sectionauthor", "codeauthor"),
        *(
            "rst-class",
            "cssclass",
            "default-domain",
            "literalinclude",
            "bibliography",
            "py:currentmodule",
            "module",
            "py:module",
        ),
        *("date", "automodule", "autosummary", "inheritance-diagram", "raw", "include", "ifconfig-end", "nodoc"),
    }
)
_FRAMES: Final = frozenset(
    {"only", "ifconfig", "tabs", "tab-set", "grid", "grid-item", "hlist", "glossary", "card", "card-body", "div", "details"}
)
_ARGUMENT_UNSEEN: Final = frozenset({"only", "ifconfig", "grid", "grid-item", "hlist", "glossary", "div"})


_SPOKEN: Final = {
    "seealso": "See also",
    "todo": "To do",
    "versionadded": "Added in version",
    "versionchanged": "Changed in version",
    "versionremoved": "Removed in version",
    "deprecated": "Deprecated since version",
}


class _AnyOption(dict[str, Callable[[str], Any]]):
    """A specification of options that takes those it doesn't know as they are."""

    def __missing__(self, name: str) -> Callable[[str], str]:
        return _as_it_is

    def __bool__(self) -> bool:
        return True


def _as_it_is(argument: str | None) -> str:
    return argument or ""


class _Unknown(Directive):
    """A directive nobody told docutils of: its argument and its content are shown, under its name where it is an aside."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption()

    def run(self) -> list[Any]:
        """Return the nodes to show."""
        name = self.name.casefold()
        if name in _UNSEEN:
            return []
        if name in _CODE:
            code = "\n".join(self.content)
            return [nodes.literal_block(code, code)]
        argument = "" if name in _ARGUMENT_UNSEEN else " ".join(self.arguments)
        frame = nodes.container()
        if _is_signature(name):
            frame += nodes.paragraph("", "", nodes.strong(argument, argument))
        elif words := argument if name in _FRAMES else f"{_SPOKEN.get(name, name.capitalize())} {argument}".strip():
            inside, _ = cast("Any", self.state).inline_text(words, self.lineno)
            frame += nodes.paragraph("", "", nodes.strong("", "", *inside))
        self.state.nested_parse(self.content, self.content_offset, frame)
        return [frame]


def _is_signature(name: str) -> bool:
    """Whether a directive describes code, in Sphinx's words: its argument is code, and its name says nothing to a reader."""
    return ":" in name or name in _CODE_ROLES or name in ("function", "method", "attribute")


def know_all(text: str) -> None:
    """Make docutils know every role and directive that `text` may use."""
    for name in {(match[1] or match[2]).casefold() for match in _ROLE.finditer(text)}.difference(cast("Any", en).roles):
        roles.register_local_role(name, _role)  # pyright: ignore[reportUnknownMemberType]  # docutils has no stubs
    for name in {match[1].casefold() for match in _DIRECTIVE.finditer(text)}.difference(_known):
        # A date would be that of the day on which the text is read.
        is_foreign = name not in cast("Any", en).directives or name in _CODE or name == "date"
        register = cast("Any", directives).register_directive
        register(name, _Unknown if is_foreign else _tolerant(name))
        _known.add(name)


_known: set[str] = set()


def _tolerant(name: str) -> type[Any]:
    """Return a directive of docutils that takes the options that Sphinx gave it, too."""
    found = cast("Any", directives).directive(name, en, None)[0]
    return type(found.__name__, (found,), {"option_spec": _AnyOption(found.option_spec or {})})


def _role(
    name: str, rawtext: str, text: str, lineno: int, inliner: object, options: object = None, content: object = None
) -> tuple[list[Any], list[Any]]:
    """Return what a role of Sphinx shows: the title before its target, the last part of "~module.name"."""
    shown = text.replace("\0", "")
    titled = _TITLED.fullmatch(shown)
    if titled:
        shown = titled[1]
    elif shown.startswith("~"):
        shown = shown.rpartition(".")[2].lstrip("~")
    shown = shown.removeprefix("!")
    kind = nodes.literal if name.rpartition(":")[2] in _CODE_ROLES else nodes.inline
    return [kind(rawtext, shown)], []


# ------------------------------------------------------------------ read by docutils into its tree of nodes

_SETTINGS: Final[dict[str, Any]] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": False,
    "_disable_config": True,
    "syntax_highlight": "none",
    "sectnum_xform": False,
    "toc_backlinks": False,
    "language_code": "en",
}
_HEADER_FIELD: Final = re.compile(r"([A-Z][A-Za-z-]{1,30}): ?(.*)")
_LONGEST_LINE: Final = 10_000
_LONGEST: Final = 2_000_000
"""What is longer would take docutils more than a few seconds: it is shown as the text that it is."""
_SIGNS: Final = "*`_|"
_TABLE_SIGNS: Final = ("+", "|", "=")
_MOST_WORK: Final = 100_000_000
_MOST_FAULTS: Final = 1_000
_WARNING: Final = 2
_DATES: Final = ("created", "date")
_ADDRESS: Final = re.compile(r"\s*<[^<>\s]+@[^<>\s]+>")


class _Parser(Parser):
    """docutils' parser, which gives up on a text with very many faults: it is none, and each fault takes its time."""

    def parse(self, inputstring: str, document: Any) -> None:
        """Read a text into a document; raises ValueError when it gives up."""
        faults = 0

        def count(message: Any) -> None:
            nonlocal faults
            faults += message["level"] >= _WARNING
            if faults > _MOST_FAULTS:
                raise ValueError("this is no reStructuredText")

        document.reporter.attach_observer(count)
        super().parse(inputstring, document)  # pyright: ignore[reportUnknownMemberType]  # docutils has no stubs


def rst_article(text: str, source: str) -> Article:
    """Read reStructuredText. A text that docutils can't read, as it nests without end, is shown as plain text."""
    header, rest = _header(text)
    if not _is_bearable(text):
        return plain_article(text, source)
    try:
        know_all(rest)
        document = cast("DocutilsNode", publish_doctree(rest, parser=_Parser(), settings_overrides=dict(_SETTINGS)))
        builder = Builder()
        _about(builder, document, header)
        _head(builder, document, header)
        RstConverter(builder, document).blocks(document.children, 1)
        return builder.article("rst", source) if builder.size else plain_article(text, source)
    except Exception:
        # docutils has no bound for what nests and raises what it comes upon; the text itself can always be read.
        return plain_article(text, source)


def _is_bearable(text: str) -> bool:
    """Whether docutils reads a text in a few seconds: it copies the rest of a paragraph at every sign in it."""
    if len(text) > _LONGEST or max(map(len, text.split("\n"))) > _LONGEST_LINE:
        return False
    long = (part for part in text.split("\n\n") if len(part) > _LONGEST_LINE and not part.lstrip().startswith(_TABLE_SIGNS))
    return all(len(part) * sum(map(part.count, _SIGNS)) <= _MOST_WORK for part in long)


def _header(text: str) -> tuple[list[tuple[str, str]], str]:
    """Return the fields of a header as of a mail, "Title: …", that some documents begin with, and the text behind it."""
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


def _head(builder: Builder, document: DocutilsNode, header: Iterable[tuple[str, str]]) -> None:
    """Add the header's title and its other fields, one a line."""
    title = next((value for name, value in header if name == "Title"), "")
    if title:
        builder.begin(BlockKind.HEADING, 1)
        builder.text(title)
    for name, value in header:
        if value and value != title:
            builder.begin(BlockKind.ITEM, 1)
            builder.text(f"{name}: {value}")
    builder.end()


def _about(builder: Builder, document: DocutilsNode, header: Iterable[tuple[str, str]]) -> None:
    """Take what the document says of itself from its header and its bibliographic fields."""
    said: dict[str, str] = {}
    for name, value in (*((name.casefold(), value) for name, value in header), *_fields(document)):
        said.setdefault(name, " ".join(value.split()))
    byline = next((said[name] for name in ("author", "authors") if name in said), "")
    date = next((said[name] for name in _DATES if name in said), "")
    builder.about = About(byline=_ADDRESS.sub("", byline).rstrip(","), date=date)


def _fields(document: DocutilsNode) -> Iterator[tuple[str, str]]:
    info = child_named(document, "docinfo")
    for node in info.children if info is not None else ():
        if node.tagname == "authors":
            yield "authors", ", ".join(author.astext() for author in node.children)
        elif node.tagname == "field":
            yield node.children[0].astext().casefold(), node.children[1].astext()
        else:
            yield node.tagname, node.astext()
