"""What a hostile member can put into the store of a team, and that it keeps nobody else from working."""

from __future__ import annotations

import pytest

from reader.library.journal import JournalEntry, Operation
from reader.library.shared_articles import Fold
from reader.library.versions import Dot, VersionVector, stamp_record, to_stored, versions_of
from reader.review.cells import Record
from reader.team import layout
from reader.team.encryption import NullCipher
from reader.team.layout import SegmentName
from reader.team.segments import pack_fold, pack_note, pack_segment
from tests.team.members import ARTICLE, Newsroom, segment_keys, share

GARBAGE = 20
"""The bad objects after which a log is given up."""


def segments_of(newsroom: Newsroom, name: str) -> list[SegmentName]:
    """Return the segments in the logs of a member, in the order of their keys."""
    named = (layout.segment_in(key) for key in sorted(newsroom.store.objects))
    return [one for one in named if one is not None and one.member == name]


def put(newsroom: Newsroom, scope: str, like: SegmentName, first: int, last: int, data: bytes) -> None:
    """Put an object into the log of a segment, under the name of others of its lines."""
    stem = layout.segment_stem(scope, like.member, like.replica, first, last)
    newsroom.store.put_new(layout.whole_key(stem, data), data)


def test_garbage_keeps_nobody_else_from_working(newsroom: Newsroom) -> None:
    ana, bob, _ = share(newsroom, "ana", "bob", "mallory")
    (shared,) = ana.library.shared_articles.articles()
    put = newsroom.store.put_new
    replica = "badbad00"
    claim = layout.claim_key("mallory", replica)
    put(claim, pack_note({}, claim, NullCipher()))
    for number, data in enumerate((b"", b"garbage", b"{" * 10_000, bytes(5 << 20)), 1):
        put(layout.whole_key(layout.segment_stem(shared.scope, "mallory", replica, number, number), data), data)
        put(layout.whole_key(layout.fold_stem(shared.scope, "mallory", 10**15 + number), data, is_gap=number == 2), data)
    put(f"{layout.logs_prefix(shared.scope)}/mallory-{replica}/{'9' * 100}", b"?")
    put(f"{layout.logs_prefix(shared.scope)}/who/what", b"?")
    put(f"{layout.about_key(shared.scope, 'mallory')}", b'{"article": "another"}')
    put(f"{layout.markers_prefix('pier')}/never/what", b"")
    put(f"{layout.desk_prefix('pier')}/nothing/0001-on-mallory", b"")
    ana.write("undisturbed", 1)
    newsroom.settle()
    assert bob.notes() == ["undisturbed"]
    assert bob.team.state.problem == ""
    bad = bob.team.status().bad
    assert len([one for one in bad if "/log/" in one.key]) == 4
    newsroom.store.requests = 0
    reads = newsroom.store.requests
    bob.sync(newsroom.store.now)
    assert [one.key for one in bob.team.status().bad] == [one.key for one in bad]
    assert newsroom.store.requests - reads < 12  # nothing that was set aside is fetched again


def test_nobody_passes_for_somebody_else(newsroom: Newsroom) -> None:
    ana, bob, _ = share(newsroom, "ana", "bob", "mallory")
    ana.write("mine", 1)
    newsroom.settle()
    (shared,) = ana.library.shared_articles.articles()
    own = next(key for key in segment_keys(newsroom) if "/ana-" in key)
    name = layout.segment_in(own)
    assert name is not None
    newsroom.store.now += 5
    stem = layout.segment_stem(shared.scope, "mallory", name.replica, 10**6, 10**6)
    forged = pack_segment([], stem, NullCipher())
    newsroom.store.put_new(layout.whole_key(stem, forged), forged)
    claim = layout.claim_key("mallory", name.replica)
    newsroom.store.put_new(claim, b"{}")
    ana.write("mine too", 2)
    newsroom.settle()
    assert bob.notes() == ["mine", "mine too"]
    assert any("belongs to ana" in one.reason for one in bob.team.status().bad)


