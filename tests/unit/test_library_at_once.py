"""What two windows or devices say of one pair or one claim at once: all of it is there, and a word settles it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from reader.library import LibraryDB
from reader.review.conflicts import conflicting_judgements
from reader.review.model import Annotation, Evidence
from reader.review.selector import make_selector
from reader.review.session import ReviewSession
from reader.review.undo import UndoConflict
from tests.unit.review_strategies import article, where
from tests.unit.test_library import LONG, opened
from tests.unit.test_library_others import two_devices
from tests.unit.test_review_undo_properties import Window, two_windows

GATE = article("The gate\n\nIt turned 20,500 times in May. Of these 300 were dogs. Nobody counts the gulls.\n", "gate.txt")
Act = Callable[[Window], object]


def passage(quote: str) -> Evidence:
    """Return a passage of the gate's text as evidence."""
    return Evidence(GATE.digest, make_selector(GATE.text, where(GATE, quote)))


TURNED, DOGS, GULLS = passage("20,500 times"), passage("300 were dogs"), passage("counts the gulls")


def claim_of(session: ReviewSession) -> Annotation:
    (claim,) = session.index.annotations()
    return claim


def evidence(piece: Evidence) -> Act:
    return lambda window: window.session.keep_evidence(claim_of(window.session), "2", piece)


def verdict(given: str) -> Act:
    return lambda window: window.session.judge(claim_of(window.session), "2", given)


def both(*acts: Act) -> Act:
    def act(window: Window) -> None:
        for one in acts:
            one(window)

    return act


def at_once(folder: Path, one: Act, other: Act, *, first: Act = lambda _: None) -> tuple[Window, Window]:
    """Let two windows do something before either has heard of the other, and then hear."""
    windows = two_windows(folder)
    windows[0].session.mark(where(windows[0].session.index.article, "The port office counted 20,500"))
    first(windows[0])
    hear(*windows)
    one(windows[0])
    other(windows[1])
    hear(*windows)
    return windows


def hear(*windows: Window) -> None:
    for window in windows * 3:
        window.listen()


def judged(window: Window) -> tuple[str, set[str], set[str], str]:
    """Return what is said of the pair: the verdict, the quotes, the problems and the note."""
    judgement = claim_of(window.session).judgement_on("2")
    assert judgement is not None
    quotes = {piece.selector.exact for piece in judgement.evidence}
    return judgement.verdict, quotes, set(judgement.problems), judgement.note


def alike(*windows: Window) -> bool:
    """Whether windows, and who opens the library now, are told the same."""
    late = Window(Path(windows[0].library.folder))
    shown = [
        (w.session.index.annotations(), w.session.index.dismissals(), w.session.sources.source("2")) for w in (*windows, late)
    ]
    late.close()
    return shown.count(shown[0]) == len(shown)


def close(*windows: Window) -> None:
    for window in windows:
        window.close()


# ---------------------------------------------------------------------- evidence


def test_evidence_of_both_stands_there_and_what_is_dropped_then_is_gone(own_library: Path) -> None:
    windows = at_once(own_library, evidence(TURNED), evidence(DOGS))
    for window in windows:
        assert judged(window)[1] == {"20,500 times", "300 were dogs"}
        assert conflicting_judgements(claim_of(window.session), "2") == ()
    assert alike(*windows)
    windows[0].session.drop_evidence(claim_of(windows[0].session), "2", DOGS)
    hear(*windows)
    assert [judged(window)[1] for window in windows] == [{"20,500 times"}] * 2
    assert alike(*windows)
    assert windows[0].session.undo() is not None
    hear(*windows)
    assert [judged(window)[1] for window in windows] == [{"20,500 times", "300 were dogs"}] * 2
    close(*windows)


@pytest.mark.parametrize("swapped", [False, True])
def test_a_verdict_and_evidence_given_at_once_belong_together(own_library: Path, swapped: bool) -> None:
    acts = (evidence(TURNED), verdict("contradicts"))
    windows = at_once(own_library, *(acts[::-1] if swapped else acts))
    for window in windows:
        assert judged(window)[:2] == ("contradicts", {"20,500 times"})
        assert conflicting_judgements(claim_of(window.session), "2") == ()
        assert not window.session.index.is_open(claim_of(window.session), "2")
    assert alike(*windows)
    close(*windows)


def problem(window: Window) -> None:
    window.session.set_problems(claim_of(window.session), "2", ("wrong-number",))


