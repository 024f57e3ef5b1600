"""A reader who works independently sees no verdict of others, and takes none of theirs away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reader.library import Library
from reader.library.counts import count_article, review_overview
from reader.review.completeness import count_review
from reader.review.conflicts import conflicting_judgements
from reader.review.disagreements import compare_readers
from reader.review.independence import own_edits
from reader.review.model import Annotation, Edit, Evidence
from reader.review.selector import make_selector
from reader.review.session import ReviewSession
from tests.unit.review_strategies import article, where

ARTICLE = article()
SOURCE = article("The ledger\n\nIn May the ferry carried 20,500 people.\n")
PASSAGE = Evidence(SOURCE.digest, make_selector(SOURCE.text, where(SOURCE, "carried 20,500 people")))


def opened(folder: Path, reader: str, *, alone: bool) -> tuple[Library, ReviewSession]:
    """Open the review of a reader, who may work independently."""
    library = Library.open(folder)
    library.independent_reader = reader if alone else ""
    session, entry = library.session(ARTICLE, reader)
    session.listen(lambda change: library.save(entry.id, change))
    library.on_remote_change = lambda _, edits: session.receive(edits) and None
    return library, session


def claim(session: ReviewSession) -> Annotation:
    (one,) = session.index.claims()
    return one


def judged_by_mirela(folder: Path) -> None:
    """Mark a claim on two references as Mirela, and judge one of them."""
    library, session = opened(folder, "Mirela", alone=False)
    marked = session.mark(where(ARTICLE, "“Nobody believed it,” says"))
    session.judge(session.keep_evidence(marked, "1", PASSAGE), "1", "overstated")
    library.close()


def test_the_verdict_of_another_is_not_seen_and_both_stand(own_library: Path) -> None:
    judged_by_mirela(own_library)
    library, session = opened(own_library, "Jorun", alone=True)
    assert claim(session).judgements == ()
    assert session.index.open_pairs() == 2
    session.set_tags(claim(session), ["doubt"])
    assert library.flush(30)
    assert claim(session).judgements == (), "a change of something else reveals nothing"
    session.judge(claim(session), "1", "supports")
    assert library.flush(30)
    library.close()
    assert claim(session).verdict_on("1") == "supports"
    assert conflicting_judgements(claim(session), "1") == ()
    assert claim(session).judgements[0].evidence == (), "that of the other is not taken for the reader's own"
    _, session = opened(own_library, "Mirela", alone=False)
    assert compare_readers(session.index, "Mirela", "Jorun").verdicts == [("overstated", "supports")]
    assert claim(session).tags == ("doubt",)


def test_evidence_that_is_kept_before_the_verdict_stays_in_view(own_library: Path) -> None:
    judged_by_mirela(own_library)
    library, session = opened(own_library, "Jorun", alone=True)
    own = Evidence(SOURCE.digest, make_selector(SOURCE.text, where(SOURCE, "In May")))
    session.keep_evidence(claim(session), "1", own)
    assert library.flush(30)
    (judgement,) = claim(session).judgements
    assert (judgement.verdict, [one.selector.exact for one in judgement.evidence]) == ("", ["In May"])
    library.close()
    library, session = opened(own_library, "Jorun", alone=True)
    (judgement,) = claim(session).judgements
    assert (judgement.verdict, [one.selector.exact for one in judgement.evidence]) == ("", ["In May"])
    session.judge(claim(session), "1", "supports")
    library.close()
    _, session = opened(own_library, "Mirela", alone=False)
    assert compare_readers(session.index, "Mirela", "Jorun").verdicts == [("overstated", "supports")]


def test_an_own_verdict_is_undone_and_that_of_the_other_stays_where_it_was(own_library: Path) -> None:
    judged_by_mirela(own_library)
    library, session = opened(own_library, "Jorun", alone=True)
    session.judge(claim(session), "1", "supports")
    assert library.flush(30)
    session.undo()
    assert library.flush(30)
    assert claim(session).judgements == ()
    library.close()
    _, session = opened(own_library, "Mirela", alone=False)
    assert (claim(session).verdict_on("1"), dict(claim(session).conflicts)) == ("overstated", {})


def test_what_arrives_while_the_article_is_open_shows_no_verdict(own_library: Path) -> None:
    judged_by_mirela(own_library)
    library, session = opened(own_library, "Mirela", alone=False)
    before = claim(session)
    judged = session.judge(before, "2", "supports")
    noted = session.set_note(judged, "Who believed it?")
    library.close()
    (edit,) = own_edits([Edit(before, noted)], "Jorun")
    assert isinstance(edit.after, Annotation)
    assert (edit.after.note, edit.after.judgements, dict(edit.after.conflicts)) == ("Who believed it?", (), {})
    assert own_edits([Edit(before, replace(before, judgements=noted.judgements))], "Jorun") == ()
    assert own_edits([Edit(before, judged)], "") == (Edit(before, judged),)


def test_counts_that_one_reader_left_are_not_those_of_another(own_library: Path) -> None:
    judged_by_mirela(own_library)
    open_pairs: list[int] = []
    for reader, alone in (("Mirela", False), ("Jorun", True), ("Mirela", False)):
        library, session = opened(own_library, reader, alone=alone)
        (entry,) = library.summaries()
        assert entry.id not in library.overview()[1]
        open_pairs += session.index.open_pairs(), count_article(library, entry, lambda *_: ARTICLE).open_pairs
        library.save_counts(entry.id, count_review(session.index))
        assert library.overview()[1][entry.id].open_pairs == open_pairs[-1]
        library.close()
    assert open_pairs == [1, 1, 2, 2, 1, 1]


def test_counts_that_a_list_keeps_for_one_reader_are_not_those_of_another(own_library: Path) -> None:
    judged_by_mirela(own_library)
    for reader, alone, expected in (("Mirela", False, 1), ("Jorun", True, 2)):
        library, _ = opened(own_library, reader, alone=alone)
        (entry,) = library.summaries()
        assert review_overview(library)[1] == {}
        count_article(library, entry, lambda *_: ARTICLE)
        assert review_overview(library)[1][entry.id].open_pairs == expected
        library.close()
