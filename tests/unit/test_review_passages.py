"""The passages of a source that are closest to a claim: which, in what order, and which of their words are the claim's."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.evidence import BENCH, Ranked, ranked, read_claims, score
from reader.article.article import Article
from reader.article.names import fold_name, name_spellings
from reader.article.passages.ranking import PassageIndex, RankedPassage
from reader.article.passages.stop_words import rank_languages
from reader.article.passages.words import ROOT_LENGTH, blank_citations, extract_terms, fold_word, stem
from reader.article.ranges import Span
from reader.formats import parse_article
from reader.review.pairs import claim_text
from tests.hypothesis_profiles import CHARACTERS

SOURCE = (
    "The old lock",
    "The lock of Ambervale was dug in 1871 by sixty navvies from the coast.",
    "It cost 12,500 crowns, which the town paid over nine years.",
    "Barges carried slate through it until the railway came.",
    "In winter the keeper broke the ice with an iron rod.",
    "Today it is a meadow, and geese graze where barges once lay.",
    "Subscribe to our letter",
)
NAMES = ("harbour", "bridge", "lantern", "copper", "velvet", "orchard", "thunder", "pillow", "granite", "walnut", "1871", "40")
"""Words without a stem, a beginning or a part in common."""
few_names = st.lists(st.sampled_from((*NAMES, "the", "and", "of")), max_size=12)
odd_text = st.text(CHARACTERS) | st.text(
    "aé\u0301\u00ad\u200b1,.’([)]2020 \u6f22\u5b57\u304c\u306e\u0e33\u0e31\u0e01\uac00\u0915\u093f\ud800ß\ufb01"
)


def closest(claim: str, *passages: str) -> list[tuple[str, list[str]]]:
    """Return the passages closest to a claim with their shared words."""
    return [
        (passages[found.index], [passages[found.index][slice(*span)] for span in found.shared_ranges])
        for found in PassageIndex(passages).rank(claim)
    ]


def best(claim: str, *passages: str) -> str:
    return closest(claim, *(passages or SOURCE))[0][0]


@pytest.mark.parametrize(
    ("claim", "number"),
    [
        ("Sixty workers dug the lock in 1871.", 1),
        ("The town needed nine years to pay for it.", 2),
        ("The price was 12500 crowns.", 2),
        ("A barge would carry slates.", 3),
        ("The keepers used a rod to break the ICE.", 4),
        ("A goose grazes in the meadows.", 5),
    ],
)
def test_the_passage_that_says_it_comes_first(claim: str, number: int) -> None:
    assert best(claim) == SOURCE[number]


def test_shared_words_are_ranges_of_the_passage_in_any_of_their_forms() -> None:
    passage = "The KEEPERS’ caf\u00e9s sold 1,000 pies."
    assert closest("A keeper’s cafe1 was a CAFE that is selling 1000 pies", passage) == [
        (passage, ["KEEPERS", "caf\u00e9s", "1,000", "pies"])
    ]


def test_words_without_content_are_nothing_in_common() -> None:
    assert closest("It is what they were of", *SOURCE) == []
    assert closest("Penguins", *SOURCE) == []
    assert closest("", *SOURCE) == closest("lock") == closest("lock", "", "…") == []
    german = ("Die Brücke wurde von der Stadt verkauft.", "Der Winter war lang und die Straßen waren leer.")
    assert closest("Die Ernte war gut und wurde von der Sonne reif.", *german) == []


def test_a_relative_of_a_word_counts_but_is_not_the_word() -> None:
    passages = ("A lecture was held on the lawn.", "The politics were held on the lawn.")
    assert closest("A politician stood on the lawn.", *passages) == [(passages[1], ["lawn"]), (passages[0], ["lawn"])]
    assert closest("A politician stood there.", *passages) == []


def test_passages_are_read_with_their_neighbours() -> None:
    told = ("The ferry runs.", "Rain fell.", "Snow lay.", "The ferry runs.", "It is the pride of Osk.")
    assert [close.index for close in PassageIndex(told).rank("The ferry of Osk")] == [4, 3, 0]


def test_what_is_no_sentence_says_little() -> None:
    assert best("The ferry sank", "Ferry sank", "Ferry sank.") == "Ferry sank."
    assert best("The ferry sank", "Ferry sank", "“Ferry sank!” ") == "“Ferry sank!” "


def test_of_equal_passages_the_first_comes_first() -> None:
    found = PassageIndex(("A crane fell.", "Snow lay deep.", "A crane fell.")).rank("A crane")
    assert [close.index for close in found] == [0, 2]


def test_a_limit_leaves_out_the_last() -> None:
    passages = PassageIndex([f"The lock had {number} gates." for number in range(30)])
    everything = passages.rank("a lock with gates", None)
    assert len(everything) == 30
    assert passages.rank("a lock with gates") == everything[:10]
    assert passages.rank("a lock with gates", 3) == everything[:3]


def test_whom_a_text_cites_is_not_what_it_says() -> None:
    cited = "Ice is thin here (Holt and Iden, 1950; see also Brae et al., 2001, p. 4), as ever [3–5]."
    assert [word.text for word in extract_terms(cited)] == ["ice", "is", "thin", "here", "as", "ever"]
    assert [word.text for word in extract_terms("Brae et al. (2001) say so")] == ["say", "so"]
    assert closest("Boats froze (Holt, 1950).", cited, "The boats came late.") == [("The boats came late.", ["boats"])]
    for said in ("the film (2007)", "(in May 1998)", "(born 3 May 1950, in Osk)", "[sic] (see there)"):
        assert blank_citations(said) == said


@pytest.mark.parametrize(
    ("claim", "passage", "shared"),
    [
        ("Die Regierungen verkauften Häuser.", "Ein Haus gehört der Regierung, die Kinder sind dort.", ["Haus", "Regierung"]),
        ("L’homme a vendu la maison.", "Les maisons sont à vendre dans le port, dit un homme.", ["maisons", "homme"]),
        ("Los gobiernos y la casa", "El gobierno vive en las casas de los ricos", ["gobierno", "casas"]),
        ("Дома в порту города", "Это дом в порту, что был у города", ["порту", "города"]),
        ("一座新桥建成了", "东京在2019年建造了一座新桥。", ["一座新桥"]),
        ("新しい橋です", "東京都は新しい橋を建設した。", ["新しい橋"]),
        ("บ้านที่ท่าเรือถูกขาย", "แมวอยู่ในบ้านที่ท่าเรือ", ["บ้านที่ท่าเรือ"]),
        ("항구의 집", "그는 항구의 배를 팔았다.", ["항구의"]),
        (
            "\u0938\u0930\u0915\u093e\u0930",
            "\u0938\u0930\u0915\u093e\u0930 \u0915\u0940 \u0928\u093e\u0935",
            ["\u0938\u0930\u0915\u093e\u0930"],
        ),
    ],
)
def test_other_languages_have_words_and_forms_too(claim: str, passage: str, shared: list[str]) -> None:
    assert closest(claim, passage, "Nothing of the kind.") == [(passage, shared)]


def test_a_word_divided_at_the_end_of_a_line_is_one_word() -> None:
    assert closest("approaches", "Their ap\u00ad proach was slow.") == [
        ("Their ap\u00ad proach was slow.", ["ap\u00ad proach"])
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("flies", "fly"),
        ("boxes", "box"),
        ("planned", "planning"),
        ("houses", "house"),
        ("copied", "copies"),
        ("quickly", "quick"),
    ],
)
def test_forms_of_an_english_word_have_one_stem(first: str, second: str) -> None:
    assert stem(first, "en") == stem(second, "en")


@pytest.mark.parametrize("word", ["bus", "glass", "red", "sing", "bring", "speed", "1880s", "es"])
def test_what_is_no_ending_stays(word: str) -> None:
    assert stem(word, "en") == word


@given(st.text("aeiouysdnglrmtкиая", min_size=1) | st.text(CHARACTERS, min_size=1), st.sampled_from(["en", "de"]))
def test_a_stem_begins_as_its_word_does(word: str, language: str) -> None:
    """The index looks for the forms of a word only among those that begin alike."""
    assert stem(word, language)[:ROOT_LENGTH] == word[:ROOT_LENGTH]


@given(st.lists(few_names, max_size=8), few_names)
def test_just_the_passages_that_share_a_word_are_found_and_just_these_words(told: list[list[str]], claim: list[str]) -> None:
    asked = {*claim} & {*NAMES}
    shared = {n: [word for word in words if word in asked] for n, words in enumerate(told)}
    passages = [" ".join(words) for words in told]
    found = PassageIndex(passages).rank(" ".join(claim), None)
    assert {
        close.index: [word for span in close.shared_ranges for word in passages[close.index][slice(*span)].split()]
        for close in found
    } == {n: words for n, words in shared.items() if words}


@given(st.lists(odd_text, max_size=6), st.lists(odd_text, min_size=1, max_size=3))
def test_any_text_gives_an_answer_that_does_not_depend_on_what_was_asked_before(told: list[str], claims: list[str]) -> None:
    source = PassageIndex(told)
    answers = [source.rank(claim, None) for claim in claims]
    assert [PassageIndex(told).rank(claim, None) for claim in reversed(claims)] == answers[::-1]
    for close in (close for answer in answers for close in answer):
        assert close.shared_ranges
        assert all(0 <= span.start < span.end <= len(told[close.index]) for span in close.shared_ranges)
        assert all(first.end < second.start for first, second in pairwise(close.shared_ranges))
    assert all(len({close.index for close in answer}) == len(answer) for answer in answers)


@given(odd_text)
def test_a_passage_shares_all_its_words_with_itself(text: str) -> None:
    found = PassageIndex([text]).rank(text)
    assert found == () or found == (RankedPassage(0, found[0].shared_ranges),)
    assert bool(found) >= any(
        len(word.text) > 3 and word.text.isascii() and word.text.isdigit() for word in extract_terms(text)
    )


def article(text: str, name: str = "a.md") -> Article:
    return parse_article(text.encode("utf-8"), name)


def said(read: Article, first: str, last: str) -> str:
    """Return the words of the claim that reaches from one piece of the article's text to another."""
    return claim_text(read, Span(read.text.index(first), read.text.index(last) + len(last)))