def test_lines_that_no_honest_program_writes_are_set_aside(newsroom: Newsroom) -> None:
    ana, bob, mallory = share(newsroom, "ana", "bob", "mallory")
    mallory.write("honest", 1)
    newsroom.settle()
    (shared,) = ana.library.shared_articles.articles()
    honest = list(mallory.library.shared_articles.unsent(ana.article_id, {}))[-1]
    article = ana.library.shared_articles.fold(ana.article_id).records[0]
    removal = Operation(article[0], article[1], article[2], None)
    private = stamp_record({"id": ana.article_id, "source": "/home/ana"}, honest.dot)
    attempts = [
        {"operations": (removal,)},
        {"operations": (Operation("articles", ana.article_id, None, private),)},
        {"operations": (Operation("tags", "x", None, private),)},
        {"article": "another-article"},
        {"merge_vector": VersionVector({f"badbad00~{shared.scope}": 5})},
        {"context": VersionVector({"nobody": 5})},
    ]
    for number, fields in enumerate(attempts):
        replica = f"badbad{number:02}"
        claim = layout.claim_key("mallory", replica)
        newsroom.store.put_new(claim, b"{}")
        line = honest._replace(dot=Dot(10**6 + number, f"{replica}~{shared.scope}"), previous=0, **fields)  # type: ignore[arg-type]  # a hostile value
        put_segment(newsroom, shared.scope, replica, [line])
    waits = honest._replace(
        dot=Dot(10**7, f"badbad99~{shared.scope}"), previous=0, context=VersionVector({f"badbad98~{shared.scope}": 9})
    )
    newsroom.store.put_new(layout.claim_key("mallory", "badbad99"), b"{}")
    put_segment(newsroom, shared.scope, "badbad99", [waits])
    ana.write("undisturbed", 2)
    newsroom.settle()
    assert bob.notes() == ["honest", "undisturbed"]
    assert len([one for one in bob.team.status().bad if "/badbad" not in one.key and "-badbad" in one.key]) == len(attempts)
    assert bob.team.state.waiting == 1
    assert bob.library.entry(ana.article_id).title == ARTICLE.title
    bob.write("and on it goes", 3)
    newsroom.settle()
    assert ana.notes() == ["and on it goes", "honest", "undisturbed"]


def put_segment(room: Newsroom, scope: str, replica: str, lines: list[JournalEntry]) -> None:
    """Put lines into a log of mallory."""
    stem = layout.segment_stem(scope, "mallory", replica, lines[0].dot.counter, lines[-1].dot.counter)
    data = pack_segment(lines, stem, NullCipher())
    room.store.put_new(layout.whole_key(stem, data), data)


def test_a_flood_of_garbage_is_not_read_to_its_end(newsroom: Newsroom) -> None:
    ana, bob, _ = share(newsroom, "ana", "bob", "mallory")
    (shared,) = ana.library.shared_articles.articles()
    newsroom.store.put_new(layout.claim_key("mallory", "badbad00"), b"{}")
    for number in range(1, 301):
        data = b"garbage %d" % number
        newsroom.store.put_new(
            layout.whole_key(layout.segment_stem(shared.scope, "mallory", "badbad00", number, number), data), data
        )
    ana.write("undisturbed", 1)
    ana.sync(newsroom.store.now)
    newsroom.store.requests = 0
    for _ in range(20):
        bob.sync(newsroom.store.now)
    assert bob.notes() == ["undisturbed"]
    assert newsroom.store.requests < 20 * 15


def test_a_fold_that_hides_what_others_will_send_is_not_joined(newsroom: Newsroom) -> None:
    ana, bob, mallory = share(newsroom, "ana", "bob", "mallory")
    newsroom.settle()
    fold = mallory.library.shared_articles.fold(ana.article_id)
    ahead = dict.fromkeys(fold.vector.counters, 10**6)
    (shared,) = ana.library.shared_articles.articles()
    stem = layout.fold_stem(shared.scope, "mallory", 10**9)
    data = pack_fold(Fold(VersionVector(ahead), fold.records), stem, NullCipher())
    newsroom.store.put_new(layout.whole_key(stem, data, is_gap=True), data)
    newsroom.settle()
    ana.write("not hidden", 1)
    newsroom.settle()
    assert bob.notes() == ["not hidden"]


def put_fold(newsroom: Newsroom, scope: str, fold: Fold, *, is_gap: bool) -> None:
    """Put a fold of mallory's that seems to cover more than any other."""
    stem = layout.fold_stem(scope, "mallory", 10**9)
    data = pack_fold(fold, stem, NullCipher())
    newsroom.store.put_new(layout.whole_key(stem, data, is_gap=is_gap), data)


@pytest.mark.parametrize("is_gap", [False, True])
def test_a_fold_that_leaves_out_what_others_have_sent_hides_nothing(newsroom: Newsroom, is_gap: bool) -> None:
    ana, bob, mallory = share(newsroom, "ana", "bob", "mallory")
    ana.write("first", 1)
    bob.write("removed", 2)
    newsroom.settle()
    ana.remove("removed")
    ana.write("second", 3)
    newsroom.settle()
    fold = mallory.library.shared_articles.fold(ana.article_id)
    articles = tuple(record for record in fold.records if record[0] == "articles")
    (shared,) = ana.library.shared_articles.articles()
    put_fold(newsroom, shared.scope, fold._replace(records=articles), is_gap=is_gap)
    late = newsroom.add("late", ("pier",))
    newsroom.settle()
    assert late.read() == ana.article_id
    late.write("third", 4)
    late.remove("first")
    newsroom.settle()
    for member in (ana, bob, late):
        assert member.notes() == ["second", "third"]


