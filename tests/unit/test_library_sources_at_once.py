"""What two windows do at once to the text behind a reference, and to a finding of the audit: nothing of it is lost."""

from pathlib import Path

import pytest

from reader.article.article import Article
from reader.library.source_texts import keep_source
from reader.review.model import Source, SourceText
from reader.review.undo import UndoConflict
from reader.review.vocabulary import ABSTRACT, FULL_TEXT, ONLY_ABSTRACT
from tests.unit.review_strategies import article
from tests.unit.test_library_at_once import GATE, TURNED, Act, alike, at_once, close, evidence, hear
from tests.unit.test_review_undo_properties import Window

LEDGER = article("The ledger\n\nIn May 20,500 people went out.\n", "ledger.txt")


def attach(read: Article) -> Act:
    def act(window: Window) -> None:
        window.session.attach_source(
            "2", keep_source(window.library, read, read.original, f"https://port.example/{read.title}")
        )

    return act


def detach(window: Window) -> None:
    window.session.detach_source("2")


def source_in(window: Window) -> Source:
    """Return the source behind the reference."""
    source = window.session.sources.source("2")
    assert source is not None
    return source


def digests(window: Window) -> set[str]:
    """Return the texts that stand, or stood, behind the reference, and those that were put there at the same time."""
    shelf = window.session.sources
    attachment = shelf.attachment("2")
    assert attachment is not None
    sources = (shelf.source_by_id(one.source) for one in (attachment, *attachment.others))
    return {text.digest for source in sources if source is not None for text in source.texts}


def test_two_texts_for_one_reference_are_both_kept_and_taking_away_takes_both_away(own_library: Path) -> None:
    windows = at_once(own_library, attach(GATE), attach(LEDGER))
    for window in windows:
        assert digests(window) == {GATE.digest, LEDGER.digest}
    assert alike(*windows)
    detach(windows[1])
    hear(*windows)
    assert [window.session.sources.source("2") for window in windows] == [None, None]
    assert alike(*windows)
    assert windows[1].session.undo() is not None
    hear(*windows)
    assert all(window.session.sources.source("2") is not None for window in windows)
    close(*windows)


@pytest.mark.parametrize("other", [GATE, LEDGER])
def test_two_who_attach_to_one_reference_make_one_source(own_library: Path, other: Article) -> None:
    windows = at_once(own_library, attach(GATE), attach(other))
    for window in windows:
        source = source_in(window)
        assert list(window.session.sources.items[Source]) == [source.id]
        assert {source.current, *source.conflicts.get("current", ())} == {GATE.digest, other.digest}
    assert alike(*windows)
    close(*windows)


def test_whoever_attaches_once_more_has_chosen(own_library: Path) -> None:
    windows = at_once(own_library, attach(GATE), attach(LEDGER))
    attach(GATE)(windows[0])
    hear(*windows)
    for window in windows:
        attachment = window.session.sources.attachment("2")
        assert attachment is not None
        assert attachment.others == ()
        source = source_in(window)
        assert source.current == GATE.digest
    assert alike(*windows)
    close(*windows)


def test_two_who_replace_one_text_keep_both_until_another_takes_their_place(own_library: Path) -> None:
    third = article("The gate, once more\n\nIt turned.\n", "again.txt")
    windows = at_once(own_library, attach(LEDGER), attach(third), first=attach(GATE))
    for window in windows:
        source = source_in(window)
        assert {text.digest for text in source.texts} == {GATE.digest, LEDGER.digest, third.digest}
        assert {source.current, *source.conflicts["current"]} == {LEDGER.digest, third.digest}
    attach(LEDGER)(windows[0])
    hear(*windows)
    for window in windows:
        source = source_in(window)
        assert (source.current, dict(source.conflicts)) == (LEDGER.digest, {})
    assert alike(*windows)
    close(*windows)


@pytest.mark.parametrize("swapped", [False, True])
def test_a_text_that_is_replaced_is_not_taken_away_by_who_did_not_know_it(own_library: Path, swapped: bool) -> None:
    acts: tuple[Act, Act] = (attach(LEDGER), detach)
    windows = at_once(own_library, *(acts[::-1] if swapped else acts), first=attach(GATE))
    for window in windows:
        source = source_in(window)
        assert source.current == LEDGER.digest
    assert alike(*windows)
    close(*windows)


def test_a_source_is_not_undone_once_another_window_has_replaced_its_text(own_library: Path) -> None:
    windows = at_once(own_library, attach(GATE), lambda _: None)
    attach(LEDGER)(windows[1])
    hear(*windows)
    with pytest.raises(UndoConflict, match=r"the text of a source|later changes to it"):
        windows[0].session.undo()
    assert source_in(windows[0]).current == LEDGER.digest
    assert windows[1].session.undo() is not None
    hear(*windows)
    assert source_in(windows[0]).current == GATE.digest
    assert alike(*windows)
    close(*windows)


def dismiss(reason: str) -> Act:
    return lambda window: window.session.dismiss_finding("never-cited:3", "never-cited", "[3] is never cited", reason)


def test_what_two_dismissed_is_back_once_one_brings_it_back(own_library: Path) -> None:
    windows = at_once(own_library, dismiss("an appendix"), dismiss("a table cites it"))
    for window in windows:
        made = window.session.index.dismissals()["never-cited:3"]
        assert {made.reason, *(other.reason for other in made.others)} == {"an appendix", "a table cites it"}
    assert alike(*windows)
    windows[1].session.restore_finding("never-cited:3")
    hear(*windows)
    assert [dict(window.session.index.dismissals()) for window in windows] == [{}, {}]
    assert alike(*windows)
    assert windows[1].session.undo() is not None
    hear(*windows)
    assert ["never-cited:3" in window.session.index.dismissals() for window in windows] == [True, True]
    close(*windows)


def test_undoing_a_dismissal_does_not_take_the_other_one_away(own_library: Path) -> None:
    windows = at_once(own_library, dismiss("an appendix"), dismiss("a table cites it"))
    for window in windows:
        with pytest.raises(UndoConflict, match=r"a dismissed finding|later changes to it"):
            window.session.undo()
        assert "never-cited:3" in window.session.index.dismissals()
    close(*windows)


def test_a_text_that_arrives_while_it_is_read_is_there_to_read(own_library: Path) -> None:
    windows = at_once(own_library, attach(LEDGER), evidence(TURNED), first=attach(GATE))
    for window in windows:
        source = source_in(window)
        assert source.text is not None
        older = source.text_of(GATE.digest)
        assert isinstance(older, SourceText)
        assert (window.library.text(source.text), window.library.text(older)) == (LEDGER.text, GATE.text)
        assert window.session.sources.source_with_text(TURNED.source) == source
    close(*windows)


def test_what_was_done_to_a_source_alone_is_undone_in_a_later_session(own_library: Path) -> None:
    window = Window(own_library)
    attach(GATE)(window)
    window.session.set_extent(source_in(window), ABSTRACT)
    window.session.record_fetch_failure("2", "https://port.example", "it does not answer")
    window.close()
    window = Window(own_library)
    for trouble, extent in (("", ABSTRACT), ("", FULL_TEXT)):
        assert window.session.undo() is not None
        source = source_in(window)
        assert source.text is not None
        assert (source.failure, source.text.extent) == (trouble, extent)
    window.close()
    window = Window(own_library)
    assert window.session.redo() is not None
    assert window.session.sources.state("2") == ONLY_ABSTRACT
    window.close()