def test_the_words_of_a_claim_are_its_own() -> None:
    read = article(
        "Bees came [[1]](https://bees.example/1), **un**til\nthe *frost* [1][2]. Wax [is dear](https://wax.example) [2].\n\n"
        "## References\n\n[1] Holt, A. (1950). Bees. https://bees.example/1\n\n[2] Iden, B. (1960). Wax. https://wax.example\n"
    )
    assert said(read, "Bees came", "frost* [1][2].") == "Bees came, until the frost."
    assert said(read, "Wax", "(https://wax.example) [2].") == "Wax is dear."
    assert said(read, "came", "un") == "came, un"
    assert claim_text(read, Span(3, 3)) == ""


def test_names_and_years_that_are_a_marker_are_no_words_of_the_claim() -> None:
    read = article(
        "Bees\n\nWax is dear (Iden, 1960). Honey is not (Holt, 1950).\n\nReferences\n\n"
        "Holt, A. (1950). Bees of Vell. Press.\n\nIden, B. (1960). Wax of Vell. Press.\n",
        "a.txt",
    )
    assert said(read, "Wax is", "(Iden, 1960).") == "Wax is dear."


def test_linked_words_that_are_the_marker_are_said_all_the_same() -> None:
    read = article(
        "<html><body><article><h1>Bees</h1><p>The council <a href='https://osk.example/report'>published a report of bees</a>"
        " in May, and many people in the town of Osk have read it since.</p><p>They had <a href='https://vell.example/z'>asked"
        " for it</a> again and again, as they wrote to us in the spring.</p></article></body></html>",
        "a.html",
    )
    assert [citation.kind for citation in read.citations] == ["words", "words"]
    assert said(read, "The council", "in May") == "The council published a report of bees in May"


