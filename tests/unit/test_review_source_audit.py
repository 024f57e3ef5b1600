"""The audit of the sources: quotations that no source has, passages and sources that carry much, and what others know."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.audit.finding import (
    CORRECTED,
    LEADS_NOWHERE,
    MAY_BE_RETRACTED,
    NUMBER_DIFFERS,
    PASSAGE_OVERUSED,
    QUOTE_NOT_FOUND,
    RECORD_DIFFERS,
    RECORD_MISSING,
    RETRACTED,
    SOURCE_CARRIES_MOST,
    Finding,
)
from reader.article.ranges import Span
from reader.formats import parse_article
from reader.review.health import (
    AFTER_ARTICLE,
    BEFORE_ARTICLE,
    BY_TITLE,
    CONCERN,
    DIFFERS,
    MATCHES,
    NO_SUCH_RECORD,
    NOT_ASKED,
    NOT_FOUND,
    REINSTATEMENT,
    RETRACTION,
    FieldDifference,
    RecordCheck,
    RetractionNotice,
)
from reader.review.index import Editions
from reader.review.model import Evidence, SourceText
from reader.review.selector import make_selector
from reader.review.session import ReviewSession
from reader.review.source_audit.audit import review_findings
from reader.review.vocabulary import ABSTRACT, FULL_TEXT

LIST = "\n\nReferences\n\n[1] Orme, K. (2019). The lamps of the quay. https://quay.example/lamps\n[2] Dahl, P. (2021). Oil.\n"
LOG = (
    "The lamps of the quay\n\n"
    "The keeper came down at dusk and lit the forty lamps one after the other, as his father had done. "
    "Nobody on the quay paid for the oil. He used to say: “A lamp that is not lit is a promise that is not kept.”\n\n"
    "In winter the wicks were trimmed twice a night because of the soot, and the glass was wiped with vinegar.\n"
)


def review(body: str, sources: dict[str, str], extent: str = FULL_TEXT) -> ReviewSession:
    """Return the review of an article with two references, and the texts behind them by reference id."""
    article = parse_article(f"Of lamps\n\n{body}{LIST}".encode(), "lamps.txt")
    texts = {f"digest of {name}": text for name, text in sources.items()}
    session = ReviewSession(article, "a", editions=Editions(texts.get))
    for name in sources:
        session.attach_source(name, SourceText(f"digest of {name}", extent=extent))
    return session


def found(session: ReviewSession, *kinds: str) -> list[Finding]:
    """Return the findings of some kinds."""
    return [finding for finding in review_findings(session.index, 2026) if finding.kind in kinds]


def words_not_found(body: str, **options: str) -> list[str]:
    """Return the quotations of a text that its source, the log of the keeper, does not have."""
    session = review(body, {"1": LOG}, **options)
    text = session.index.article.text
    return [text[f.where.start : f.where.end] for f in found(session, QUOTE_NOT_FOUND) if f.where]


# ------------------------------------------------------------------ quotations


@pytest.mark.parametrize(
    "quotation",
    [
        "“the keeper came down at dusk and lit the forty lamps”",
        '"The Keeper came down at DUSK, and lit the forty lamps,"',
        "„lit the forty lamps one after the other“",
        "«lit the forty lamps one after the other»",
        "»lit the forty lamps one after the other«",
        "‘lit the forty lamps one after the other’",
        "“The keeper came down … and lit the forty lamps”",
        "“The keeper came down [...] and lit the forty lamps”",
        "“The keeper came down . . . and lit the forty lamps”",
        "“[T]he keeper [Orme] lit the forty lamps one after the other”",
        "“lit the for-\nty lamps one after the other”",
        "“lit the   forty lamps — one after the other”",
        "“He used to say: ‘A lamp that is not lit is a promise that is not kept.’”",
        "“as his father had done. Nobody on the quay paid for the oil”",
        "“and the glass was wiped with vin[e]gar”",
    ],
)
def test_a_quotation_that_the_source_has_is_no_finding(quotation: str) -> None:
    assert words_not_found(f"The log says {quotation} [1].") == []


@pytest.mark.parametrize(
    "words",
    [
        "the keeper came down at dawn and lit the forty lamps",
        "a lamp that is lit is a promise that is kept",
        "lit the fourteen lamps one after the other",
        "nobody on the quay had ever heard of a tax on windows",
        "The keeper came down … and lit the ninety lamps",
    ],
)
def test_a_quotation_that_the_source_lacks_is_found_with_its_place(words: str) -> None:
    assert words_not_found(f"Lamps burned. The log says “{words}” [1].") == [words]


@pytest.mark.parametrize(
    "body",
    [
        "They had a so-called “window tax” there [1].",
        "He was known as “the man with the vinegar” [1].",
        "He read “The Long Winter Of The Northern Harbour Lamps” aloud [1].",
        "The log says “the keeper came down at dawn and lit the lamps”. It was late [1].",
        "The log says “the keeper came down at dawn and lit the lamps” [1][2].",
        'A board of 5" by 7" was nailed to each of the posts on the quay by the keeper [1].',
    ],
)
def test_scare_quotes_titles_and_what_cannot_be_looked_up_are_no_finding(body: str) -> None:
    assert words_not_found(body) == []


def test_only_the_whole_text_of_a_source_lacks_words() -> None:
    body = "The log says “the keeper came down at dawn and lit the lamps” [1]."
    assert words_not_found(body)
    assert words_not_found(body, extent=ABSTRACT) == []


def test_a_source_in_another_language_lacks_no_words() -> None:
    german = "Der Wärter kam in der Dämmerung herunter und zündete die vierzig Lampen an, wie es sein Vater getan hatte. " * 9
    session = review("The log says “the keeper came down at dusk and lit the lamps” [1].", {"1": german})
    assert found(session, QUOTE_NOT_FOUND) == []


def test_notes_citations_and_the_end_of_a_page_interrupt_no_quotation() -> None:
    page = "the forty lamps one after\n\n12 The Keeper's Year\n\n3 Oil was dear in that year, see Dahl.\n\nthe other"
    source = LOG.replace("the forty lamps one after the other", page).replace("paid for", "paid3 for (Dahl, 2021, p. 7)")
    body = "It says “lit the forty lamps one after the other, as his father” [1]. “Nobody on the quay paid for the oil” [1]."
    session = review(body, {"1": source})
    assert found(session, QUOTE_NOT_FOUND) == []


def test_words_that_a_quotation_drops_are_found() -> None:
    source = LOG.replace("Nobody on the quay paid", "The people of the quay did not pay")
    session = review("It says “the people of the quay did pay for the oil” [1].", {"1": source})
    assert len(found(session, QUOTE_NOT_FOUND)) == 1


def test_a_quotation_of_two_sentences_rests_on_what_either_cites() -> None:
    assert words_not_found("“The keeper was late. He came down at dawn and lit no lamp” [1].") != []
    assert words_not_found("“as his father had done. Nobody on the quay paid for the oil” [1].") == []


def test_a_claim_says_what_its_quotation_rests_on() -> None:
    session = review("The log says “the keeper came down at dusk and lit the forty lamps” [2].", {"1": LOG, "2": "Oil. " * 50})
    assert len(found(session, QUOTE_NOT_FOUND)) == 1
    claim = session.mark(session.index.article.sentences.all()[0])
    session.link(claim, "1")
    assert found(session, QUOTE_NOT_FOUND) == []


def test_the_key_of_a_quotation_survives_changes_elsewhere() -> None:
    body = "The log says “the keeper came down at dawn and lit the lamps” [1]."
    (one,), (other,) = (
        found(review(text, {"1": LOG}), QUOTE_NOT_FOUND) for text in (body, f"It was dark. {body.replace('log', 'paper')}")
    )
    assert one.key == other.key
    twice = found(review(f"{body} {body}", {"1": LOG}), QUOTE_NOT_FOUND)
    assert len({finding.key for finding in twice}) == 2


@given(st.integers(0, 30), st.integers(6, 20), st.sampled_from(("“{}”", '"{}"', "«{}»", "„{}“", "‘{}’")), st.booleans())
def test_any_words_of_a_source_are_found_in_it(first: int, count: int, marks: str, is_loud: bool) -> None:
    words = LOG.replace("“", "").replace("”", "").split()[6:]
    quoted = " ".join(words[first : first + count]).strip(".,:")
    quoted = quoted.upper() if is_loud else quoted
    assert words_not_found(f"The log says {marks.format(quoted)} [1].") == []


# ------------------------------------------------------------------ passages and sources that carry much


def keep(session: ReviewSession, quote: str, *, verdict: str = "supports", sentences: int = 4) -> None:
    """Mark the first sentences as claims on [1], each with the same words of the source as evidence."""
    start = LOG.index(quote)
    evidence = Evidence("digest of 1", make_selector(LOG, Span(start, start + len(quote))))
    for sentence in session.index.article.sentences.all()[:sentences]:
        claim = session.mark(sentence)
        session.judge(claim, "1", verdict)
        session.keep_evidence(claim, "1", evidence)


DAYS = "The lamps were lit [1]. The lamps were many [1]. The lamps were old [1]. The lamps were his [1]. It rained [2]."


def test_a_passage_that_carries_four_sentences_is_told_once_with_all_places() -> None:
    session = review(DAYS, {"1": LOG})
    keep(session, "lit the forty lamps", sentences=3)
    assert found(session, PASSAGE_OVERUSED) == []
    session = review(DAYS, {"1": LOG})
    keep(session, "lit the forty lamps")
    (finding,) = found(session, PASSAGE_OVERUSED)
    assert finding.text == "Claims in 4 sentences rest on one passage of [1]: “lit the forty lamps”"
    assert len(finding.also) == 3
    assert not finding.is_fault


def test_a_long_passage_and_verdicts_against_a_claim_are_no_overuse() -> None:
    session = review(DAYS, {"1": LOG * 3})
    for sentence in session.index.article.sentences.all()[:4]:
        claim = session.mark(sentence)
        session.keep_evidence(claim, "1", Evidence("digest of 1", make_selector(LOG * 3, Span(30, 700))))
    assert found(session, PASSAGE_OVERUSED) == []
    session = review(DAYS, {"1": LOG})
    keep(session, "lit the forty lamps", verdict="does-not-support")
    assert found(session, PASSAGE_OVERUSED) == []


def test_a_source_that_carries_most_claims_alone_is_told() -> None:
    body = " ".join(f"Lamp {number} burned [{1 if number < 6 else 2}]." for number in range(8))
    article_with_three = LIST + "[3] Ibsen, T. (2020). Glass.\n"
    article = parse_article(f"Of lamps\n\n{body}{article_with_three}".encode(), "lamps.txt")
    session = ReviewSession(article, "a")
    for sentence in article.sentences.all()[:8]:
        session.mark(sentence)
    (finding,) = found(session, SOURCE_CARRIES_MOST)
    assert "[1] is the only source of 6 of 8 claims" in finding.text
    assert finding.where == article.references[0].span
    session.link(session.index.claims()[0], "2")
    session.link(session.index.claims()[1], "3")
    assert found(session, SOURCE_CARRIES_MOST) == []


# ------------------------------------------------------------------ what others know

NOTICE = RetractionNotice(RETRACTION, "2021-03-04", AFTER_ARTICLE, reasons=("Data error", "Author misconduct"))
RECORD = RecordCheck(MATCHES, "Crossref", "2026-11-27", "10.5555/lamps")


def test_a_retraction_says_when_and_which_side_of_the_article() -> None:
    session = review("The lamps burned [1].", {})
    session.health.set_notices({"1": (NOTICE,)})
    (finding,) = found(session, RETRACTED)
    assert finding.text == "Retracted on 2021-03-04, after this article appeared. Reasons: Data error, Author misconduct."
    assert (finding.reference, finding.where) == ("1", session.index.article.references[0].span)
    assert finding.also == (session.index.article.citations[0].span,)
    session.health.set_notices({"1": (replace(NOTICE, timing=BEFORE_ARTICLE, reasons=()),)})
    (finding,) = found(session, RETRACTED)
    assert finding.text == "Retracted on 2021-03-04, before this article appeared."
    session.health.set_notices({"1": (replace(NOTICE, date="", timing="", reasons=()),)})
    assert found(session, RETRACTED)[0].text == "Retracted."


def test_a_notice_found_by_title_alone_accuses_nobody() -> None:
    session = review("The lamps burned [1].", {})
    session.health.set_notices({"1": (replace(NOTICE, found_by=BY_TITLE), replace(NOTICE, nature=CONCERN, found_by=BY_TITLE))})
    assert [f.kind for f in found(session, RETRACTED, CORRECTED, MAY_BE_RETRACTED)] == [MAY_BE_RETRACTED]


def test_a_reinstated_work_is_not_retracted_and_a_concern_is_told() -> None:
    session = review("The lamps burned [1].", {})
    session.health.set_notices({"1": (NOTICE, replace(NOTICE, nature=REINSTATEMENT), replace(NOTICE, nature=CONCERN))})
    assert [f.kind for f in found(session, RETRACTED, CORRECTED, MAY_BE_RETRACTED)] == [CORRECTED]


@pytest.mark.parametrize("outcome", [MATCHES, NOT_FOUND, NOT_ASKED])
def test_a_record_that_matches_or_could_not_be_found_is_no_finding(outcome: str) -> None:
    session = review("The lamps burned [1].", {})
    session.health.set_records({"1": replace(RECORD, outcome=outcome)})
    assert found(session, RECORD_MISSING, RECORD_DIFFERS) == []


def test_a_record_that_lacks_or_differs_is_told_with_the_registry() -> None:
    session = review("The lamps burned [1].", {})
    session.health.set_records({"1": replace(RECORD, outcome=NO_SUCH_RECORD)})
    (finding,) = found(session, RECORD_MISSING)
    assert finding.text == "Crossref has no record of 10.5555/lamps (asked on 2026-11-27)."
    session.health.set_records({"1": replace(RECORD, outcome=DIFFERS, differences=(FieldDifference("year", "2019", "2017"),))})
    (finding,) = found(session, RECORD_DIFFERS)
    assert finding.text == "Crossref has another entry for 10.5555/lamps: year “2019” here, “2017” there (asked on 2026-11-27)."


@pytest.mark.parametrize(
    ("failure", "is_told"),
    [
        ("answered 404 Not Found", True),
        ("answered 410 Gone; the archive has no copy", True),
        ("looks like a page that says “not found”, not like the source", True),
        ("shows the home page of its site, not the source", True),
        ("looks like a login page, not like the source", False),
        ("answered 403 Forbidden", False),
        ("answered 503 Service Unavailable", False),
        ("does not answer", False),
    ],
)
def test_only_an_address_that_is_gone_leads_nowhere(failure: str, is_told: bool) -> None:
    session = review("The lamps burned [1].", {})
    address = "https://quay.example/lamps"
    session.record_fetch_failure("1", address, f"{address} {failure}")
    told = found(session, LEADS_NOWHERE)
    assert bool(told) == is_told
    assert all(address not in finding.text for finding in told)
    session.attach_source("1", SourceText("digest of 1"))
    assert found(session, LEADS_NOWHERE) == []


# ------------------------------------------------------------------ numbers of another scale or unit

BOOKS = (
    "The books of the harbour\n\n"
    "In the year of the fire the harbour sold salt worth $4.2 billion to the towns of the coast. "
    "The road to the salt works is 40 miles long and was never paved. About 29 % of the boats were lost that winter, "
    "and 310,000 crates stood on the quay. Nobody counted the lamps, which were old, or the dogs, of which there were many.\n"
)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The harbour sold salt worth $4.2 million to the towns of the coast", ["4.2 million", "4.2 billion"]),
        ("The road to the salt works is 40 km long", ["40 km", "40 miles"]),
    ],
)
def test_a_number_of_another_scale_or_unit_is_told_with_both(sentence: str, words: list[str]) -> None:
    session = review(f"{sentence} [1].", {"1": BOOKS})
    (finding,) = found(session, NUMBER_DIFFERS)
    here, there = words
    assert finding.text.startswith(f"“{here}” here, “{there}” in the text of [1]")
    assert finding.where == session.index.article.sentences.all()[0]


@pytest.mark.parametrize(
    "sentence",
    [
        "The harbour sold salt worth 4,200 million dollars to the towns of the coast",
        "The road to the salt works is 64 km long",
        "A share of 0.29 of the boats were lost that winter",
        "310 thousand crates stood on the quay",
        "The harbour sold salt worth $7.7 million to the towns of the coast",
        "The harbour sold much salt to the towns of the coast",
    ],
)
def test_the_same_amount_in_another_form_and_another_amount_are_no_such_finding(sentence: str) -> None:
    assert found(review(f"{sentence} [1].", {"1": BOOKS}), NUMBER_DIFFERS) == []


def test_a_number_that_another_source_of_the_claim_has_is_no_finding() -> None:
    sentence = "The harbour sold salt worth $4.2 million to the towns of the coast"
    other = BOOKS.replace("billion", "million")
    assert found(review(f"{sentence} [1][2].", {"1": BOOKS, "2": other}), NUMBER_DIFFERS) == []
    assert len(found(review(f"{sentence} [1][2].", {"1": BOOKS, "2": LOG}), NUMBER_DIFFERS)) == 1
    assert found(review(f"{sentence} [1][2].", {"1": BOOKS}), NUMBER_DIFFERS) == []
    assert found(review(f"{sentence} [1].", {"1": BOOKS}, extent=ABSTRACT), NUMBER_DIFFERS) == []


def test_a_claim_is_asked_for_its_own_part_of_the_sentence() -> None:
    session = review("The harbour sold salt worth $4.2 million to the towns of the coast, and it rained [1].", {"1": BOOKS})
    text = session.index.article.text
    start = text.index("and it rained")
    session.mark(Span(start, start + len("and it rained")))
    assert found(session, NUMBER_DIFFERS) == []
