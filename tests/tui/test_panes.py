"""The lines of card, lists and bars: always as many as asked for, never too wide, whatever they are about."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.model import Citation, Reference
from reader.printable import terminal_line
from reader.review.index import Tally
from reader.review.model import Annotation, ClaimLink, Judgement, Selector
from reader.review.pairs import Status
from reader.review.scale import DECISIONS, DEFAULT_SCALE, NEWSROOM_SCALE, PROBLEMS
from reader.review.statistics import collect_statistics
from reader.review.vocabulary import ANNOTATION_KINDS
from reader.tui.action import TEXT
from reader.tui.actions import ACTIONS
from reader.tui.keymap import KeyMap
from reader.tui.panes.bars import ReadingProgress, SaveStatus, follow_lines, footer_lines, header_line, tab_lines
from reader.tui.panes.card import attachment_lines, card_lines, open_card_page, peek_lines
from reader.tui.panes.card_view import CardView, TextChange
from reader.tui.panes.help_lines import PLACES, WIDE_HELP, help_legend, match_lines, place_lines, tab_line
from reader.tui.panes.lists import LONG_REFERENCE_HEIGHT, REFERENCE_HEIGHT, ReferenceUse, reference_height, reference_rows
from reader.tui.panes.statistics import statistics_header
from reader.tui.styled_line import Part, clip_words, width_of
from tests.hypothesis_profiles import examples
from tests.tui.texts import article
from tests.tui.user import reading

PIECES = ["a", "word ", "夜", "e\u0301", "[/b]", "\x1b", "\n", " ", "x" * 30, "👩‍🚒"]
WORDS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
WRONG = st.lists(st.sampled_from([*PROBLEMS, "a problem of a later version"]), max_size=4, unique=True).map(tuple)
NAMES = ["1", "2", "3", "note", "Lee 2020", "long" * 8]
KEYMAP = KeyMap()
CONTEXTS = sorted({context for action in ACTIONS for context in action.contexts})


STALE = st.dictionaries(st.sampled_from(NAMES), WORDS)


@st.composite
def references(draw: st.DrawFn, name: str) -> Reference:
    """Make a reference."""
    return Reference(
        id=name,
        label=draw(st.sampled_from([name, "夜", "x" * 40])),
        text=draw(WORDS),
        authors=tuple(draw(st.lists(WORDS, max_size=5))),
        year=draw(st.sampled_from(["", "2020"])),
        title=draw(WORDS),
        doi=draw(st.sampled_from(["", "10.5555/" + "x" * 60])),
        url=draw(st.sampled_from(["", "https://example.org/" + "y" * 90])),
        remark=draw(st.booleans()),
    )


@st.composite
def rivals(draw: st.DrawFn, judged: list[str], verdicts: list[str]) -> dict[str, tuple[object, ...]]:
    """Make what others wrote at the same time: nothing, or other notes, kinds, bounds and verdicts, some without sense."""
    if draw(st.booleans()):
        return {}
    found: dict[str, tuple[object, ...]] = {"note": tuple(draw(st.lists(st.one_of(WORDS, st.none()), max_size=3)))}
    found["kind"] = tuple(draw(st.lists(st.sampled_from([*ANNOTATION_KINDS, "unheard-of", 7]), max_size=2)))
    found["selector"] = tuple({"exact": quote} for quote in draw(st.lists(WORDS, max_size=2)))
    for name in judged:
        given = draw(st.lists(st.sampled_from(verdicts), max_size=2))
        found[f"judgements/{name}"] = tuple({"verdict": verdict, "by": draw(WORDS)} for verdict in given)
    return found


@st.composite
def views(draw: st.DrawFn) -> CardView:
    """Make what a card can be about: marked or not, judged or not, by one or several, resting on up to six references."""
    rests_on = tuple(draw(st.lists(st.sampled_from(NAMES), max_size=6, unique=True)))
    known = tuple(draw(references(name)) for name in rests_on if draw(st.booleans()))
    annotation = None
    if draw(st.booleans()):
        judged = [name for name in rests_on if draw(st.booleans())]
        verdicts = [verdict.id for verdict in DEFAULT_SCALE.verdicts] + ["unavailable", "a verdict of a later version"]
        annotation = Annotation(
            "id", "article", "edition", Selector("quote"),
            kind=draw(st.sampled_from([*ANNOTATION_KINDS, "unheard-of"])),
            note=draw(WORDS),
            judgements=tuple(Judgement(name, draw(st.sampled_from([*verdicts, ""])), problems=draw(WRONG)) for name in judged),
            links=draw(st.dictionaries(st.sampled_from(NAMES), st.builds(ClaimLink, st.booleans(), WORDS, WORDS), max_size=3)),
            decision=draw(st.sampled_from(["", *DECISIONS, "a decision of a later version"])),
            fix=draw(WORDS),
            conflicts=draw(rivals(judged, verdicts)),
        )  # fmt: skip
    return CardView(
        article=Article("text", "title", (), citations=(Citation(0, 1, ()),), references=known),
        scale=draw(st.sampled_from([DEFAULT_SCALE, NEWSROOM_SCALE])),
        annotation=annotation,
        status=Status(rests_on, len(annotation.judgements)) if annotation else None,
        rests_on=rests_on,
        pair=draw(st.sampled_from(rests_on)) if rests_on else "",
        others=draw(st.integers(0, 3)),
        tags=tuple(Part(f"◆ {name}", "tag") for name in draw(st.lists(st.sampled_from(["a", "b/c", "d" * 30]), max_size=4))),
        marker_problems=tuple(draw(st.lists(st.sampled_from(["[9] points nowhere", "missing" * 9]), max_size=3))),
        cited=tuple((name, 2) for name in rests_on),
        is_ready=draw(st.booleans()),
        sentence=draw(st.booleans()),
        hints=draw(st.booleans()),
        check=draw(
            st.none() | st.builds(TextChange, WORDS, WORDS, WORDS, WORDS, st.dictionaries(st.sampled_from(NAMES), WORDS))
        ),
    )


@given(views(), st.integers(20, 110), st.integers(1, 14), st.booleans())
def test_the_card_ends_with_its_words_and_the_drawer_has_its_height(
    view: CardView, width: int, height: int, drawer: bool
) -> None:
    lines = card_lines(view, width, height, drawer=drawer)
    assert len(lines) == height if drawer else len(lines) <= height
    assert drawer or lines[-1]
    assert all(width_of(parts) <= width for parts in lines)


@given(views(), st.integers(20, 110), st.integers(8, 40))
@settings(max_examples=examples(80))
def test_the_open_card_has_exactly_its_height_and_fits_its_width(view: CardView, width: int, height: int) -> None:
    lines = open_card_page(view, "A quote of some length, or a longer one.", width, height).lines
    assert len(lines) == height
    assert all(width_of(parts) <= width for parts in lines)


@given(views(), st.integers(20, 110), st.integers(5, 14), st.booleans())
@settings(max_examples=examples(80))
def test_the_card_of_what_is_taken_along_has_its_height_too(view: CardView, width: int, height: int, drawer: bool) -> None:
    lines = attachment_lines(view, width, height, drawer=drawer)
    assert len(lines) == height if drawer else len(lines) <= height
    assert all(width_of(parts) <= width for parts in lines)


@given(views(), st.integers(30, 110), st.sampled_from([(5, True), (7, False), (9, False), (13, False)]))
@settings(max_examples=examples(80))
def test_the_pair_that_a_digit_judges_is_always_in_sight(view: CardView, width: int, shape: tuple[int, bool]) -> None:
    height, drawer = shape
    if view.annotation is None or view.annotation.kind != "claim" or not view.rests_on or not (view.sentence and view.is_ready):
        return
    text = "\n".join("".join(part.text for part in parts) for parts in card_lines(view, width, height, drawer=drawer))
    assert "▸" in text


@given(references("1"), st.integers(20, 110), st.integers(1, 14))
def test_a_peeked_reference_fits(reference: Reference, width: int, height: int) -> None:
    lines = peek_lines(reference, 3, width, height)
    assert len(lines) <= height
    assert all(width_of(parts) <= width for parts in lines)


@given(references("1"), st.integers(24, 110), st.booleans(), st.booleans(), st.integers(0, 3), st.integers(2, 60))
def test_an_entry_of_the_list_has_three_lines_or_one_more_for_its_title(
    reference: Reference, width: int, current: bool, never: bool, cited: int, room: int
) -> None:
    height = reference_height([reference], width, room)
    lines = reference_rows(reference, ReferenceUse(cited, never), width, height, current=current, lit=bool(cited))
    assert len(lines) in (3, height - 1)
    last = "".join(part.text for part in lines[-1])
    assert ("never cited" in last, "no marker found" in last) == (never and not cited, not never and not cited)


async def test_titles_that_begin_alike_are_told_apart_in_list_and_card(own_library: Path) -> None:
    titles = [f"Guideline: sodium intake for adults and children, {part}" for part in ("the evidence", "report on progress")]
    references = [("World Health Organization", str(2013 + n), title) for n, title in enumerate(titles)]
    text = article(("Salt", "A target was set [1]. Nine in ten missed it [2]. That is all."), references)
    for size in ((120, 36), (120, 24)):
        async with reading(text, own_library / str(size[1]), size) as user:
            assert "report" in user.list, "also where the list has no room for one more line"
            assert "the evi" in user.list
            await user.press("j")
            assert titles[0] in user.card
            await user.press("j", "h")
            assert titles[1] in user.card
            below = user.card_rows[-1]
            assert "1 ✓" in below, "the shade of the card ends with its last line"


def test_a_label_that_says_who_and_when_leaves_the_second_line_to_the_title() -> None:
    def rows(label: str) -> list[str]:
        reference = Reference(
            "1", label, "", authors=("Lind, A.",), year="2020", title="Night buses and those who wait for them"
        )
        lines = reference_rows(reference, ReferenceUse(2), 40, REFERENCE_HEIGHT, current=False, lit=False)
        return ["".join(part.text for part in line).strip() for line in lines[:2]]

    assert rows("Lind 2020") == ["[Lind 2020] Night buses and those who", "wait for them"]
    assert rows("1") == ["[1] Night buses and those who wait for", "them   Lind · 2020"]


@pytest.mark.parametrize("height", [REFERENCE_HEIGHT, LONG_REFERENCE_HEIGHT])
@pytest.mark.parametrize("label", ["City of Ostrel Parks Department 2022", "The Commission for the Night Buses of Ostrel 2022"])
def test_a_label_that_fills_its_line_leaves_the_title_whole_below_it(label: str, height: int) -> None:
    reference = Reference("1", label, "", authors=("City of Ostrel",), year="2022", title="Register of trees: Tables")
    lines = reference_rows(reference, ReferenceUse(2), 40, height, current=False, lit=False)
    assert "".join(part.text for part in lines[1]).strip() == "Register of trees: Tables"


def card_of(label: str, width: int, *, drawer: bool) -> list[str]:
    """Return the lines of the card of an unmarked sentence that cites one reference."""
    reference = Reference("1", label, "", authors=("Lindqvist",), year="2022", title="Register of trees: Tables")
    article = Article("text", "title", (), citations=(Citation(0, 1, ()),), references=(reference,))
    view = CardView(article, DEFAULT_SCALE, None, None, ("1",), "", cited=(("1", 2),), is_ready=True, sentence=True)
    return ["".join(part.text for part in row).strip() for row in card_lines(view, width, 9, drawer=drawer)]


def test_a_label_that_fills_the_line_of_the_card_leaves_the_title_whole_below_it() -> None:
    assert "Register of trees: Tables" in card_of("City of Ostrel Parks Department 2022", 40, drawer=False)


@pytest.mark.parametrize(("width", "end"), [(60, "Lindqvist · 2022 · cited 2×"), (50, "Lindqvist · 2022"), (40, "Tables")])
def test_the_drawer_shows_of_authors_and_year_what_fits_and_no_stub(width: int, end: str) -> None:
    assert next(row for row in card_of("1", width, drawer=True) if "Register" in row).endswith(end)


def test_a_title_without_blanks_is_folded_as_it_is() -> None:
    title = "夜間バスの利用者数とその推移に関する五年間の年次報告書"
    reference = Reference("1", "Sato 2020", "", authors=("Sato",), year="2020", title=title)
    lines = reference_rows(reference, ReferenceUse(2), 40, LONG_REFERENCE_HEIGHT, current=False, lit=False)
    assert lines[0][-1].text + lines[1][-1].text == title


@given(WORDS, st.integers(0, 9999), st.integers(-1, 9999), st.integers(60, 200), WORDS)
def test_the_header_has_exactly_the_width(title: str, decided: int, sentences: int, width: int, typed: str) -> None:
    tally = Tally()
    tally.claims, tally.open_pairs = 12, 7
    progress = ReadingProgress(min(decided, max(0, sentences)), sentences, tally, typed[:6])
    assert width_of(header_line(title, progress, width)) == width


@given(st.sampled_from(CONTEXTS), st.integers(30, 200), st.sampled_from(["saved", "saving", "failed"]))
def test_the_footer_has_exactly_the_width_and_help_is_always_there(context: str, width: int, kind: str) -> None:
    (made,) = footer_lines(KEYMAP.hints(context), SaveStatus(kind, "the disk is full" if kind == "failed" else ""), width)
    assert width_of(made) == width
    if width >= 80 and context in ("text", "card", "list"):
        assert "help" in "".join(part.text for part in made)


@given(st.integers(20, 64))
def test_the_tabs_and_their_line_fit(width: int) -> None:
    counts = (("references", "References", ""), ("claims", "Claims", "12"), ("audit", "Audit", "3"))
    _, under = tab_lines("claims", counts, width)
    assert width_of(under) >= width


@pytest.mark.parametrize("width", [36, 60, 80, 200])
def test_what_may_follow_is_named_with_its_words(width: int) -> None:
    follow = KEYMAP.find("text", ("g",)).follow
    lines = follow_lines("g", follow, SaveStatus(), width)
    assert all(width_of(parts) <= width for parts in lines)
    text = "\n".join("".join(part.text for part in parts) for parts in lines)
    for key, action in follow:
        assert f" {key} {action.title.lower()}" in text


@given(WORDS, st.integers(40, 120))
def test_a_message_is_readable_whole(words: str, width: int) -> None:
    *above, footer = footer_lines(KEYMAP.hints("text"), SaveStatus(), width, words)
    text = "".join(part.text for parts in (*above, footer) for part in parts)
    assert all(width_of(parts) <= width for parts in (*above, footer))
    assert "".join(terminal_line(words).split()) in "".join(text.split())


@given(st.integers(30, 120))
@settings(max_examples=examples(20))
@pytest.mark.slow
def test_help_names_every_action_and_fits(width: int) -> None:
    pages = {place: place_lines(KEYMAP, place, width) for place in PLACES}
    assert all(width_of(parts) <= width for lines in pages.values() for parts in lines)
    texts = {
        place: " ".join("".join(part.text for parts in lines for part in (*parts, Part(" "))).split())
        for place, lines in pages.items()
    }
    for action in KEYMAP.actions:
        last = (action.title if width >= WIDE_HELP else action.help).split()[-1]
        assert all(last in texts[place] for place in action.contexts), action.id


@given(st.text(max_size=12), st.sampled_from(sorted(PLACES)), st.integers(30, 120))
@settings(max_examples=examples(20))
def test_help_lists_what_matches_and_fits(query: str, place: str, width: int) -> None:
    lines = match_lines(KEYMAP, query, place, width)
    assert lines
    assert all(width_of(parts) <= width for parts in (*lines, tab_line(place, width)))


@pytest.mark.parametrize("width", [24, 50, 76, 111])
def test_the_help_says_where_one_is_and_explains_every_sign_uncut(width: int) -> None:
    lines = help_legend(DEFAULT_SCALE, TEXT, width)
    text = " ".join("".join(part.text for part in parts) for parts in lines)
    assert all(width_of(parts) <= width for parts in lines)
    assert all(f"{verdict.symbol} {verdict.label}" in text for verdict in DEFAULT_SCALE.verdicts)
    assert all(sign in text for sign in ("∅ unavailable", "○ open", "◌ rests on nothing"))
    assert "you are in the text" in text


@pytest.mark.parametrize(("width", "last"), [(20, "Statistics"), (50, "complete"), (80, "decided"), (100, "settled")])
def test_the_header_of_the_numbers_leaves_out_what_does_not_fit_instead_of_cutting_it(width: int, last: str) -> None:
    parts = statistics_header(collect_statistics(()), width)
    assert width_of(parts) <= width
    assert "".join(part.text for part in parts).rstrip().endswith(last)


def test_the_header_says_where_in_a_long_text_one_is_only_where_there_is_room() -> None:
    progress = ReadingProgress(3, 20, Tally(), place=47)
    wide, narrow = header_line("Salt on the road", progress, 100), header_line("Salt on the road, and more of it", progress, 60)
    assert "at 47%  3 of 20 sentences decided" in "".join(part.text for part in wide)
    assert "47" not in "".join(part.text for part in narrow)
    assert width_of(wide) == 100
    assert width_of(narrow) == 60


@given(WORDS, st.integers(0, 60))
def test_words_that_are_cut_end_with_a_whole_one(words: str, width: int) -> None:
    cut, whole = clip_words(words, width), terminal_line(words)
    assert width_of((Part(cut),)) <= width
    if cut.endswith(" …"):
        assert whole.startswith(cut[:-2])
        assert whole[len(cut) - 2] == " "
