"""The report's page as a browser reads it, and what holds for every such page."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

from reader.exchange import Report
from reader.exchange.html import write_html

VOID = {"meta", "hr", "input"}
ATTRIBUTES = {
    *(
        "aria-hidden",
        "aria-label",
        "aria-labelledby",
        "charset",
        "class",
        "content",
        "data-l",
        "data-n",
        "data-v",
        "data-w",
        "dir",
    ),
    *("height", "hidden", "href", "http-equiv", "id", "lang", "name", "popover", "popovertarget", "popovertargetaction", "rel"),
    *("role", "scope", "size", "tabindex", "text-anchor", "type", "value", "width", "x", "y"),
}
"""All attributes that a page may have: none that runs a script or applies a style."""


@dataclass
class Node:
    """An element as a browser reads it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def walk(self) -> "Iterator[Node]":
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, *tags: str) -> "list[Node]":
        return [node for node in self.walk() if node.tag in tags]


class Parser(HTMLParser):
    """Build the tree of a page, and refuse one in which an element is not closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("page")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        assert len(node.attributes) == len(attrs), "an attribute stands twice"
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def parse(report: Report) -> Node:
    parser = Parser()
    parser.feed(b"".join(write_html(report)).decode("utf-8"))
    parser.close()
    (page,) = parser.open
    return page


def words(text: str) -> str:
    return " ".join(text.split())


def without_keys(node: Node) -> str:
    """Return the text of a node without the keys that stand where an annotation begins."""
    if node.attributes.get("class", "").startswith("at "):
        return ""
    return "".join(child if isinstance(child, str) else without_keys(child) for child in node.children)


def article_rows(page: Node) -> list[Node]:
    """Return the rows of the article, each a block of its text and the notes on it."""
    return [node for node in page.walk() if re.fullmatch(r"p\d+", node.attributes.get("id", ""))]


def check_page(page: Node) -> None:
    """Check what every page must be: safe, with one outline, links that lead somewhere and controls with a name."""
    nodes = list(page.walk())
    ids = Counter(node.attributes["id"] for node in nodes if "id" in node.attributes)
    assert set(ids.values()) == {1}
    assert {name for node in nodes for name in node.attributes} <= ATTRIBUTES
    (style,), (script,) = page.all("style"), page.all("script")
    policy = next(n.attributes["content"] for n in page.all("meta") if n.attributes.get("http-equiv"))
    for code in (style, script):
        assert base64.b64encode(hashlib.sha256(code.text.encode()).digest()).decode() in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for link in page.all("a"):
        address = link.attributes["href"]
        if address.startswith("#"):
            assert address[1:] in ids
        else:
            assert re.match(r"https?://[^\s<>]+$", address)
            assert link.attributes["rel"] == "noopener noreferrer"
        assert words(link.text) or link.attributes["aria-label"]
        assert not [inner for inner in link.walk() if inner is not link and inner.tag in ("a", "button")]
    for button in page.all("button"):
        assert button.attributes["popovertarget"] in ids
        assert words(button.text)
    for label in page.all("label"):
        assert words("".join(child for child in label.children if isinstance(child, str)))
        assert len(label.all("input", "select")) == 1
    assert len(page.all("input", "select")) == len(page.all("label"))
    levels = [int(node.tag[1]) for node in nodes if re.fullmatch("h[1-6]", node.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(words(node.text) for node in page.all("h1", "h2", "title", "caption"))
    assert [len(page.all(tag)) for tag in ("main", "header", "nav", "footer")] == [1, 1, 1, 1]
    for section in page.all("section"):
        assert section.attributes["aria-labelledby"] in ids
    for head in page.all("th"):
        assert head.attributes["scope"] in ("col", "row")
    for table in page.all("table"):
        assert len({len(row.all("th", "td")) for row in table.all("tr")}) == 1
    assert [node.attributes.get("class") for node in nodes if "hidden" in node.attributes] in ([], ["tools"])
    shown = "".join(node.text for node in page.all("body"))
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\uffff]", shown
    )
