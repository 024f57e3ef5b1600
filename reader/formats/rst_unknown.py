"""The roles and directives that docutils does not know: those of Sphinx above all. They are shown as the text that they are.

docutils looks names up in a registry of its own; before a text is read, the unknown names in it are put there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, cast

from docutils import nodes  # pyright: ignore[reportMissingTypeStubs]  # docutils has no stubs
from docutils.parsers.rst import Directive, directives, roles  # pyright: ignore[reportMissingTypeStubs]  # as above
from docutils.parsers.rst.languages import en  # pyright: ignore[reportMissingTypeStubs]  # as above

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
