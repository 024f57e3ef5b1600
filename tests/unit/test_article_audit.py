"""The audit: three kinds of findings, faults first, and silence where nothing is known."""

from __future__ import annotations

from reader.article.audit import CITES_NOTHING, NEVER_CITED, NOTHING_RECOGNISED, POINTS_NOWHERE, findings
from reader.article.model import Article, Span
from reader.formats import parse

TEXT = """The bees of Vell

Bees came to Vell in 1911 [1]. They were brought by train and by cart. Who brought them? Some say a nun [4].

[1] Holt, A. (1950). Bees of Vell. Press.

[2] Iden, B. (1960). Honey of Vell. Press.
"""


def read(text: str, name: str = "plain.txt") -> Article:
    return parse(text.encode("utf-8"), name)


def test_faults_come_first_then_what_cites_nothing() -> None:
    article = read(TEXT)
    found = findings(article)
    assert [(finding.kind, finding.reference) for finding in found] == [
        (POINTS_NOWHERE, ""),
        (NEVER_CITED, "2"),
        (CITES_NOTHING, ""),
    ]
    assert [article.text[f.where.start : f.where.end][:26] for f in found if f.where] == [
        *("[4]", "[2] Iden, B. (1960). Honey", "They were brought by train")
    ]
    assert [finding.text for finding in found] == [
        "[4] points nowhere: there is no reference 4.",
        "[2] is never cited: Iden, B. (1960). Honey of Vell. Press.",
        "Cites nothing: They were brought by train and by cart.",
    ]
    assert findings(read(TEXT)) == found


def test_only_the_claims_are_asked_for_what_they_cite() -> None:
    article = read(TEXT)
    claim = Span(article.text.index("brought by train"), article.text.index("by cart"))
    elsewhere = Span(0, 10)
    assert CITES_NOTHING in [finding.kind for finding in findings(article, (claim,))]
    assert CITES_NOTHING not in [finding.kind for finding in findings(article, (elsewhere,))]


def test_questions_and_fragments_assert_nothing() -> None:
    article = read(
        "The bees of Vell\n\nBees came [1]. Why? Not so. Because of what:\n\n[1] Holt, A. (1950). "
        "Bees.\n\n[2] Iden, B. (1960). Wax."
    )
    assert [finding.kind for finding in findings(article)] == [NEVER_CITED]


def test_where_nothing_is_recognised_one_finding_says_so() -> None:
    plain = findings(read("The bees of Vell\n\nBees came to Vell in 1911. They were brought by train.\n"))
    listed = findings(
        read("The bees of Vell\n\nBees came to Vell.\n\nReferences\n\nHolt, A. (1950). Bees.\n\nIden, B. (1960). Wax.\n")
    )
    marked = findings(read("Bees came [1]. They stayed [2]. They swarmed [3]."))
    assert [(f.kind, f.where) for f in (*plain, *listed, *marked)] == [(NOTHING_RECOGNISED, None)] * 3
    assert len({f.text for f in (*plain, *listed, *marked)}) == 3


def test_a_reference_that_does_not_stand_in_the_text_has_no_place() -> None:
    article = read("Bees came [[1]](https://bees.example/1) and left long ago.\n\nNobody knows why they did so.\n", "a.md")
    assert [finding.kind for finding in findings(article)] == [CITES_NOTHING]
