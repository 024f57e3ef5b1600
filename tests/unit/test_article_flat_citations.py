"""Markers that lost their brackets or their raised digits, as in reports of language models: digits after words and stops."""

from __future__ import annotations

import pytest

from reader.formats import parse_article


def markers(text: str, name: str = "report.md") -> list[tuple[str, tuple[str, ...]]]:
    article = parse_article(text.encode("utf-8"), name)
    return [(article.text[c.start : c.end], c.references) for c in article.citations if c.references]


def flat_report(*sentences: str, entries: int = 24) -> str:
    listed = "\n".join(f"{n}. Guide {n}, accessed on May {n}, 2025, https://guide.example/{n}" for n in range(1, entries + 1))
    return "# Tolls\n\n" + "\n\n".join(sentences) + f"\n\n#### Works cited\n\n{listed}\n"


def test_digits_between_two_sentences_are_markers_whatever_their_order_and_however_few() -> None:
    sentences = [f"The ferry paid its toll at the gate.{number} It was low." for number in (1, 2, 18, 3, 4)]
    found = markers(flat_report(*sentences, "Later it rose to the level of the bridges.18"), "report.md")
    assert [marker for marker, _ in found] == ["1", "2", "18", "3", "4", "18"]


def test_digits_after_a_space_and_before_a_comma_count_beside_those_after_full_stops() -> None:
    ends = [
        f"The toll of the {name} river rose.{number} It was low."
        for number, name in enumerate(("east", "west", "old", "wide", "cold"), 1)
    ]
    text = flat_report(
        *ends, "Boats paid less in small harbours 3, and in layer 2, unlike layer 4, it took above 5, never 7 days."
    )
    assert [marker for marker, _ in markers(text, "report.md")] == ["1", "2", "3", "4", "5", "3"]


@pytest.mark.parametrize("name", ["report.md", "report.txt"])
def test_the_numbers_of_the_items_of_a_list_are_no_markers(name: str) -> None:
    items = "\n".join(f"{number}. Row the boat past pier {'abcdefgh'[number]} and count the planks" for number in range(1, 7))
    assert markers(flat_report(f"The toll rose. So they did this:\n\n{items}", "Later it fell.", entries=7), name) == []


@pytest.mark.parametrize(
    ("sentence", "other"),
    [
        ("渡し船は港で通行料を払います {}。", "船の数は 9。"),
        ("渡船在这个港口付了很久的通行费{}。", "渡船的总数为 9。"),
        ("나룻배는 항구에서 통행료를 냈습니다 {}.", "배는 모두 9척이다."),
    ],
)
def test_digits_before_the_stop_of_a_sentence_without_spaces_are_markers(sentence: str, other: str) -> None:
    text = flat_report(*(sentence.format(number) for number in (1, 2, 18, 3, 4)), other)
    assert [marker for marker, _ in markers(text, "report.md")] == ["1", "2", "18", "3", "4"]


def test_words_that_count_things_and_decimals_have_no_markers() -> None:
    steps = " ".join(f"In test {number}, the boat was rowed upstream." for number in range(1, 7))
    text = flat_report(steps, "The reading rose by piers7.3 and by gates4.2 in a year.", entries=7)
    assert markers(text) == []


def test_one_word_may_stand_before_several_markers() -> None:
    claims = " ".join(f"The river shaped the trade {number}, and more was built." for number in range(2, 7))
    assert [marker for marker, _ in markers(flat_report(claims, entries=6))] == ["2", "3", "4", "5", "6"]


def test_a_word_counts_things_also_at_the_start_of_a_sentence() -> None:
    assert markers(flat_report("Layer 1, layer 2 and layer 3 are glued, and then they dry.", entries=3), "report.txt") == []


def test_a_wrapped_line_may_begin_with_a_marker_and_a_stop() -> None:
    ends = ("winter", "spring", "summer", "autumn", "harvest", "flood")
    sentences = [f"The toll of the river rose by a few coins each {end} {n}." for n, end in enumerate(ends, 1)]
    wrapped = " ".join(sentences).replace(" 4. ", "\n4. ")
    assert [marker for marker, _ in markers(flat_report(wrapped, entries=6), "report.txt")] == ["1", "2", "3", "4", "5", "6"]
