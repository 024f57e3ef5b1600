"""Whether a text is a whole source or only its abstract."""

import pytest

from reader.review.source_shelf import detect_extent
from reader.review.vocabulary import ABSTRACT, FULL_TEXT
from tests.unit.review_strategies import article

COUNTED = "We counted the passengers of the ferry for a year. Twice as many tickets were sold as people went on board."


@pytest.mark.parametrize(
    "text",
    [
        f"Two counts of one ferry\n\nAbstract\n\n{COUNTED}\n",
        f"Two counts of one ferry\n\nABSTRACT. {COUNTED}\n",
        f"Two counts of one ferry\n\nAbstract: {COUNTED}\n\nKeywords: ferry, tickets\n",
        f"Zwei Zählungen einer Fähre\n\nZusammenfassung\n\n{COUNTED}\n",
        f"Deux comptages d'un bac\n\nRésumé – {COUNTED}\n",
        f"# Two counts of one ferry\n\n## Summary\n\n{COUNTED}\n",
        f"# Two counts of one ferry\n\n**Abstract** {COUNTED}\n",
    ],
)
def test_a_short_text_that_calls_itself_an_abstract_is_one(text: str) -> None:
    assert detect_extent(article(text)) == ABSTRACT


@pytest.mark.parametrize(
    "text",
    [
        f"Two counts of one ferry\n\nAbstract\n\n{COUNTED}\n\nIntroduction\n\n{COUNTED}\n",
        f"Two counts of one ferry\n\nAbstract\n\n{COUNTED}\n\n2. Methods\n\n{COUNTED}\n",
        f"# Two counts of one ferry\n\n## Abstract\n\n{COUNTED}\n\n## 4 Discussion\n\n{COUNTED}\n",
    ],
)
def test_the_parts_that_follow_an_abstract_make_it_whole(text: str) -> None:
    assert detect_extent(article(text)) == FULL_TEXT


def test_a_long_text_is_whole_whatever_it_calls_itself() -> None:
    days = "".join(f"On day {day} of the year the gate turned {day * 7} times. {COUNTED}\n\n" for day in range(1, 41))
    assert detect_extent(article(f"Two counts of one ferry\n\nAbstract\n\n{days}")) == FULL_TEXT


@pytest.mark.parametrize(
    "text",
    [
        f"The ferry is empty\n\n{COUNTED}\n",
        f"The ferry is empty\n\nHis paintings were abstract. {COUNTED}\n",
        f"The ferry is empty\n\nAbstraction is not counting. {COUNTED}\n",
    ],
)
def test_a_short_text_that_does_not_call_itself_one_is_whole(text: str) -> None:
    assert detect_extent(article(text)) == FULL_TEXT
