"""The report as a web page: complete, well formed, within reach of everybody, and safe whatever the texts say."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.audit.audit import audit_findings
from reader.article.model import About
from reader.article.reference_identity import reference_identity
from reader.exchange import Report, build_report
from reader.exchange.html import write_html
from reader.exchange.wording import describe_use
from reader.printable import printable
from reader.review.index import ReviewItems
from reader.review.model import Attachment, ClaimLink, Dismissal, Evidence, Judgement, Selector, Source, SourceText
from reader.review.session import ReviewSession
from tests.hypothesis_profiles import CHARACTERS, examples
from tests.unit.golden_review import AT, NEVER_CITED, annotation, report, review_everything
from tests.unit.review_strategies import TEXT, article, review, where

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


# ---------------------------------------------------------------------- what is on it


def test_the_page_has_everything_that_the_review_says() -> None:
    made = report()
    page = parse(made)
    check_page(page)
    shown = words(page.text)
    for item in (*made.items, *made.orphans):
        (note,) = [
            n for n in page.walk() if n.attributes.get("role") == "note" and n.attributes["id"] == f"n{item.number}"
        ] or [Node("")]
        assert words(printable(item.annotation.note)) in shown
        assert all(f"#{tag}" in shown for tag in item.annotation.tags)
        assert words(item.annotation.fix) in shown
        if item.number:
            assert words(item.selector.exact) in words(without_keys(page))
        for pair in item.pairs:
            assert pair.verdict_label in note.text
            assert f"[{pair.label}]" in note.text
            assert all(words(passage.quote) in words(note.text) for passage in pair.evidence)
            assert pair.judgement is None or pair.judgement.note in note.text
        assert all(unlinked.link.reason in note.text for unlinked in item.unlinked)
    sections = {n.attributes["id"]: words(n.text) for n in page.all("section")}
    for row in made.references:
        assert row.entry.text in sections["refs"]
        assert describe_use(row) in sections["refs"]
    for row in made.findings:
        assert words(row.finding.text) in sections["audit"]
        assert row.dismissal is None or row.dismissal.reason in sections["audit"]
    assert made.counts.summary() in sections["sum"]
    assert "1 open pair: claim 2" in sections["not"]
    assert "7 of its 9 sentences" in sections["how"]
    assert made.article.digest[:16] in sections["how"]
    assert len(page.all("tr")) == 1 + 8
    assert len(next(n for n in page.walk() if n.attributes.get("class") == "fixes").all("li")) == 3
    assert all(name in sections["fix"] for name in ("3 claims to mend, the worst first.", "new wording: "))


def test_the_text_of_the_article_is_whole_and_each_claim_has_its_place() -> None:
    read = article()
    session = review(read)
    sentence = where(read, "The port office counted 20,500 [2].")
    spans = [
        sentence,
        sentence,
        where(read, "office counted"),
        where(read, "counted 20,500 [2].\n\nA sign"),
        where(read, "Ko\u0301v"),
        where(read, "[2] Port Office"),
        where(read, "20,500 [2"),
    ]
    for span in spans:
        session.mark(span)
    page = parse(build_report(session, AT))
    check_page(page)
    text = next(n for n in page.walk() if n.attributes.get("class") == "article")
    places = [n.attributes["id"] for n in text.walk() if n.attributes.get("class", "").startswith("at ")]
    assert sorted(places) == sorted(f"c{number}" for number in range(1, 8))
    assert len([n for n in text.walk() if n.attributes.get("role") == "note"]) == 7
    blocks = [read.text[block.start : block.end] for block in read.blocks]
    shown = [without_keys(row.children[0]) for row in article_rows(page) if isinstance(row.children[0], Node)]
    assert shown == [block for block in blocks if block in shown]
    body_blocks = [blocks[index] for index in read.sentences.body_blocks]
    assert shown[: len(body_blocks)] == body_blocks


def test_what_is_set_aside_is_listed_and_shown_only_where_something_is_marked() -> None:
    read = article()
    session = review(read)
    session.mark(where(read, "A sign on the pier reads"))
    session.set_aside(where(read, "A sign on the pier reads"))
    session.set_aside(where(read, "Its owner pays"))
    page = parse(build_report(session, AT))
    check_page(page)
    sections = {n.attributes["id"]: words(n.text) for n in page.all("section")}
    assert "A sign on the pier reads" in sections["text"]
    assert "Its owner pays" not in sections["text"]
    assert "set aside by hand" in sections["aside"]
    assert "The café next to it opened in spring. Its owner pays" in sections["aside"]
    assert "2 passages set aside" in sections["not"]


def test_headings_of_any_level_stand_below_those_of_the_page() -> None:
    text = (
        "# Levels\n\nNo sentence here.\n\n##### Deep\n\nOne sentence here.\n\n## Top\n\nTwo sentences here.\n\n"
        "#### Skips\n\nThree *fine* [words](https://a.example/b).\n"
    )
    read = article(text, "levels.md")
    page = parse(build_report(review(read), AT))
    check_page(page)
    assert [node.tag for node in page.all("h3", "h4", "h5", "h6")] == ["h3", "h3", "h4"]
    assert [node.attributes["href"] for node in page.all("a") if "rel" in node.attributes] == ["https://a.example/b"]
    assert [node.text for node in page.all("em")] == ["fine"]


LISTS_AND_TABLES = """# Seeds

