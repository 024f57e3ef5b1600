"""Format works in a style of the Citation Style Language (CSL 1.0.2) with citeproc-py, which the extra `citations` installs.

A style is a small program from outside. Before citeproc-py runs it, it is checked for entities, for text that would become a
part of a search expression, and for macros that call themselves or multiply.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from reader.errors import ReaderError
from reader.exchange.csl_json import csl_item
from reader.exchange.works import Work
from reader.printable import printable_line

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_SIZE: Final = 1 << 20
_MAX_STEPS: Final = 100_000
"""The most steps that a style may take for a work. Of 2,851 published styles, none takes more than 22,183."""
_NAMESPACE: Final = "{http://purl.org/net/xbiblio/csl}"
_HAVE_VARIABLE: Final = frozenset({"group", "names", "date", "number"})
"""The elements of which citeproc-py knows that they contain a variable, without a look at their children."""
_SEARCHED: Final = frozenset({"macro", "term", "name", "form", "variable", "plural", "gender", "gender-form"})
"""The attributes that citeproc-py pastes into XPath expressions."""
_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{2})?")
_NUMBER_IN_FRONT: Final = re.compile(r"^(?:\[\d+\]|\(\d+\)|\d+[.)])(?=\S)")
"""Match a number that a style sets in a column of its own, where citeproc-py puts nothing after it."""
_HINT: Final = "Use a style from https://www.zotero.org/styles"


class CitationStyle:
    """A citation style."""

    def __init__(self, data: bytes) -> None:
        """Read the content of a .csl file. Raises ReaderError if it cannot be used, or citeproc-py is not installed."""
        try:
            self._citeproc = import_module("citeproc")
        except ImportError:
            what = "A citation style needs the package citeproc-py, which is not installed"
            raise ReaderError(what, "Install it: pip install 'claim-reader[citations]'") from None
        _check_style(data)
        with _as_reader_error():
            self._style = self._citeproc.CitationStylesStyle(io.BytesIO(data), validate=False)

    def format_works(self, works: Sequence[Work]) -> list[str]:
        """Return the works as the style lists them, a line each. Raises ReaderError for what citeproc-py cannot do."""
        with _as_reader_error():
            plain, json = import_module("citeproc.formatter.plain"), import_module("citeproc.source.json")
            source = json.CiteProcJSON([csl_item(work) for work in works])
            bibliography = self._citeproc.CitationStylesBibliography(self._style, source, plain)
            for work in works:
                bibliography.register(self._citeproc.Citation([self._citeproc.CitationItem(work.key)]))
            bibliography.sort()
            lines = [printable_line(" ".join(str(line).split())) for line in bibliography.bibliography()]
            is_aligned = self._style.root.bibliography.get("second-field-align") is not None
            return [_NUMBER_IN_FRONT.sub(r"\g<0> ", line, count=1) for line in lines] if is_aligned else lines


@contextmanager
def _as_reader_error() -> Generator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # citeproc-py warns of variables that it does not know
        try:
            yield
        except Exception as error:  # whatever the code of others raises on a style of others
            reason = f"{type(error).__name__} {error}".strip()
            raise ReaderError(f"citeproc-py cannot apply the citation style: {printable_line(reason)[:200]}", _HINT) from error


def _check_style(data: bytes) -> None:
    """Raise ReaderError for a style that is no CSL, lists no references, or would not come to an end."""
    from lxml import etree  # pyright: ignore[reportMissingTypeStubs, reportAttributeAccessIssue, reportUnknownVariableType]  # no stubs

    if len(data) > _MAX_SIZE:
        raise ReaderError(f"The citation style has more than {_MAX_SIZE:,} bytes", _HINT)
    xml = cast("Any", etree)
    try:
        parser = xml.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, encoding="UTF-8")
        root: Element = xml.fromstring(data, parser)
    except xml.XMLSyntaxError as error:
        raise ReaderError(f"The citation style is not XML: {printable_line(error.msg)}", _HINT) from None
    if xml.ElementTree(root).docinfo.internalDTD is not None:
        raise ReaderError("The citation style declares a document type, which no style needs", _HINT)
    if root.tag != f"{_NAMESPACE}style":
        raise ReaderError("The file is not a citation style: its outermost element is not the <style> of CSL", _HINT)
    bibliography = root.find(f"{_NAMESPACE}bibliography")
    if bibliography is None:
        parents = (link.get("href") for link in root.iter(f"{_NAMESPACE}link") if link.get("rel") == "independent-parent")
        parent = printable_line(next(parents, None) or "")
        hint = f"It refers to another style; use that one: {parent}" if parent else _HINT
        raise ReaderError("The citation style does not say how to list references", hint)
    if not _LOCALE.fullmatch(root.get("default-locale", "en-US")):
        raise ReaderError("The citation style has a language that is not one: its default-locale", _HINT)
    for element in root.iter():
        if any(name in _SEARCHED and ("'" in value or '"' in value) for name, value in element.items()):
            raise ReaderError(f"The citation style has a quotation mark in a name, in <{_local_name(element)}>", _HINT)
    try:
        steps = _Counter(root).count(bibliography).rendering
    except RecursionError:
        steps = _MAX_STEPS + 1
    if steps > _MAX_STEPS:
        raise ReaderError("The citation style takes too long: its macros call one another too often", _HINT)


def _local_name(element: Element) -> str:
    return element.tag.removeprefix(_NAMESPACE)


class _Steps(NamedTuple):
    """How many elements are visited at most: to render an element, and to learn whether it contains a variable."""

    rendering: int
    search: int


class _Counter:
    """Count the steps of a style: a macro anew for each call, of a choice the longest branch."""

    def __init__(self, style: Element) -> None:
        self._macros: dict[str, Element] = {}
        for macro in style.findall(f"{_NAMESPACE}macro"):
            self._macros.setdefault(macro.get("name", ""), macro)
        self._counts: dict[str, _Steps] = {}
        self._open: set[str] = set()

    def count(self, element: Element) -> _Steps:
        """Return the steps of an element. Raises ReaderError for a macro that is missing or calls itself."""
        called = self._count_macro(element.attrib["macro"]) if "macro" in element.attrib else _Steps(0, 0)
        parts, name = [self.count(child) for child in element], _local_name(element)
        rendering = (max if name == "choose" else sum)([0, *(part.rendering for part in parts)])
        if name == "group":
            rendering += 2 * sum(part.search for part in parts)
        search = 0 if name in _HAVE_VARIABLE else sum(part.search for part in parts)
        return _Steps(1 + called.rendering + rendering, 1 + called.search + search)

    def _count_macro(self, name: str) -> _Steps:
        if name not in self._macros or name in self._open:
            fault = "calls itself" if name in self._open else "is missing"
            raise ReaderError(f"The macro {printable_line(name)[:80]} of the citation style {fault}", _HINT)
        if name not in self._counts:
            self._open.add(name)
            self._counts[name] = self.count(self._macros[name])
            self._open.remove(name)
        return self._counts[name]