@pytest.mark.parametrize("chosen", ["supports", "contradicts", "unclear"])
def test_choosing_a_verdict_keeps_the_evidence_and_the_problems_of_both(own_library: Path, chosen: str) -> None:
    windows = at_once(
        own_library, both(evidence(TURNED), verdict("supports")), both(problem, evidence(DOGS), verdict("contradicts"))
    )
    shown = judged(windows[0])[0]
    for window in windows:
        others = conflicting_judgements(claim_of(window.session), "2")
        assert {shown, *(other.verdict for other in others)} == {"supports", "contradicts"}
    verdict(chosen)(windows[1])
    hear(*windows)
    for window in windows:
        assert judged(window)[:3] == (chosen, {"20,500 times", "300 were dogs"}, {"wrong-number"})
        assert claim_of(window.session).conflicts == {}
    assert alike(*windows)
    close(*windows)


def test_evidence_for_a_pair_with_two_verdicts_chooses_none_of_them(own_library: Path) -> None:
    windows = at_once(own_library, verdict("supports"), both(evidence(DOGS), verdict("contradicts")))
    evidence(GULLS)(windows[0])
    hear(*windows)
    for window in windows:
        (other,) = conflicting_judgements(claim_of(window.session), "2")
        assert {judged(window)[0], other.verdict} == {"supports", "contradicts"}
        assert judged(window)[1] == {"300 were dogs", "counts the gulls"}
    assert alike(*windows)
    verdict("")(windows[1])
    hear(*windows)
    for window in windows:
        assert judged(window)[:2] == ("", {"300 were dogs", "counts the gulls"})
        assert conflicting_judgements(claim_of(window.session), "2") == ()
    close(*windows)


def test_evidence_that_two_devices_kept_is_joined_by_a_merge_and_counts_as_nothing_to_choose(own_library: Path) -> None:
    here, there = two_devices(own_library)
    for folder, piece in ((here, TURNED), (there, DOGS)):
        library, session, _ = opened(folder)
        session.keep_evidence(claim_of(session), "2", piece)
        assert library.close(LONG)
    library, session, _ = opened(here)
    merged = library.merge(there, "ana")
    assert (merged.conflicts, "to choose from" in merged.summary) == (0, False)
    assert library.close(LONG)
    library, session, _ = opened(here)
    judgement = claim_of(session).judgement_on("2")
    assert judgement is not None
    assert {piece.selector.exact for piece in judgement.evidence} == {"20,500 times", "300 were dogs"}
    assert library.close(LONG)


