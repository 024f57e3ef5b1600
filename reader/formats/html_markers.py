"""The markers of a page: the links that lead to its entries, with the brackets, superscripts and other words they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reader.article.lazy import lazy
from reader.formats.html_entries import LABEL, Entries
from reader.formats.html_tree import SPACED, Node

_SIGNS: Final = r"[\s\[\](){},;.:&*‐-―−\-]*"
_ONLY_SIGNS: Final = lazy(rf"{_SIGNS}(?:(?:and|und|et|see|cf\.?){_SIGNS})*")
_DASH: Final = lazy(r"[\s\])]*[-‐‑–—−][\s\[(]*")
_OPENING: Final = lazy(r"[\[(]\s*(?:(?:see|cf|e\.g|also|refs?)[.,]*\s+){0,3}$")
_BETWEEN: Final = lazy(r"\s*(?:[,;&/]|and|und|et|or|[-‐‑–—−])?\s*(?:(?:see|cf\.?|see also|e\.g\.,?)\s+)?")
_CLOSING: Final = lazy(r"[^\[\]()]{0,40}?([\])])")
_CITING: Final = frozenset({"citation", "ltx_cite", "cite", "citations", "footnote-ref", "footnote-reference"})
_PAIRS: Final = {"[": "]", "(": ")"}
_BARE: Final = lazy(r"[\d,;–\- ]{1,16}|\S{1,3}|(?:nb|note|n|fn)\.? ?\w{1,3}|[α-ωΑ-Ω] ?\d{1,3}|\w{1,2} \d{1,3}")
_YEAR: Final = lazy(r"(?:1[5-9]|20)\d\d[a-z]?")
_LONGEST: Final = 400
_LONGEST_RANGE: Final = 200
_MOST_JOINED: Final = 300


class Marked:
    """The markers of a tree by their outermost element: how each is shown, and the entries it points at."""

    def __init__(self, entries: Entries, labels: Mapping[Node, str]) -> None:
        self._labels = labels
        self._leads: dict[Node, list[Node]] = {}
        for link, entry in entries.markers():
            leads = self._leads.setdefault(link.node, [])
            if entry not in leads:
                leads.append(entry)
        self._links = set(self._leads)
        self._are_all: dict[Node, bool] = {}
        self._numbered = _by_number(labels)
        self._wholes: dict[Node, list[Node]] = {}
        for node in self._leads:
            self._wholes.setdefault(self._outermost(node), []).append(node)
        for parent in dict.fromkeys(whole.parent for whole in self._wholes):
            if parent is not None:
                self._join(parent)

    def __iter__(self) -> Iterator[tuple[Node, str, list[Node]]]:
        """Yield each marker's element, its words and its entries, in no order."""
        for whole, links in self._wholes.items():
            leads = self._leading(whole, links)
            yield whole, self._words(whole, links, leads), leads

    def _outermost(self, link: Node) -> Node:
        """Return the largest inline element around a link in which there is nothing but markers."""
        node = link
        while (parent := node.parent) is not None and parent.tag and parent.tag not in SPACED:
            if parent not in self._are_all:
                rest = parent.text(without=self._links)
                is_short = _is_citing(parent) and len(rest) <= _LONGEST
                self._are_all[parent] = is_short or _ONLY_SIGNS.fullmatch(rest) is not None
            if not self._are_all[parent]:
                break
            node = parent
        return node

    # ------------------------------------------------------------------ brackets around several

    def _join(self, parent: Node) -> None:
        """Make one marker of those that stand in one bracket, or with a dash between them, among the kids of `parent`."""
        kids: list[Node | str] = []
        place = 0
        while place < len(parent.kids):
            kid = parent.kids[place]
            if not (isinstance(kid, Node) and kid in self._wholes):
                kids.append(kid)
                place += 1
                continue
            last = self._last_of_run(parent.kids, place)
            before = kids[-1] if kids else ""
            after = parent.kids[last + 1] if last + 1 < len(parent.kids) else ""
            opening = _OPENING.search(before) if isinstance(before, str) else None
            closing = _CLOSING.match(after) if isinstance(after, str) else None
            run: list[Node | str] = parent.kids[place : last + 1]
            if (
                opening
                and closing
                and isinstance(before, str)
                and isinstance(after, str)
                and _PAIRS[opening[0][0]] == closing[1]
            ):
                kids[-1] = before[: opening.start()]
                run = [opening[0], *run, after[: closing.end()]]
                parent.kids[last + 1] = after[closing.end() :]
            elif not any(isinstance(item, str) and _DASH.fullmatch(item) for item in run):
                run = [kid]
                last = place
            kids.append(self._wrapped(parent, run) if len(run) > 1 else kid)
            place = last + 1
        parent.kids = kids

    def _last_of_run(self, kids: list[Node | str], first: int) -> int:
        last = place = first
        while place + 1 < min(len(kids), first + _MOST_JOINED):
            place += 1
            kid = kids[place]
            if isinstance(kid, Node) and kid in self._wholes:
                last = place
            elif isinstance(kid, Node) or place != last + 1 or not _BETWEEN.fullmatch(kid):
                break
        return last

    def _wrapped(self, parent: Node, run: list[Node | str]) -> Node:
        whole = Node("span", parent=parent)
        whole.kids = run
        markers = [kid for kid in run if isinstance(kid, Node)]
        whole.order, whole.last = markers[0].order, markers[-1].last
        self._wholes[whole] = [link for kid in markers for link in self._wholes.pop(kid)]
        for kid in markers:
            kid.parent = whole
        return whole

    # ------------------------------------------------------------------ what a marker says

    def _leading(self, whole: Node, links: list[Node]) -> list[Node]:
        """Return the entries that the links of a marker lead to, and those between two that a dash joins."""
        leads: dict[Node, None] = {}
        previous: Node | None = None
        for link, before in zip(links, _text_before(whole, links), strict=True):
            first = self._leads[link][0]
            if previous is not None and _DASH.fullmatch(before):
                leads |= dict.fromkeys(self._between(previous, first))
            leads |= dict.fromkeys(self._leads[link])
            previous = self._leads[link][-1]
        return list(leads)

    def _between(self, first: Node, last: Node) -> Iterable[Node]:
        """Return the entries whose numbers are between those of two."""
        low, high = self._labels.get(first, ""), self._labels.get(last, "")
        if not (low.isdecimal() and high.isdecimal()) or not 0 <= int(high) - int(low) <= _LONGEST_RANGE:
            return
        for number in range(int(low) + 1, int(high)):
            found = [node for node in self._numbered.get(number, ()) if first.order < node.order < last.order]
            yield from found[:1]

    def _words(self, whole: Node, links: list[Node], leads: list[Node]) -> str:
        words = whole.text()
        if not any(map(str.isalnum, words)) and len(words) < 2 and not words.strip("*†‡§¶"):
            named = [self._labels.get(node, "") or "*" for node in leads]
            words = words or ", ".join(named)
        if (len(links) > 1 and words.isdecimal()) or (" " in words and words.replace(" ", "").isdecimal()):
            words = ", ".join(link.text() for link in links)
        label = LABEL.fullmatch(words)
        if label is not None and len(links) == 1 and ":" in words:
            words = label[1]
        is_bare = _BARE.fullmatch(words) is not None and words[0] not in "[(" and not _YEAR.fullmatch(words)
        return f"[{words}]" if is_bare else words


def _is_citing(node: Node) -> bool:
    return "data-cites" in node.attrs or bool(node.classes & _CITING)


def _text_before(whole: Node, links: list[Node]) -> list[str]:
    """Return for each link of a marker the text between the one before and it."""
    texts: dict[Node, str] = {}
    wanted = set(links)
    passed: list[str] = []
    stack: list[Node | str] = [whole]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            passed.append(item)
        elif item in wanted:
            texts[item] = "".join(passed)
            passed = []
        else:
            stack.extend(reversed(item.kids))
    return [texts.get(link, "") for link in links]


def _by_number(labels: Mapping[Node, str]) -> dict[int, list[Node]]:
    found: dict[int, list[Node]] = {}
    for node, label in labels.items():
        if label.isdecimal():
            found.setdefault(int(label), []).append(node)
    return found
