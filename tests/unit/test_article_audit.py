"""The audit: its order and its keys, what depends on the claims, silence where nothing is known, any text survived."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.audit.audit import Audit, audit_findings
from reader.article.audit.finding import (
    CITES_NOTHING,
    FINDING_KINDS,
    NEVER_CITED,
    NOTHING_RECOGNISED,
    POINTS_NOWHERE,
    WOULD_FIT,
)
from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.formats import parse_article, read_article
from tests.hypothesis_profiles import examples
from tests.unit.mutations import mutate

SAMPLES = sorted(path for path in (Path(__file__).parents[2] / "sample_articles").iterdir() if path.suffix in (".md", ".txt"))
PASTE = Path(__file__).resolve().parents[3] / "shared" / "inputs" / "digital-rights-web-paste.txt"
TEXT = """The bees of Vell

Bees came to Vell in 1911 [1]. They were brought by train and by cart. Who brought them? Some say a nun [4].

[1] Holt, A. (1950). Bees of Vell. Press.

[2] Iden, B. (1960). Honey of Vell. Press.
"""


def read(text: str, name: str = "plain.txt") -> Article:
    return parse_article(text.encode("utf-8"), name)


def test_faults_come_first_then_what_cites_nothing() -> None:
    article = read(TEXT)
    found = audit_findings(article)
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
    assert audit_findings(read(TEXT)) == found


def test_only_the_claims_are_asked_for_what_they_cite() -> None:
    article = read(TEXT)
    claim = Span(article.text.index("brought by train"), article.text.index("by cart"))
    elsewhere = Span(0, 10)
    assert CITES_NOTHING in [finding.kind for finding in audit_findings(article, (claim,))]
    assert CITES_NOTHING not in [finding.kind for finding in audit_findings(article, (elsewhere,))]


def test_questions_and_fragments_assert_nothing() -> None:
    article = read(
        "The bees of Vell\n\nBees came [1]. Why? Not so. Because of what:\n\n[1] Holt, A. (1950). "
        "Bees.\n\n[2] Iden, B. (1960). Wax."
    )
    assert [finding.kind for finding in audit_findings(article)] == [NEVER_CITED]


def test_where_nothing_is_recognised_one_finding_says_so() -> None:
    plain = audit_findings(read("The bees of Vell\n\nBees came to Vell in 1911. They were brought by train.\n"))
    listed = audit_findings(
        read("The bees of Vell\n\nBees came to Vell.\n\nReferences\n\nHolt, A. (1950). Bees.\n\nIden, B. (1960). Wax.\n")
    )
    marked = audit_findings(read("Bees came [1]. They stayed [2]. They swarmed [3]."))
    assert [(f.kind, f.where) for f in (*plain, *listed, *marked)] == [(NOTHING_RECOGNISED, None)] * 3
    assert len({f.text for f in (*plain, *listed, *marked)}) == 3


def test_a_reference_that_does_not_stand_in_the_text_has_no_place() -> None:
    article = read("Bees came [[1]](https://bees.example/1) and left long ago.\n\nNobody knows why they did so.\n", "a.md")
    assert [finding.kind for finding in audit_findings(article)] == [CITES_NOTHING]


FAULTY = """The bees of Vell

Bees came to Vell in 1911 [1]. Wax was sold by nuns until the war [2]. Holt et al. (1949) [2] counted the hives.

The Tarn chalk cellar was dug by hand and holds nine degrees all year. Some say a nun did it [9].

