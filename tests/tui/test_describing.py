"""Describing a source that is no text: the form, by keys alone; what was said is read, quoted and changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import TextArea

from reader.library.source_texts import keep_description
from reader.review.description import SourceDescription
from reader.review.vocabulary import DESCRIBED, NO_SOURCE
from tests.tui.sources import is_searched, sentence
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, WIDE, User, reading

FORM = "DescriptionScreen"
SAID = "The night bus costs more than they say."


async def opened(user: User, *keys: str) -> None:
    """Press keys, and wait for the form."""
    await user.press(*keys)
    await user.until(lambda: user.over == FORM)


async def kept(user: User) -> None:
    """Wait until the description is attached and said."""
    await user.until(lambda: "described" in user.footer)
    await user.settle()


def described(user: User) -> SourceDescription:
    """Return what is written about the source of [1]."""
    source = user.session.sources.source("1")
    assert source is not None
    assert source.text is not None
    return source.text.description


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_a_source_is_described_and_what_was_said_is_kept_as_evidence(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await opened(user, "j", "h", "g", "w")
        assert all(f"{label} " in user.picture for label in ("what", "who", "when", "kept", "said"))
        await user.type("call")
        await user.press("enter")
        await user.type("Zoe")
        await user.press("down")
        await user.type("3 May")
        await user.press("tab")
        await user.type("tape 4")
        await user.press("tab")
        await user.type(SAID)
        await user.press("enter")
        await kept(user)
        assert described(user) == SourceDescription("call", "Zoe", "3 May", "tape 4")
        assert user.session.sources.state("1") == DESCRIBED
        if size == WIDE:
            assert "▧ described" in user.list
        await user.press("s")
        await user.until(lambda: is_searched(user))
        await user.settle()
        assert sentence(user) == SAID
        assert "[1] Call with Zoe   own record" in user.header
        await user.press("e", "1")
        claim = user.session.index.claims()[0]
        assert [evidence.selector.exact for evidence in claim.judgements[0].evidence] == [SAID]
        assert user.session.index.status(claim).open_pairs < len(user.session.index.status(claim).rests_on)
        await user.until(lambda: "own record" in user.picture and "❝ 1" in user.picture)


async def test_keys_that_come_at_once_write_the_same(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        user.send("j", "h", "g", "w", *"book", "tab", *"Orel", "tab", "tab", *"shelf", "ctrl+s", "g", "w")
        await user.until(lambda: user.over == FORM and user.session.sources.state("1") == DESCRIBED)
        assert described(user) == SourceDescription("book", "Orel", "", "shelf")
        user.send(*SAID, "enter", "s")
        await user.until(lambda: is_searched(user))
        assert sentence(user) == SAID


async def test_what_is_written_stays_when_it_is_cancelled_and_a_wrong_kind_is_told(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await opened(user, "j", "h", "g", "w")
        await user.type("xyz")
        await user.press("ctrl+s")
        assert user.over == FORM
        assert "No such kind" in user.picture
        await user.press("tab")
        await user.type("[b]Zoe[/b]")
        await user.press("escape")
        assert user.session.sources.state("1") == NO_SOURCE
        assert "gw offers it again" in user.footer
        await opened(user, "g", "w")
        assert "Typed before and not kept" in user.picture
        assert "[b]Zoe[/b]" in user.picture
        await user.type("int")
        await user.press("ctrl+s")
        await kept(user)
        assert described(user) == SourceDescription("interview", "[b]Zoe[/b]")
        assert "nothing of what was said is written down" in user.footer
        await opened(user, "g", "w")
        assert "Typed before and not kept" not in user.picture


async def test_a_description_without_a_record_opens_the_form_and_undo_takes_each_step_back(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await opened(user, "j", "h", "g", "w")
        await user.press("ctrl+s")
        await kept(user)
        await opened(user, "s")
        assert isinstance(user.app.focused, TextArea), "what is lacking is what was said"
        await user.type("Yes.")
        await user.press("ctrl+j")
        await user.type("No.")
        await user.press("f2")
        await user.until(lambda: user.session.sources.is_readable("1"))
        await opened(user, "g", "w")
        assert user.app.focused.text == "Yes.\nNo."  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]  # the field of what was said
        await user.press("escape", "u")
        assert user.session.sources.state("1") == DESCRIBED
        assert not user.session.sources.is_readable("1")
        await user.press("u")
        assert user.session.sources.state("1") == NO_SOURCE


async def test_an_own_record_has_no_extent(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await opened(user, "j", "h", "g", "w")
        await user.press("shift+tab")
        await user.type(SAID)
        await user.press("enter")
        await user.until(lambda: user.session.sources.is_readable("1"))
        await user.press("s")
        await user.until(lambda: is_searched(user))
        await user.press("A")
        assert "only a document has an extent" in user.picture


async def test_a_record_that_no_form_could_hold_is_told_and_the_keys_typed_for_the_form_change_nothing(
    own_library: Path,
) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.press("j", "h")
        record = keep_description(user.app.open_library(), SourceDescription("call", "Zoe"), "A long line of it.\n" * 20_000)
        user.session.attach_source("1", record)
        user.send("g", "w", "d", "enter", "d")
        await user.until(lambda: "too many to edit here" in " ".join(user.picture.split()))
        assert "What was said has 379,999 characters" in user.picture
        await user.press("d", "escape")
        assert user.over == "ReadingScreen"
        assert len(user.session.index.claims()) == 1