def test_folds_that_cover_what_nobody_sent_are_seldom_fetched(newsroom: Newsroom) -> None:
    ana, bob, mallory = share(newsroom, "ana", "bob", "mallory")
    newsroom.settle()
    fold = mallory.library.shared_articles.fold(ana.article_id)
    (shared,) = ana.library.shared_articles.articles()
    for number in range(2 * GARBAGE):
        ahead = VersionVector(dict.fromkeys(fold.vector.counters, 10**6 + number))
        put_fold(newsroom, shared.scope, fold._replace(vector=ahead), is_gap=True)
    newsroom.store.read = []
    for _ in range(20):
        newsroom.store.now += 10
        bob.sync(newsroom.store.now)
    assert 0 < len([key for key in newsroom.store.read if layout.fold_in(key) is not None]) <= 6 * GARBAGE
    ana.write("undisturbed", 1)
    newsroom.settle()
    assert bob.notes() == ["undisturbed"]


def test_nobody_keeps_an_article_off_a_desk_for_good(newsroom: Newsroom) -> None:
    ana, _ = share(newsroom, "ana", "mallory")
    (shared,) = ana.library.shared_articles.articles()
    newsroom.store.put_new(f"{layout.desk_prefix('pier')}/{shared.scope}/9999-off-mallory", b"")
    ana.team.share(ana.article_id, ["pier"])
    newsroom.settle()
    late = newsroom.add("late", ("pier",))
    newsroom.settle()
    assert late.read() == ana.article_id
    assert [article.id for article in late.library.shared_articles.articles()] == [ana.article_id]


def test_nobody_is_shown_by_the_name_of_another(newsroom: Newsroom) -> None:
    ana = newsroom.add("ana")
    newsroom.add("ben")
    for member, name in (("mallory", " ANA"), ("trudy", "Ben"), ("zoe", "Zoe")):
        key = layout.member_key(member)
        newsroom.store.put_new(key, pack_note({"name": name}, key, NullCipher()))
    ana.sync(newsroom.store.now)
    shown = [one.name.strip() for one in ana.team.members()]
    assert shown == ["Ana (ana)", "Ben (ben)", "ANA (mallory)", "Ben (trudy)", "Zoe"]


def test_nobody_puts_words_into_the_mouth_of_another(newsroom: Newsroom) -> None:
    ana, bob, mallory = share(newsroom, "ana", "bob", "mallory")
    ana.write("what ana wrote", 1)
    newsroom.settle()
    fold = mallory.library.shared_articles.fold(ana.article_id)
    (shared,) = ana.library.shared_articles.articles()
    forged = tuple(
        (table, key, with_other_notes(record) if table == "annotations" else record) for table, key, record in fold.records
    )
    put_fold(newsroom, shared.scope, fold._replace(records=forged), is_gap=True)
    newsroom.store.put_new(layout.claim_key("mallory", "badbad00"), b"{}")
    operations = tuple(Operation(table, key, record, record) for table, key, record in forged)
    honest = list(ana.library.shared_articles.unsent(ana.article_id, {}))[-1]
    line = honest._replace(dot=Dot(10**6, f"badbad00~{shared.scope}"), previous=0, context=fold.vector, operations=operations)
    put_segment(newsroom, shared.scope, "badbad00", [line])
    late = newsroom.add("late", ("pier",))
    newsroom.settle()
    late.read()
    assert ana.notes() == bob.notes() == late.notes() == ["what ana wrote"]


def with_other_notes(record: Record) -> Record:
    """Return a stored record with another note by the same dot."""
    versions = versions_of(record)
    assert versions is not None
    return to_stored({**versions, "note": dict.fromkeys(versions["note"], "what ana never wrote")})


@pytest.mark.parametrize("without_state", [False, True])
def test_a_forged_segment_in_the_own_log_is_not_taken_for_what_was_sent(newsroom: Newsroom, without_state: bool) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    ana.write("sent", 1)
    newsroom.settle()
    ana.write("not sent yet", 2)
    last = segments_of(newsroom, "ana")[-1]
    scope = ana.library.shared_articles.articles()[0].scope
    put(newsroom, scope, last, last.last + 1, last.last + 2, b"nothing that ana has written")
    ana.restart(without_state=without_state)
    newsroom.settle()
    assert bob.notes() == ["not sent yet", "sent"]
    assert ana.team.state.unsent == 0


def test_a_log_full_of_garbage_holds_up_nobody_who_waits_for_what_is_good_in_it(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    carl = newsroom.add("carl", ("pier",))
    newsroom.settle()
    carl.read()
    carl.write("honest", 1)
    carl.sync(newsroom.store.now)
    ana.sync(newsroom.store.now)
    log = segments_of(newsroom, "carl")[-1]
    scope = ana.library.shared_articles.articles()[0].scope
    for number in range(GARBAGE + 5):
        put(newsroom, scope, log, 1, log.last, b"garbage %d" % number)
    ana.read()
    ana.write("built on it", 2)
    newsroom.settle(6)
    assert bob.notes() == ["built on it", "honest"]
    assert bob.team.state.waiting == 0