Two papers agree [1, 2], three do [1–3].

- Oaks grew [1].
- Elms died.

  Nobody knows why.
  1. In spring [2]
  2. In *autumn*
- Ash stayed.

| Tree | Count |
|------|------:|
| Oak  | 30 [1] |
| Elm \\| ash | |
| Fir | 4 | more |

The end follows [3].

References

[1] Lee, A. (2020). Oaks of the valley. https://a.example/1
[2] Roe, B. (2021). Elms of the valley. https://a.example/2
[3] Poe, C. (2022). Firs of the valley. https://a.example/3
"""


def lists_and_tables() -> Report:
    """Return a review with marks in items and cells and across them."""
    session = review(article(LISTS_AND_TABLES, "seeds.md"))
    crossing = "In *autumn*\n- Ash stayed.\n\n| Tree"
    for quote in ("Elms died.\n\n  Nobody knows", crossing, "| Oak  | 30 [1] |\n| Elm", "|------|", "4 |"):
        session.mark(where(session.index.article, quote))
    return build_report(session, AT)


def test_lists_and_tables_of_the_article_are_lists_and_tables() -> None:
    page = parse(lists_and_tables())
    check_page(page)
    (text,) = [n for n in page.walk() if n.attributes.get("class") == "article"]

    def outline(node: Node) -> str:
        """Return the lists in a node with the words of their paragraphs."""
        if node.tag == "p" and node.attributes.get("class") == "item":
            return words(without_keys(node))
        inner = ", ".join(filter(None, (outline(child) for child in node.children if isinstance(child, Node))))
        return f"{node.tag}({inner})" if node.tag in ("ul", "ol", "li") and inner else inner

    assert outline(text) == (
        "ul(li(• Oaks grew [1].), li(• Elms died., Nobody knows why., ol(li(1. In spring [2]), li(2. In autumn))), "
        "li(• Ash stayed.))"
    )
    (table,) = text.all("table")
    rows = [[(cell.tag, words(without_keys(cell))) for cell in row.all("th", "td")] for row in table.all("tr")]
    assert rows == [
        [("th", "Tree"), ("th", "Count"), ("td", "")],
        [("td", "Oak"), ("td", "30 [1]"), ("td", "")],
        [("td", "Elm | ash"), ("td", ""), ("td", "")],
        [("td", "Fir"), ("td", "4"), ("td", "more")],
    ]
    marked: dict[str, list[str]] = {}
    for mark in text.all("mark"):
        marked.setdefault(mark.attributes["data-n"], []).append(words(without_keys(mark)))
    assert list(marked.values()) == [
        ["Elms died.", "Nobody knows"],
        ["In autumn", "Ash stayed.", "Tree"],
        ["Oak", "30 [1]", "Elm"],
        ["4"],
    ]
    keys = [n.attributes["id"] for n in text.walk() if n.attributes.get("class", "").startswith("at ")]
    assert sorted(keys) == [f"c{number}" for number in range(1, 6)]


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        (
            LISTS_AND_TABLES,
            "2], three do [1–",
            [("1", "#r1"), ("2", "#r2"), ("1", "#r1"), ("3", "#r3"), ("[2]", "#r2")],
        ),
        (
            "Two papers agree on it (Roe & Poe, 2021; Lee, 2020, p. 7).\n\nReferences\n\n"
            "Lee, A. (2020). Oaks of the valley. Press.\n\nRoe, B., & Poe, C. (2021). Elms of the valley. Press.\n",
            "papers agree on it",
            [("Roe & Poe, 2021", "#r2"), ("Lee, 2020", "#r1")],
        ),
    ],
)
def test_every_reference_of_a_marker_has_its_link(text: str, quote: str, expected: list[tuple[str, str]]) -> None:
    read = article(text, "seeds.md")
    session = review(read)
    session.mark(where(read, quote))
    page = parse(build_report(session, AT))
    check_page(page)
    paragraph = article_rows(page)[0].children[0]
    assert isinstance(paragraph, Node)
    cites = [link for link in paragraph.all("a") if link.attributes.get("class") == "cite"]
    assert [(link.text, link.attributes["href"]) for link in cites] == expected


def test_a_review_of_nothing_has_a_page() -> None:
    for text in ("One line.", "x"):
        page = parse(build_report(review(article(text)), AT))
        check_page(page)
        assert not page.all("table")
        assert "No sentence is marked as a claim." in page.text
        shown = words(page.text)
        assert "No claim is marked in the article, and 0 of its 1 sentence are decided. State of the review" in shown
        assert "Nobody has decided yet which sentences of the article make a claim." in shown
        assert not re.search(r"\b0 (?:claims|pairs|of the|of 0)", shown)


@pytest.mark.parametrize(
    ("quotes", "verdict", "sums"),
    [
        (
            ("The port office counted 20,500 [2].",),
            "supports",
            "What the claim rests on makes 1 pair of a claim and a reference: 1 with a verdict. "
            "1 claim is supported by every reference that it rests on.",
        ),
        (("A sign on the pier",), "", "The claim rests on nothing. State of the review"),
        (
            ("A sign on the pier", "The port office counted 20,500 [2]."),
            "",
            "1 of the claims rests on nothing. What the other rests on makes 1 pair of a claim and a reference: "
            "1 without a verdict. No claim is supported by every reference that it rests on.",
        ),
    ],
)
def test_few_claims_are_summed_up_in_good_english(quotes: tuple[str, ...], verdict: str, sums: str) -> None:
    read = article()
    session = review(read)
    for quote in quotes:
        claim = session.mark(where(read, quote))
        if verdict:
            session.judge(claim, "2", verdict)
    page = parse(build_report(session, AT))
    check_page(page)
    assert sums in words(page.text)


# ---------------------------------------------------------------------- safety

marks = "\\`*_[]{}<>#&=\"'/!-() \t\n\r\x00\x1b\x85\u2028\u202e\u2066\ufdd0\uffff\ufeff\ud800é🚢אب1a"
hostile = st.text(st.sampled_from(marks), min_size=1, max_size=30) | st.text(CHARACTERS, min_size=1, max_size=30)
SAMPLES = (
    *("<script>alert(1)</script>", "</script><script>alert(1)</script>", "</style><img src=x onerror=alert(1)>", "]]>", "{0}"),
    *('" onmouseover="alert(1)', "' autofocus onfocus='x", "<!-- ", "-->", "&lt;b&gt;", "&#x3c;b>", "javascript:alert(1)"),
    *("\u202etxt.exe", "\x00", "אבג <b>", "<svg/onload=alert(1)>", "</p></div></section></main>", "<meta http-equiv=refresh>"),
)


def skeleton(node: Node) -> list[tuple[str, tuple[str, ...]]]:
    """Return the tags of a page with the names of their attributes, in order."""
    return [(inner.tag, tuple(inner.attributes)) for inner in node.walk()]


def review_with(text: str) -> Report:
    """Return a review in which everything that a person or another program may have written is this text."""
    read = replace(article(TEXT + NEVER_CITED), about=About(text, text, text), source=text)
    source = Source("s", texts=(SourceText("0" * 64, title=text, origin=text),), current="0" * 64)
    passage = Evidence("0" * 64, Selector(text, start=1, end=2))
    judgement = Judgement("2", "overstated", (passage,), text, text, AT, problems=(text,))
    links = {
        "1": ClaimLink(True, text, text, AT),
        "3": ClaimLink(False, text, text, AT),
        f"id {text}": ClaimLink(False, text, text, AT),
    }
    claim = annotation(
        read,
        1,
        "The port office counted",
        judgements=(judgement,),
        links=links,
        decision=text,
        fix=text,
        note=text,
        tags=(text,),
    )
    lost = annotation(read, 2, f"nowhere {text}", judgements=(replace(judgement, reference=f"9{text}", verdict=f"own {text}"),))
    dismissed = [Dismissal(f.key, text, text, text, text, AT) for f in audit_findings(read, year=2026)]
    attached = Attachment(reference_identity(read.references[1]), "s")
    session = ReviewSession(
        read, "the-article", ReviewItems([claim, lost], dismissals=dismissed, attachments=[attached], sources=[source])
    )
    return build_report(session, AT)


PLAIN = skeleton(parse(review_with("x")))


def check_harmless(text: str) -> None:
    page = parse(review_with(text))
    check_page(page)
    assert skeleton(page) == PLAIN


@given(hostile.filter(lambda text: bool(text.strip())))
@settings(max_examples=examples(30))
def test_no_text_of_a_review_becomes_an_element_or_an_attribute(text: str) -> None:
    check_harmless(text)


@pytest.mark.parametrize("text", SAMPLES)
def test_no_sample_of_markup_means_anything(text: str) -> None:
    check_harmless(text)


@pytest.mark.parametrize("source", ["hostile.txt", "hostile.md"])
def test_no_article_brings_an_element_a_script_or_an_address(source: str) -> None:
    samples = "\n\n".join(f"Sentence {n} says {sample} [1]." for n, sample in enumerate(SAMPLES))
    text = (
        f"Title <b>x</b> {SAMPLES[0]}\n\n{samples}\n\n[a](javascript:alert(1)) [b](data:text/html,x) [c](//x.example) "
        f'[d](https://x.example/"onclick=x) and more words.\n\nReferences\n\n[1] <script>. (2024). {SAMPLES[5]} '
        'https://x.example/<script>alert(1)</script>\n[2] Lee. (2020). doi:10.5555/<b>"x\n'
    )
    read = article(text, source)
    session = review(read)
    for sentence in read.sentences.all():
        session.mark(sentence)
    page = parse(build_report(session, AT))
    check_page(page)
    assert {n.tag for n in page.walk()} <= {
        *(
            "page",
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "a",
            "header",
            "p",
            "h1",
            "nav",
            "ul",
            "li",
            "span",
            "main",
            "section",
        ),
        *(
            "h2",
            "b",
            "bdi",
            "figure",
            "svg",
            "rect",
            "text",
            "div",
            "mark",
            "sup",
            "button",
            "form",
            "label",
            "select",
            "option",
            "input",
        ),
        *(
            "output",
            "table",
            "caption",
            "thead",
            "tr",
            "th",
            "tbody",
            "td",
            "dl",
            "dt",
            "dd",
            "footer",
            "script",
            "h3",
            "em",
            "strong",
        ),
        *("code", "blockquote", "pre"),
    }


def test_no_path_and_no_name_of_an_account_leaves() -> None:
    session = review_everything()
    private = Source("s", texts=(SourceText("5" * 64, title="Draft", origin="/home/ana/secret/draft.txt"),), current="5" * 64)
    claim = session.index.claims()[0]
    session.attach_source("3", private.texts[0])
    session.keep_evidence(claim, "1", Evidence("5" * 64, Selector("quoted", start=1, end=7)))
    read: Article = replace(session.index.article, source="/home/ana/secret/ferry.txt")
    made = replace(build_report(session, AT), article=read)
    page = b"".join(write_html(made)).decode()
    assert "/home" not in page
    assert "secret" not in page
    assert not re.search(r"\b(ana|ben)\b", page)
    assert "Reviewer 1" in page
    named = b"".join(write_html(replace(made, public_names=frozenset({"ana"})))).decode()
    assert re.search(r"\bana\b", named)
    assert not re.search(r"\bben\b", named)
    public = replace(made, article=replace(read, source="https://ferry.example/count"))
    assert '<a href="https://ferry.example/count" rel=' in b"".join(write_html(public)).decode()


# ---------------------------------------------------------------------- size


def many_claims() -> Report:
    """Return a review of 300 claims, each with a verdict, a passage, a note and what the author should do."""
    sentence = (
        "In district {n} the council counted {n} new trees along the road that leads from the old mill to the harbour [{r}]. "
    )
    listed = "".join(
        f"[{n}] Forest Office. (2024). Trees of the district, part {n}. https://trees.example/{n}\n" for n in range(1, 61)
    )
    paragraphs = ["".join(sentence.format(n=n, r=n % 60 + 1) for n in range(start, start + 10)) for start in range(0, 300, 10)]
    read = article("\n\n".join(["Trees by the road", *paragraphs, "References", listed]))
    session = review(read)
    passage = Evidence(
        "0" * 64, Selector("Along this road the foresters planted and counted the trees twice a year, " * 2, start=10, end=160)
    )
    for span in read.sentences.all():
        claim = session.add(span, note="The count is of May, the sentence speaks of the whole year.", tags=("trees",))
        (reference,) = session.index.status(claim).rests_on
        claim = session.judge(claim, reference, "partly-supports")
        claim = session.keep_evidence(claim, reference, passage)
        session.decide(claim, "fix-wording", "counted in May")
    return build_report(session, AT)


def test_three_hundred_claims_take_less_than_a_megabyte_in_small_pieces() -> None:
    made = many_claims()
    assert made.counts.claims == 300
    pieces = list(write_html(made))
    assert sum(map(len, pieces)) < 1_000_000
    assert max(map(len, pieces)) < 200_000
    page = parse(made)
    check_page(page)
    assert len(page.all("tr")) == 301
