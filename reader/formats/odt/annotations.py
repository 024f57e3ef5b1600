"""Read the annotations of OpenDocument texts, which word processors show as comments (ODF 1.4, 14.1).

LibreOffice adds whether a thread is resolved and what an annotation answers (loext:resolved, loext:parent-name).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reader.article.model import CommentMessage
from reader.formats.budget import current_budget
from reader.formats.comments import CommentEdge, CommentPlaces, CommentThread, edge_run
from reader.formats.xml import attribute, element_name, element_text, find_elements, outermost_elements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from xml.etree.ElementTree import Element

    from reader.article.article import Article
    from reader.formats.runs import StyledRun

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?")
_MAX_CHAIN_LENGTH: Final = 50


class Annotations:
    """The annotations of a document: its `places` see the runs of each paragraph."""

    def __init__(self, body: Element) -> None:
        found = current_budget().fit_comments(list(find_elements(body, "annotation")))
        self._names = {one: attribute(one, "name") or f"annotation {number}" for number, one in enumerate(found)}
        self.places = CommentPlaces(self._names.values())
        self._ended = {attribute(end, "name") for end in find_elements(body, "annotation-end")} if found else frozenset[str]()

    def edges(self, element: Element) -> Iterator[StyledRun]:
        """Yield the edges of comments that an element stands for: an annotation without an end is on one place."""
        if not self._names:
            return
        if element_name(element) == "annotation-end":
            yield edge_run(CommentEdge.END, attribute(element, "name"))
            yield edge_run(CommentEdge.SIGN, attribute(element, "name"))
        elif name := self._names.get(element):
            yield edge_run(CommentEdge.START if name in self._ended else CommentEdge.SIGN, name)

    def comments(self, article: Article, read_line: Callable[[Element], str]) -> Article:
        """Return the article with its comments. `read_line` returns a paragraph of an annotation in one line."""
        if not self._names:
            return article
        parents = {name: parent for one, name in self._names.items() if (parent := attribute(one, "parent-name"))}
        threads: dict[str, list[Element]] = {}
        for annotation, name in self._names.items():
            threads.setdefault(_root_of(name, parents), []).append(annotation)
        return self.places.comments(article, [self._to_thread(root, ones, read_line) for root, ones in threads.items()])

    def _to_thread(self, root: str, annotations: list[Element], read_line: Callable[[Element], str]) -> CommentThread:
        ordered = sorted(annotations, key=lambda one: self._names[one] != root)
        messages = (_message(annotation, read_line) for annotation in ordered)
        is_resolved = attribute(ordered[0], "resolved") == "true"
        return CommentThread(
            tuple(self._names[one] for one in ordered), tuple(one for one in messages if one.text), is_resolved
        )


def _message(annotation: Element, read_line: Callable[[Element], str]) -> CommentMessage:
    lines = filter(None, map(read_line, outermost_elements(annotation, "p", "h")))
    date = _DATE.match(element_text(annotation, "date"))
    return CommentMessage(element_text(annotation, "creator"), date[0] if date else "", "\n".join(lines))


def _root_of(name: str, parents: dict[str, str]) -> str:
    """Return the name of the annotation that a thread begins with."""
    for _ in range(_MAX_CHAIN_LENGTH):
        if name not in parents:
            break
        name = parents[name]
    return name