def by_script(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what the only annotation says of its pair, as a script does that uses the library's TinyDB."""
    with LibraryDB(folder) as db:
        (record,) = db.table("annotations").all()
        change(record["judgements"][0])
        db.table("annotations").update({"judgements": record["judgements"]})


def by_plain_tinydb(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Do the same with plain TinyDB."""
    with TinyDB(folder / "library.json") as db:
        (record,) = db.table("annotations").all()
        change(record["judgements"][0])
        db.table("annotations").update({"judgements": record["judgements"]})


@pytest.mark.parametrize("write", [by_script, by_plain_tinydb])
def test_a_script_that_gives_a_verdict_keeps_the_evidence_that_it_does_not_see(
    own_library: Path, write: Callable[[Path, Callable[[dict[str, Any]], object]], None]
) -> None:
    close(*at_once(own_library, evidence(TURNED), evidence(DOGS)))
    write(own_library, lambda judgement: judgement.update(verdict="supports"))
    window = Window(own_library)
    assert judged(window)[:2] == ("supports", {"20,500 times", "300 were dogs"})
    assert conflicting_judgements(claim_of(window.session), "2") == ()
    window.close()


def test_two_verdicts_that_a_merge_brings_are_something_to_choose(own_library: Path) -> None:
    here, there = two_devices(own_library)
    for folder, given in ((here, "supports"), (there, "contradicts")):
        library, session, _ = opened(folder)
        session.judge(claim_of(session), "2", given)
        assert library.close(LONG)
    library, _, _ = opened(here)
    assert library.merge(there, "ana", dry=True).conflicts == 1
    assert library.close(LONG)


def test_evidence_is_not_undone_once_the_other_window_has_judged_with_it(own_library: Path) -> None:
    windows = at_once(own_library, evidence(TURNED), lambda _: None)
    verdict("supports")(windows[1])
    hear(*windows)
    with pytest.raises(UndoConflict, match="changed since"):
        windows[0].session.undo()
    assert judged(windows[0])[:2] == ("supports", {"20,500 times"})
    assert windows[1].session.undo() is not None
    hear(*windows)
    assert judged(windows[0])[:2] == ("", {"20,500 times"})
    close(*windows)


def test_joining_claims_of_which_one_has_two_versions_keeps_what_both_said(own_library: Path) -> None:
    def note(text: str) -> Act:
        return lambda window: window.session.set_note(claim_of(window.session), text)

    windows = at_once(
        own_library,
        both(note("ask the port"), evidence(TURNED), verdict("supports")),
        both(note("ask the gate"), evidence(DOGS), verdict("contradicts")),
    )
    session = windows[0].session
    session.mark(where(session.index.article, "Nobody believed it"))
    joined = session.join(session.index.annotations())
    assert {"ask the port", "ask the gate"} <= set(joined.note.split("\n\n"))
    judgement = joined.judgement_on("2")
    assert judgement is not None
    assert {piece.selector.exact for piece in judgement.evidence} == {"20,500 times", "300 were dogs"}
    assert session.undo() is not None
    hear(*windows)
    assert len(windows[1].session.index.annotations()) == 2
    assert alike(*windows)
    close(*windows)


# ---------------------------------------------------------------------- links and decisions


def test_links_to_other_references_and_the_decision_never_meet_and_each_is_undone(own_library: Path) -> None:
    windows = at_once(
        own_library,
        lambda w: w.session.link(claim_of(w.session), "3", "named there"),
        both(
            lambda w: w.session.unlink(claim_of(w.session), "2", "another month"),
            lambda w: w.session.decide(claim_of(w.session), "fix-wording", "say half"),
        ),
    )
    for window in windows:
        claim = claim_of(window.session)
        assert (set(claim.links), claim.decision, claim.fix, claim.conflicts) == ({"2", "3"}, "fix-wording", "say half", {})
    assert windows[0].session.undo() is not None
    hear(*windows)
    assert [set(claim_of(window.session).links) for window in windows] == [{"2"}, {"2"}]
    assert windows[1].session.undo() is not None
    hear(*windows)
    assert [claim_of(window.session).decision for window in windows] == ["", ""]
    assert alike(*windows)
    close(*windows)


def test_two_decisions_stay_until_one_is_taken(own_library: Path) -> None:
    def decide(decision: str, fix: str) -> Act:
        return lambda window: window.session.decide(claim_of(window.session), decision, fix)

    windows = at_once(own_library, decide("drop", "no figure"), decide("fix-wording", "say half"))
    for window in windows:
        claim = claim_of(window.session)
        assert {(claim.decision, claim.fix), *zip(claim.conflicts["decision"], claim.conflicts["fix"], strict=True)} == {
            ("drop", "no figure"),
            ("fix-wording", "say half"),
        }
    decide("drop", "no figure, no month")(windows[1])
    hear(*windows)
    assert [dict(claim_of(window.session).conflicts) for window in windows] == [{}, {}]
    assert alike(*windows)
    close(*windows)


# ---------------------------------------------------------------------- a choice that is taken back


def link(rests: bool) -> Act:
    def act(window: Window) -> None:
        change = window.session.link if rests else window.session.unlink
        change(claim_of(window.session), "2", "so it says" if rests else "another month")

    return act


def decide(decision: str) -> Act:
    return lambda window: window.session.decide(claim_of(window.session), decision)


def values_at(window: Window, cell: str) -> list[object]:
    """Return the concurrent values of a cell that are not shown, by what tells them apart."""
    values = claim_of(window.session).conflicts.get(cell, ())
    return [value if isinstance(value, str) else (value.get("verdict"), value.get("rests")) for value in values]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]  # a JSON value


@pytest.mark.parametrize(
    ("cell", "one", "other"),
    [
        ("judgements/2", verdict("supports"), verdict("contradicts")),
        ("decision", decide("drop"), decide("fine")),
        ("links/2", link(rests=True), link(rests=False)),
    ],
)
def test_a_choice_that_is_undone_brings_all_values_back_in_each_window_and_for_good(
    own_library: Path, cell: str, one: Act, other: Act
) -> None:
    windows = at_once(own_library, one, other)
    before = [values_at(window, cell) for window in windows]
    assert [len(values) for values in before] == [1, 1]
    one(windows[1])
    hear(*windows)
    assert [values_at(window, cell) for window in windows] == [[], []]
    assert windows[1].session.undo() is not None
    hear(*windows)
    assert [values_at(window, cell) for window in windows] == before
    assert alike(*windows)
    close(*windows)
    library, session, _ = opened(own_library)
    assert len(claim_of(session).conflicts[cell]) == 1, "the file has both"
    assert session.redo() is not None
    assert cell not in claim_of(session).conflicts
    assert session.undo() is not None
    assert len(claim_of(session).conflicts[cell]) == 1
    assert library.close(LONG)


def test_a_claim_that_is_brought_back_has_its_two_verdicts(own_library: Path) -> None:
    windows = at_once(own_library, verdict("supports"), verdict("contradicts"))
    windows[0].session.remove([claim_of(windows[0].session)])
    hear(*windows)
    assert windows[1].session.index.annotations() == ()
    assert windows[0].session.undo() is not None
    hear(*windows)
    assert [len(values_at(window, "judgements/2")) for window in windows] == [1, 1]
    assert alike(*windows)
    close(*windows)
