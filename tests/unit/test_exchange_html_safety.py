"""The report as a web page is safe whatever the texts of a review say, and tells nothing private."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.audit.audit import audit_findings
from reader.article.model import About
from reader.article.reference_identity import reference_identity
from reader.exchange import Report, build_report
from reader.exchange.html import write_html
from reader.review.index import ReviewItems
from reader.review.model import Attachment, ClaimLink, Dismissal, Evidence, Judgement, Selector, Source, SourceText
from reader.review.session import ReviewSession
from tests.hypothesis_profiles import CHARACTERS, examples
from tests.unit.golden_review import AT, NEVER_CITED, annotation, review_everything
from tests.unit.report_pages import Node, check_page, parse
from tests.unit.review_strategies import TEXT, article, review

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
@pytest.mark.slow
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
