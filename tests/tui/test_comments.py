"""Comments of a Word file on the screen: at their sentences, in the text, and in what they leave in the library."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.article.article import Article
from reader.formats import parse_article, read_article
from tests.tui.user import NARROW, WIDE, reading, stored
from tests.unit.docxs import comment, comment_parts, commented, docx, edge, p, t

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
DOCUMENTS = Path(__file__).parents[1] / "documents"
ASKED = "Who counted the goats?"
ANSWER = "The herdsmen, each spring."
SOURCE = "https://goats.example/2024"


def draft(*, number: str = "forty", more: bool = False) -> Article:
    """Return a draft with a thread on its heading, a source and, with `more`, another one before it."""
    body = (
        p(
            commented(0, edge(1, "RangeStart"), t("Goats of Orn"), edge(1, "RangeEnd"), edge(1, "Reference")),
            style="Overskrift1",
        ),
        p(
            commented(3, t("Goats live on the island.")) if more else t("Goats live on the island."),
            " ",
            commented(2, t(f"There are {number} of them in spring.")),
        ),
        p("Nobody knows why they came."),
    )
    comments = [comment(0, ASKED), comment(1, ANSWER, author="Tom Reed", date="2026-03-04T08:00:00Z"), comment(2, SOURCE)]
    comments += [comment(3, "https://orn.example/goats")] if more else []
    return parse_article(docx(*body, **comment_parts(*comments, answers={1: 0}, done=(0,))), "goats.docx")


@SIZES
async def test_comments_are_shown_with_their_sentence_and_gone_to(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(read_article(str(DOCUMENTS / "comments.docx")), own_library, size) as user:
        assert "” Ida Berg · 2026-03-02: See the survey, https://springs.example/2024" in user.card
        assert "[comment 1]" in user.card
        assert [row.strip()[0] for row in user.lines if row.strip().startswith("”")][:1] == ["”"]
        await user.press("g", "m")
        assert user.sentence.startswith("The rest kept")
        assert "Tom Reed · 2026-03-03: Is this still true?" in user.card
        assert user.app.screen.get_style_at(*user.cell("kept their flow")).underline
        assert not user.app.screen.get_style_at(*user.cell("The rest")).underline
        await user.press("g", "m", "g", "m")
        assert "9 litres" in user.sentence
        await user.press("g", "m")
        assert "No comment below" in user.footer
        await user.press("g", "M", "g", "M", "g", "M", "g", "M")
        assert user.sentence.startswith("Two of nine")
        assert "No comment above" in user.footer


@SIZES
async def test_a_thread_on_a_heading_is_read_with_the_next_sentence_and_opened_as_a_whole(
    own_library: Path, size: tuple[int, int]
) -> None:
    async with reading(draft(), own_library, size) as user:
        assert user.sentence == "Goats live on the island."
        assert f"Ida · 2026-03-02 · resolved: {ASKED}"[:40] in user.card
        await user.press("h", "o")
        assert f"Ida · 2026-03-02 · resolved: {ASKED}" in user.card
        assert f"↳ Tom Reed · 2026-03-04: {ANSWER}" in user.card


async def test_nothing_of_comments_is_written_and_what_is_done_about_them_stays_in_the_next_draft(own_library: Path) -> None:
    async with reading(draft(), own_library) as user:
        await user.saved()
    assert stored(own_library, "annotations") == []
    async with reading(draft(), own_library) as user:
        await user.press("j", "h", "1", "a")
        await user.type("asked him")
        await user.press("ctrl+s")
        await user.saved()
    (claim,) = stored(own_library, "annotations")
    assert SOURCE not in str(claim)
    for later in (draft(more=True), draft(number="fifty", more=True)):
        async with reading(later, own_library) as user:
            await user.press("j")
            (reference,) = user.desk.rests_on()
            assert later.reference_by_id[reference].url == SOURCE
            assert later.label_of(reference) == "comment 2"
            assert user.verdicts() == {reference: "supports"}
            assert "asked him" in user.card


async def test_a_document_without_comments_says_so(own_library: Path) -> None:
    async with reading(parse_article(docx(p("It fell. It rose.")), "plain.docx"), own_library) as user:
        await user.press("g", "m")
        assert "This document has no comments" in user.footer


@SIZES
async def test_all_of_a_long_thread_is_read_on_the_open_card_page_by_page(own_library: Path, size: tuple[int, int]) -> None:
    remark = " ".join(f"Point {number} is what the herdsmen said of the goats in spring." for number in range(30))
    answers = [comment(number, f"Answer {number}. {remark}") for number in range(1, 4)]
    parts = comment_parts(comment(0, remark), *answers, answers=dict.fromkeys(range(1, 4), 0))
    article = parse_article(docx(p(commented(0, t("Goats live here.")), " They eat."), **parts), "goats.docx")
    async with reading(article, own_library, size) as user:
        await user.press("o")
        seen = [user.card]
        while (more := "more line" in user.card) and len(seen) < 40:
            await user.press("space")
            seen.append(user.card)
        assert not more
        words = " ".join(" ".join(seen).split())
        assert all(words.count(f"Point {number} is") >= 4 for number in range(30))
        await user.press("space", *(["pageup"] * (len(seen) - 1)))
        assert user.card == seen[0]
        await user.press("pageup", "pagedown", "escape", "j", "o")
        assert "They eat." in user.card
