"""The report as a web page: complete, well formed, and within reach of everybody."""

import re

import pytest

from reader.exchange import Report, build_report
from reader.exchange.html import write_html
from reader.exchange.wording import describe_use
from reader.printable import printable
from reader.review.model import Evidence, Selector
from tests.unit.golden_review import AT, report
from tests.unit.report_pages import Node, article_rows, check_page, parse, without_keys, words
from tests.unit.review_strategies import article, review, where

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


@pytest.mark.slow
def test_three_hundred_claims_take_less_than_a_megabyte_in_small_pieces() -> None:
    made = many_claims()
    assert made.counts.claims == 300
    pieces = list(write_html(made))
    assert sum(map(len, pieces)) < 1_000_000
    assert max(map(len, pieces)) < 200_000
    page = parse(made)
    check_page(page)
    assert len(page.all("tr")) == 301