[1] Holt, A. (n.d.). Bees of Vell. Press. https://vell.example/2014/05/bees
[2] Iden, B. (1960). Wax and honey of Vell: an account of the trade. Press. https://vell.example/wax
[3] Iden, B. (1960). Wax and honey of Vell: an account of the trade. Press. https://vell.example/wax
[4] Orr, C. (2044). The Tarn chalk cellar. Press. doi:10.12/cellar
"""


def keys(article: Article) -> dict[str, str]:
    """Return the kinds of the findings by their keys."""
    return {finding.key: finding.kind for finding in audit_findings(article, year=2026)}


def test_a_key_survives_what_is_done_to_the_text_elsewhere() -> None:
    before = keys(read(FAULTY))
    assert {"fits", "other-name", "has-a-date", "listed-twice", "future-year", "malformed-doi", "points-nowhere"} <= {
        *before.values()
    }
    longer = FAULTY.replace("\n\nBees came", "\n\nIt is not known who kept bees there before that year [2].\n\nBees came")
    assert keys(read(longer)) == before
    more = FAULTY.replace("\n\nBees came", "\n\nNobody has asked the bees about it yet.\n\nBees came")
    assert [kind for key, kind in keys(read(more)).items() if key not in before] == [CITES_NOTHING]


def test_a_key_survives_a_list_that_is_renumbered() -> None:
    numbers = {"[1]": "[3]", "[2]": "[4]", "[3]": "[5]", "[4]": "[6]", "[9]": "[11]"}
    other = "".join(numbers.get(f"[{part}]", f"[{part}]") if part.isdigit() else part for part in _parts(FAULTY))
    assert "[11]." in other
    first = "[1] Ames, D. (1999). Ferns. https://a.example/f\n[2] Bell, E. (1998). Moss. https://a.example/m\n[3] Holt"
    renumbered = keys(read(other.replace("[3] Holt", first).replace("nuns until the war", "nuns until the war [1][2]")))
    assert renumbered == keys(read(FAULTY))


def _parts(text: str) -> list[str]:
    """Return the text in pieces, the numbers in brackets without these as pieces of their own."""
    return [part for piece in text.split("[") for part in piece.split("]", 1)]


def test_keys_differ_also_where_a_sentence_is_said_twice() -> None:
    article = read(TEXT.replace("Who brought them?", "They were brought by train and by cart. Some say a nun [4]. Who?"))
    found = audit_findings(article)
    assert len({finding.key for finding in found}) == len(found)
    assert [f.kind for f in found].count(CITES_NOTHING) == [f.kind for f in found].count(POINTS_NOWHERE) == 2


def test_the_half_that_stands_and_the_half_that_rests_on_claims_are_the_whole() -> None:
    article = read(FAULTY)
    audit = Audit(article, 2026)
    claim = Span(article.text.index("The Tarn chalk cellar was"), article.text.index(" Some say"))
    for claims in ((), (claim,), (Span(0, 5),)):
        found = audit.findings(claims)
        assert found == audit_findings(article, claims, year=2026)
        assert {*found} == {*audit.article_findings, *audit.claim_findings(claims)}
        assert [f.kind for f in found].index(NEVER_CITED) < len(audit.article_findings)
    assert [(f.kind, f.reference) for f in audit.claim_findings((claim,))] == [(WOULD_FIT, "4"), (CITES_NOTHING, "")]
    assert "a claim without a citation" in audit.claim_findings((claim,))[0].text
    assert audit.claim_findings((Span(0, 5),)) == ()


@pytest.mark.parametrize("path", SAMPLES, ids=[path.name for path in SAMPLES])
def test_every_finding_of_the_samples_can_be_shown_and_told_apart(path: Path) -> None:
    article = read_article(str(path))
    found = audit_findings(article)
    assert len({finding.key for finding in found}) == len(found)
    assert {finding.kind for finding in found} <= FINDING_KINDS.keys()
    for finding in found:
        assert finding.text == " ".join(finding.text.split())
        assert not finding.reference or finding.reference in article.reference_by_id
        for place in (finding.where, *finding.also):
            assert place is None or 0 <= place.start < place.end <= len(article.text)


@pytest.mark.skipif(not PASTE.exists(), reason="the pasted page is not beside this checkout")
def test_the_page_s_uncited_sentences_on_a_law_find_the_reference_that_is_never_cited() -> None:
    article = read_article(str(PASTE))
    (fit,) = [finding for finding in audit_findings(article) if finding.kind == WOULD_FIT]
    assert fit.reference == "2"
    assert fit.where is not None
    places = [article.text[place.start : place.end] for place in (fit.where, *fit.also)]
    assert len(places) == 3
    assert all("AI Act" in place for place in places)
    dated = [finding.reference for finding in audit_findings(article) if finding.kind == "has-a-date"]
    assert dated == ["2", "3"]


@settings(max_examples=examples(60))
@given(st.data())
def test_no_broken_text_breaks_the_audit(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([FAULTY, TEXT, *(path.read_text("utf-8")[-3000:] for path in SAMPLES)]))
    broken = data.draw(mutate(text.encode()))
    with suppress(ReaderError):
        article = parse_article(broken, "any.txt")
        for claims in ((), (Span(0, len(article.text)),)):
            found = audit_findings(article, claims, year=2026)
            assert len({finding.key for finding in found}) == len(found)
            assert {finding.kind for finding in found} <= FINDING_KINDS.keys()


def test_claims_that_a_person_said_what_they_rest_on_are_settled() -> None:
    article = read(TEXT)
    carts, nun = (
        Span(start, start + 12) for start in (article.text.index("brought by train"), article.text.index("Some say a nun"))
    )
    told = [f.where for f in audit_findings(article, (carts, nun)) if f.kind == CITES_NOTHING]
    assert len(told) == 1
    assert [f.kind for f in audit_findings(article, (carts, nun), (carts,))] == [POINTS_NOWHERE, NEVER_CITED]
    assert [f.kind for f in audit_findings(article, (carts,), (carts,))] == [POINTS_NOWHERE, NEVER_CITED]