@pytest.mark.slow
@pytest.mark.skipif(not (BENCH / "score_evidence.py").is_file(), reason="needs ../shared")
@pytest.mark.parametrize(
    ("name", "every", "least"),
    [
        ("wice/dev", 2, Ranked(0.85, 0.94, 0.96, 0.9)),
        ("wice/train", 2, Ranked(0.68, 0.87, 0.94, 0.78)),
        ("clscisumm/dev", 1, Ranked(0.2, 0.36, 0.47, 0.34)),
    ],
)
def test_the_right_passages_of_real_sources_come_early(name: str, every: int, least: Ranked) -> None:
    reached = score(read_claims(name, every), ranked)
    assert all(share >= floor for share, floor in zip(reached, least, strict=True)), reached


def test_a_claim_of_many_pages_is_compared_by_its_beginning() -> None:
    claim = f"The lamp is green. {'So it was said. ' * 1000}The harbour froze."
    assert [close.index for close in PassageIndex(["The lamp is green.", "The harbour froze."]).rank(claim)] == [0]


def test_white_space_of_any_length_is_one_blank_of_the_claim() -> None:
    read = Article(f"Bees came{' ' * 200_000}back{' ' * 200_000}.", "Bees", ())
    assert claim_text(read, Span(0, len(read.text))) == "Bees came back."


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("der Wal und die Robbe sind nicht mit dem Schiff gekommen", ("de",)),
        ("the whale and the seal came with the ship", ("en",)),
        ("whale seal ship 17 29 31", ()),
        ("hvalen og det var ikke til skade at den kom", ("da",)),
    ],
)
def test_a_language_is_told_by_its_words_without_content(text: str, languages: tuple[str, ...]) -> None:
    assert rank_languages(Counter(text.split())) == languages


def test_words_are_folded_as_names_are() -> None:
    for name in ("Sørensen", "Łódź", "Ærø", "Straße", "Đorđević", "Kováč"):
        assert fold_word(name) == fold_name(name)


def test_a_name_with_a_long_row_of_accents_is_folded_in_time() -> None:
    accents = "\u0315\u0301" * 100_000
    assert fold_name(f"Kova\u0301{accents}c\u030c, Eva") == "kovac, eva"
    assert name_spellings(f"Mu\u0308ller{accents}") == {"muller"}
    assert name_spellings("Mu\u0308ller") == {"muller", "mueller"}
