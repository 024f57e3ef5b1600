"""What members of a team do comes to every member once, whatever stores, networks, clocks and other members do to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from reader.library.article_changes import ArticleEditor
from reader.library.journal import Operation
from reader.library.versions import content_of, stamp_record
from reader.team import folds, layout, receiver
from reader.team import segments as segments_module
from reader.team.encryption import KEY_VARIABLE, NullCipher, TeamCipher, new_team_key
from reader.team.segments import pack_segment
from reader.team.stores import is_name
from tests.team.members import ARTICLE, Member, Newsroom, RoughStore, segment_keys, share


def test_changes_come_to_everybody(newsroom: Newsroom) -> None:
    members = share(newsroom, "ana", "bob", "cem")
    for place, member in enumerate(members):
        member.write(f"by {member.name}", place)
    newsroom.settle()
    for member in members:
        assert member.notes() == ["by ana", "by bob", "by cem"]
        assert member.team.state.unsent == 0


def test_who_checks_what_comes_to_everybody_also_where_two_say_so_at_once(newsroom: Newsroom) -> None:
    members, sentences = share(newsroom, "ana", "bob"), ARTICLE.sentences.all()
    for member, name, spans in zip(members, ("Bob", "Ana"), (sentences[:2], sentences[1:3]), strict=True):
        assert member.session is not None
        member.session.assign({name: spans})
        assert member.library.flush(10)
    newsroom.settle()
    for member in members:
        member.read()
        assert member.session is not None
        assert [member.session.index.assigned_to(one) for one in sentences[:4]] == [("Bob",), ("Ana", "Bob"), ("Ana",), ()]


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
    before = segment_keys(newsroom)
    newsroom.settle()
    assert segment_keys(newsroom) == before
    assert bob.notes() == ["once"]


@pytest.mark.parametrize("without_state", [False, True])
def test_a_restart_sends_nothing_twice(newsroom: Newsroom, without_state: bool) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    ana.write("before", 1)
    newsroom.settle()
    before = segment_keys(newsroom)
    ana.restart(without_state=without_state)
    bob.restart(without_state=without_state)
    newsroom.settle()
    assert segment_keys(newsroom) == before
    ana.write("after", 2)
    newsroom.settle()
    assert bob.notes() == ["after", "before"]


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
    ranges = sorted((name.replica, name.first, name.last) for key in segment_keys(newsroom) if (name := layout.segment_in(key)))
    for one, later in pairwise(ranges):
        assert one[0] != later[0] or one[2] < later[1]


def test_a_damaged_state_is_made_again(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    ana.close()
    (path,) = ana.folder.glob("team-*.sqlite")
    path.write_bytes(b"this is no database" * 100)
    ana.reopen()
    ana.write("after the damage", 1)
    newsroom.settle()
    ana.close()
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE", b"CREATE TABL\xb8"))
    ana.reopen()
    ana.write("after more damage", 1)
    newsroom.settle()
    assert sorted(bob.notes()) == ["after more damage", "after the damage"]


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


def test_a_clock_that_is_put_back_hides_nobody(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    newsroom.settle()
    ana.clock = -3600
    bob.write("by one who is new here", 1)
    newsroom.settle(2)
    assert ana.notes() == ["by one who is new here"]


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


@pytest.mark.parametrize("trouble", [None, fail_puts, *(pytest.param(one, marks=pytest.mark.slow) for one in TROUBLES)])
def test_an_hour_takes_few_requests_whatever_happens(newsroom: Newsroom, trouble: Callable[[RoughStore], None] | None) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    ana.team.show(ana.article_id)
    bob.team.show("an-article-that-is-private")
    now = end = newsroom.store.now
    end += 3_600
    due = {"ana": now, "bob": now}
    newsroom.store.requests = steps = 0
    ana.write("one", 1)
    while now < end:
        name = min(due, key=lambda name: due[name])
        now = newsroom.store.now = max(now, due[name])
        if trouble is not None:
            trouble(newsroom.members[name].store)
        due[name] = now + newsroom.members[name].team.step(now)
        steps += 1
    assert steps < 1_000
    assert newsroom.store.requests < 1_200


def test_an_article_that_is_shared_no_longer_is_left_alone(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    bob.team.show(bob.article_id)
    bob.write("not sent", 1)
    bob.team.step(newsroom.store.now)
    bob.team.unshare(bob.article_id, without_unsent=True)
    ana.write("not read", 2)
    ana.sync(newsroom.store.now)
    newsroom.store.now += 100
    assert bob.team.step(newsroom.store.now) > 1
    assert bob.team.state.unsent == 0
    assert bob.notes() == ["not sent"]


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
    assert any("earlier state" in notice for notice in ana.team.status().notices)


def test_a_number_that_was_used_twice_loses_neither_change(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    ana.write("before", 1)
    newsroom.settle()
    (shared,) = ana.library.shared_articles.articles()
    after = ana.team_state().sent_counters(shared.scope)
    ana.store.is_offline = True
    ana.write("in this state", 2)
    # In the state that is gone since the machine was set back, another change had the same number, and was sent.
    line = next(iter(ana.library.shared_articles.unsent(ana.article_id, after)))
    record = {**content_of(next(iter(line.operations)).after or {}), "id": "another", "note": "in the state that is gone"}
    operation = Operation("annotations", "another", None, stamp_record(record, line.dot))
    gone = line._replace(id="another", operations=(operation,))
    replica = line.dot.replica.partition("~")[0]
    stem = layout.segment_stem(shared.scope, "ana", replica, line.dot.counter, line.dot.counter)
    data = pack_segment([gone], stem, NullCipher())
    newsroom.store.put_new(layout.whole_key(stem, data), data)
    newsroom.settle()
    assert ana.notes() == bob.notes() == ["before", "in the state that is gone", "in this state"]
    assert any("earlier state" in notice for notice in ana.team.status().notices)
    ana.write("and on it goes", 3)
    newsroom.settle()
    assert bob.notes() == ["and on it goes", "before", "in the state that is gone", "in this state"]
    assert ana.team.state.unsent == 0


def test_an_article_that_one_deletes_stays_with_the_others_and_comes_back_when_it_is_shared_again(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "SMALL_ARTICLE", 0)
    ana, bob = share(newsroom, "ana", "bob")
    ana.write("by ana", 1)
    bob.write("by bob", 2)
    newsroom.settle()
    ArticleEditor(bob.library).delete([bob.article_id])
    assert bob.library.flush(10)
    ana.write("meanwhile", 3)
    newsroom.settle()
    assert bob.library.shared_articles.articles() == ()
    assert bob.notes() == []
    bob.read()
    bob.team.share(bob.article_id, ["pier"])
    newsroom.settle(4)
    assert ana.notes() == bob.notes() == ["by ana", "by bob", "meanwhile"]


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


def test_newcomers_read_the_newest_fold_and_what_came_later(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folds, "MAX_SEGMENTS", 10)
    monkeypatch.setattr(folds, "_SPREAD", 2)
    (ana,) = share(newsroom, "ana")
    total = 20
    for number in range(total):
        ana.write(f"{number:03}", number)
        newsroom.store.now += 1
        ana.sync(newsroom.store.now)
    assert len(segment_keys(newsroom)) > total
    assert sum(layout.fold_in(key) is not None for key in newsroom.store.objects) == 1
    late = newsroom.add("bob", ("pier",))
    newsroom.store.read = []
    late.sync(newsroom.store.now)
    assert len([key for key in newsroom.store.read if layout.segment_in(key) is not None]) <= 11
    late.read()
    assert late.notes() == [f"{number:03}" for number in range(total)]


def test_what_somebody_removed_of_their_own_before_sharing_again_is_gone_everywhere(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    ana.write("her own", 1)
    bob.write("not hers", 2)
    newsroom.settle()
    ana.team.unshare(ana.article_id)
    ana.remove("her own")
    ana.team.share(ana.article_id, ["pier"])
    newsroom.settle(4)
    late = newsroom.add("late", ("pier",))
    newsroom.settle()
    late.read()
    assert ana.notes() == bob.notes() == late.notes() == ["not hers"]


def test_what_a_member_removed_is_in_the_history_by_the_guarded_name_and_can_be_brought_back(newsroom: Newsroom) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    ana.write("first", 1)
    ana.write("second", 2)
    newsroom.settle()
    bob.read()
    assert bob.session is not None
    bob.session.remove(list(bob.session.index.annotations()))
    assert bob.library.flush(10)
    newsroom.settle()
    assert ana.notes() == bob.notes() == []
    removal = next(iter(ana.library.history()))
    assert (removal.label, removal.by, len(removal.operations)) == ("remove 2 annotations", "bob", 2)
    # The keys of the open article do not take back what others did.
    own = ana.library.next_undo(ana.article_id)
    assert own is not None
    assert own.id != removal.id
    ana.restart()
    assert ana.library.undo("", "Ana") is not None
    newsroom.settle()
    assert ana.notes() == bob.notes() == ["first", "second"]


def test_lines_that_are_too_large_go_as_a_fold(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, bob = share(newsroom, "ana", "bob")
    monkeypatch.setattr(segments_module, "SEGMENT_LIMITS", segments_module.SEGMENT_LIMITS._replace(line=2_000))
    ana.write("x" * 3_000, 1)
    ana.write("short", 2)
    newsroom.settle()
    assert bob.notes() == ["short", "x" * 3_000]
    assert ana.team.state.unsent == 0
    ana.write("later", 3)
    newsroom.settle()
    assert bob.notes() == ["later", "short", "x" * 3_000]


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


def test_keys_are_portable(newsroom: Newsroom) -> None:
    ana, _ = share(newsroom, "ana", "bob")
    ana.write("a", 1)
    newsroom.settle()
    for key in newsroom.store.objects:
        assert all(map(is_name, key.split("/")))
    assert json.loads(newsroom.store.objects[layout.TEAM_KEY][0])["format"] == 1
