"""What members of a team do comes to every member once, whatever stores, networks, clocks and other members do to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from reader.library.journal import JournalEntry, Operation
from reader.library.shared_articles import Fold
from reader.library.versions import Dot, VersionVector, stamp_record
from reader.team import layout
from reader.team.encryption import KEY_VARIABLE, NullCipher, TeamCipher, new_team_key
from reader.team.folds import MAX_SEGMENTS
from reader.team.segments import pack_fold, pack_note, pack_segment
from reader.team.stores import is_name
from tests.team.members import ARTICLE, Member, Newsroom, RoughStore


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    room = Newsroom(tmp_path)
    yield room
    room.close()


def share(room: Newsroom, *names: str) -> list[Member]:
    """Let the first member share the article on a desk that the others follow."""
    members = [room.add(name, ("pier",)) for name in names]
    members[0].read()
    members[0].team.share(members[0].article_id, ["pier"])
    members[0].sync(room.store.now)
    for member in members[1:]:
        member.sync(room.store.now)
        assert member.read() == members[0].article_id
    return members


def segments(room: Newsroom) -> list[str]:
    """Return the keys of all segments."""
    return sorted(key for key in room.store.objects if layout.segment_in(key) is not None)


def test_changes_come_to_everybody(newsroom: Newsroom) -> None:
    members = share(newsroom, "ana", "bob", "cem")
    for place, member in enumerate(members):
        member.write(f"by {member.name}", place)
    newsroom.settle()
    for member in members:
        assert member.notes() == ["by ana", "by bob", "by cem"]
        assert member.team.state.unsent == 0


def test_an_encrypted_team_shows_neither_contents_nor_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_team_key()
    monkeypatch.setenv(KEY_VARIABLE, key)
    room = Newsroom(tmp_path, TeamCipher(key))
    ana, bob = share(room, "ana", "bob")
    ana.write("nobody must read this", 1)
    room.settle()
    assert bob.notes() == ["nobody must read this"]
    stored = "\n".join(room.store.objects).encode() + b"\n".join(data for data, _ in room.store.objects.values())
    (shared,) = ana.library.shared_articles.articles()
    for secret in ("nobody must", "gulls", "pier", ana.article_id, shared.scope, ARTICLE.digest, key):
        assert secret.encode() not in stored
    room.close()


# ------------------------------------------------------------------ stores and networks


def lose_answers(store: RoughStore) -> None:
    store.lost_answers = 1


def fail_puts(store: RoughStore) -> None:
    store.failed_puts = 1


def cut_bodies(store: RoughStore) -> None:
    store.cut_bodies = 2


def break_listings(store: RoughStore) -> None:
    store.broken_listings = 1


def hide_objects(store: RoughStore) -> None:
    store.unseen_objects = 3


def take_rights(store: RoughStore) -> None:
    store.is_revoked = True


def go_offline(store: RoughStore) -> None:
    store.is_offline = True


TROUBLES = (lose_answers, fail_puts, cut_bodies, break_listings, hide_objects, take_rights, go_offline)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_nothing_is_lost_by_trouble(newsroom: Newsroom, trouble: Callable[[RoughStore], None]) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    for number in range(3):
        for member in (ana, bob):
            trouble(member.store)
            member.write(f"{number} by {member.name}", 2 * number + (member is ana))
            member.sync(newsroom.store.now)
    newsroom.settle()
    expected = sorted(f"{number} by {name}" for number in range(3) for name in ("ana", "bob"))
    assert ana.notes() == bob.notes() == expected
    assert (ana.team.state, bob.team.state) == (ana.team.state._replace(unsent=0, problem="", offline_since=""),) * 2
    assert ana.team.state.bad == 0


def test_offline_is_told_with_what_waits(newsroom: Newsroom) -> None:
    ana, _ = share(newsroom, "ana", "bob")
    ana.store.is_offline = True
    ana.write("on the ferry", 1)
    ana.sync(newsroom.store.now)
    state = ana.team.state
    assert state.unsent > 0
    assert state.offline_since.startswith("2027-01-15T")
    assert ana.team.close(1) == state.unsent


def test_rights_that_were_taken_away_are_told_and_reading_goes_on(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    bob.store.is_revoked = True
    bob.write("too late", 1)
    ana.write("still there", 2)
    ana.sync(newsroom.store.now)
    bob.sync(newsroom.store.now)
    assert "taken away" in bob.team.state.problem
    assert bob.team.state.unsent > 0
    assert bob.notes() == ["still there", "too late"]
    assert ana.notes() == ["still there"]


def test_a_put_that_is_repeated_makes_no_second_object(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    ana.write("once", 1)
    ana.store.lost_answers = 1
    ana.sync(newsroom.store.now)
    before = segments(newsroom)
    newsroom.settle()
    assert segments(newsroom) == before
    assert bob.notes() == ["once"]


@pytest.mark.parametrize("without_state", [False, True])
def test_a_restart_sends_nothing_twice(newsroom: Newsroom, without_state: bool) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    ana.write("before", 1)
    newsroom.settle()
    before = segments(newsroom)
    ana.restart(without_state=without_state)
    bob.restart(without_state=without_state)
    newsroom.settle()
    assert segments(newsroom) == before
    ana.write("after", 2)
    newsroom.settle()
    assert bob.notes() == ["after", "before"]


def test_a_damaged_state_is_made_again(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    ana.close()
    (path,) = ana.folder.glob("team-*.sqlite")
    path.write_bytes(b"this is no database" * 100)
    ana.reopen()
    ana.write("after the damage", 1)
    newsroom.settle()
    assert bob.notes() == ["after the damage"]


def test_a_store_that_was_emptied_is_filled_again(newsroom: Newsroom) -> None:
    members = share(newsroom, "ana", "bob")
    for place, member in enumerate(members):
        member.write(f"by {member.name}", place)
    newsroom.settle()
    kept = newsroom.store.objects.pop(layout.TEAM_KEY)
    newsroom.store.objects.clear()
    members[0].restart()
    members[0].sync(newsroom.store.now)
    assert "no team" in members[0].team.state.problem
    newsroom.store.objects[layout.TEAM_KEY] = kept
    newsroom.settle()
    assert newsroom.add("dora", ("pier",))
    newsroom.settle()
    dora = newsroom.members["dora"]
    dora.read()
    assert dora.notes() == ["by ana", "by bob"]


# ------------------------------------------------------------------ clocks and desks


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_clock_that_is_hours_wrong_delays_nothing_for_a_day(newsroom: Newsroom, hours: int) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    for number in range(3):
        ana.clock = hours * 3600
        ana.write(f"{number}", number)
        newsroom.store.now += 90_000
        ana.sync(newsroom.store.now)
        for _ in range(3):
            newsroom.store.now += 30
            bob.team.step(newsroom.store.now)
    assert bob.notes() == ["0", "1", "2"]


def test_a_desk_brings_what_changed_on_it_within_a_minute(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    bob.team.step(newsroom.store.now)
    ana.write("news", 1)
    newsroom.store.now += 25
    ana.team.step(newsroom.store.now)
    ana.team.step(newsroom.store.now + 20)
    newsroom.store.now += 31
    bob.team.step(newsroom.store.now)
    assert bob.notes() == ["news"]


def test_an_article_that_was_taken_off_a_desk_comes_to_no_new_follower(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    ana.team.share(ana.article_id, [])
    newsroom.settle()
    late = newsroom.add("cem", ("pier",))
    newsroom.settle()
    assert late.library.shared_articles.articles() == ()
    ana.team.share(ana.article_id, ["pier"])
    newsroom.settle()
    assert [article.id for article in late.library.shared_articles.articles()] == [ana.article_id]
    bob.write("still here", 3)
    newsroom.settle()
    assert late.read() == ana.article_id
    assert late.notes() == ["still here"]


def test_a_quiet_look_at_an_article_is_one_request(newsroom: Newsroom) -> None:
    _, bob = share(newsroom, "ana", "bob")
    newsroom.settle()
    bob.team.show(bob.article_id)
    bob.team.step(newsroom.store.now)
    counts: list[int] = []
    for _ in range(3):
        newsroom.store.now += 10.5
        before = newsroom.store.requests
        bob.team.step(newsroom.store.now)
        counts.append(newsroom.store.requests - before)
    assert sorted(counts)[:2] == [1, 1]  # and every thirty seconds one for the desk
    assert sum(counts) <= 4


# ------------------------------------------------------------------ backups


def test_a_backup_that_was_put_back_loses_nothing_that_was_sent(newsroom: Newsroom, tmp_path: Path) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    ana.write("in the backup", 1)
    newsroom.settle()
    ana.close()
    ana.keep_backup(tmp_path / "backup")
    ana.reopen()
    ana.write("after the backup", 2)
    newsroom.settle()
    ana.put_back(tmp_path / "backup")
    ana.write("after the disk failed", 3)
    newsroom.settle()
    assert ana.notes() == bob.notes() == ["after the backup", "after the disk failed", "in the backup"]
    assert ana.team.state.unsent == bob.team.state.unsent == 0


def test_history_that_is_lost_is_made_good_by_a_fold(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    ana.store.is_offline = True
    ana.write("in the lost history", 1)
    ana.close()
    for path in (*ana.folder.glob("journal-*.jsonl"), *ana.folder.glob("history/*")):
        path.unlink()
    ana.reopen()
    ana.write("later", 2)
    newsroom.settle()
    assert any(key.endswith("-gap.jsonl.zst") for key in newsroom.store.objects)
    assert bob.notes() == ["in the lost history", "later"]


# ------------------------------------------------------------------ folds


def test_newcomers_read_the_newest_fold_and_what_came_later(newsroom: Newsroom) -> None:
    (ana,) = share(newsroom, "ana")
    total = MAX_SEGMENTS + 40
    for number in range(total):
        ana.write(f"{number:03}", number)
        newsroom.store.now += 1
        ana.sync(newsroom.store.now)
    assert len(segments(newsroom)) > total
    assert sum(layout.fold_in(key) is not None for key in newsroom.store.objects) == 1
    newsroom.store.requests = 0
    late = newsroom.add("bob", ("pier",))
    late.sync(newsroom.store.now)
    assert newsroom.store.requests < total - MAX_SEGMENTS + 20
    late.read()
    assert late.notes() == [f"{number:03}" for number in range(total)]


# ------------------------------------------------------------------ texts


def test_a_text_travels_once_and_is_checked(newsroom: Newsroom) -> None:
    ana = newsroom.add("ana", ("pier",))
    ana.read()
    hostile = newsroom.store
    for digest in {ARTICLE.digest}:
        hostile.put_new(layout.text_key(digest), b"not the text")
    ana.team.share(ana.article_id, ["pier"])
    ana.sync(newsroom.store.now)
    bob = newsroom.add("bob", ("pier",))
    newsroom.settle()
    entry = bob.library.entry(ana.article_id)
    assert bob.library.text(entry) == ARTICLE.text
    texts = [key for key in newsroom.store.objects if key.startswith(f"t/{ARTICLE.digest[:2]}/{ARTICLE.digest}")]
    assert sorted(texts) == [layout.text_key(ARTICLE.digest), f"{layout.text_key(ARTICLE.digest)}-ana"]


# ------------------------------------------------------------------ hostile members


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
    own = next(key for key in segments(newsroom) if "/ana-" in key)
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
        line = honest._replace(dot=Dot(10**6 + number, f"{replica}~{shared.scope}"), previous=0, **fields)  # type: ignore[arg-type]
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


def test_two_windows_of_one_library_send_everything_once(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    other = Member("ana", ana.folder, ana.store)
    other.article_id = ana.article_id
    other.read()
    for number in range(4):
        (ana, other)[number % 2].write(f"{number}", number)
        ana.team.step(newsroom.store.now + 10 * number)
        other.team.step(newsroom.store.now + 10 * number + 5)
    newsroom.settle()
    other.close()
    assert bob.notes() == ["0", "1", "2", "3"]
    ranges = sorted((name.replica, name.first, name.last) for key in segments(newsroom) if (name := layout.segment_in(key)))
    for one, later in pairwise(ranges):
        assert one[0] != later[0] or one[2] < later[1]


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


def test_keys_are_portable(newsroom: Newsroom) -> None:
    ana, _ = share(newsroom, "ana", "bob")
    ana.write("a", 1)
    newsroom.settle()
    for key in newsroom.store.objects:
        assert all(map(is_name, key.split("/")))
    assert json.loads(newsroom.store.objects[layout.TEAM_KEY][0])["format"] == 1
