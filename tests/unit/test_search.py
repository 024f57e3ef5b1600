"""The index of a library: what it finds, how it follows, what it forgets, and what it does with damage."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.formats import parse_article
from reader.library import Library, LibraryDB
from reader.library.article_changes import ArticleEditor
from reader.library.folder import Lock
from reader.library.source_texts import keep_source
from reader.review.model import Evidence, Selector, SourceText
from reader.review.query import QueryProblem
from reader.review.scale import DEFAULT_SCALE
from reader.review.session import ReviewSession
from reader.search.database import Database
from reader.search.index import SearchIndex
from reader.search.plan import parse_search, plan_search
from reader.search.words import SearchWord, find_words, take_excerpt
from tests.unit.review_strategies import CHARACTERS

SALT = """# Salt on the road

Lorries spread salt all winter. Chloride doubled in the wells [1]. The zoölogist measured nothing.

Nobody asked the brewers.

## References

1. Hartmann, K. (2021). Wells of the ring road. https://wells.example/ring
"""
PEPPER = "# Pepper in the harbour\n\nA ship lost its cargo of pepper. Gulls avoided the quay.\n\n胡椒の価格が上がった。\n"


@pytest.fixture
def library(own_library: Path) -> Iterator[Library]:
    with Library.open(own_library) as library:
        yield library


def review(library: Library, text: str, name: str) -> ReviewSession:
    return library.review(parse_article(text.encode(), name), "Ada Lovelace")


def index_of(library: Library) -> SearchIndex:
    """Return the index, up to date with everything that was queued."""
    assert library.flush(10)
    index = SearchIndex(library)
    assert index.update()
    return index


def judged(library: Library) -> ReviewSession:
    """Return a review with a tagged claim, a note, a verdict with evidence and its own note, and a tag with a definition."""
    session = review(library, SALT, "salt.md")
    quote = session.index.article.text.index("Chloride")
    claim = session.mark(next(s for s in session.index.article.sentences.all() if s.start == quote))
    claim = session.set_tags(claim, ["water/deep"])
    claim = session.set_note(claim, "Ask the brewery about its well")
    (reference,) = session.index.status(claim).rests_on
    claim = session.judge(claim, reference, "overstated")
    session.keep_evidence(claim, reference, Evidence("0" * 64, Selector("chloride rose by a fifth")))
    return session


def hits_for(index: SearchIndex, text: str, kind: str = "") -> list[tuple[str, str]]:
    """Return the kind and the words of every hit."""
    results = index.search(text, kind, groups=100, hits=100)
    hits = [(hit.document.kind, hit.document.text) for group in results.groups for hit in group.hits]
    assert len(hits) == results.hit_count
    return hits


def bytes_on_disk(index: SearchIndex) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(index.path.parent.iterdir()))


CLAIM = ("claim", "Chloride doubled in the wells [1].")
EVIDENCE = ("evidence", "chloride rose by a fifth")
NOTE = ("note", "Ask the brewery about its well")
PARAGRAPH = ("text", "Lorries spread salt all winter. Chloride doubled in the wells [1]. The zoölogist measured nothing.")
ENTRY = ("reference", "Hartmann, K. (2021). Wells of the ring road. https://wells.example/ring")


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("chloride", [CLAIM, EVIDENCE, PARAGRAPH]),
        ("well", [CLAIM, NOTE, ENTRY, PARAGRAPH]),
        ('"well"', [NOTE]),
        ("chloride -fifth kind:evidence", []),
        ("ZOOLOGIST", [PARAGRAPH]),
        ('"salt all winter"', [PARAGRAPH]),
        ("#water", [CLAIM, EVIDENCE, NOTE, ("tag", "water/deep")]),
        ("tag:water/deep kind:note", [NOTE]),
        ("#wat", []),
        ("verdict:overstated -kind:note", [CLAIM, EVIDENCE]),
        ("is:judged is:note kind:claim", [CLAIM]),
        ("is:open", []),
        ("[1]", [CLAIM, EVIDENCE, NOTE, ENTRY]),
        ("ref:hartmann kind:reference kind:evidence", [EVIDENCE, ENTRY]),
        ("by:lovelace well", [CLAIM, NOTE]),
        ("-by:lovelace well", [ENTRY, PARAGRAPH]),
        ("article:road brew", [NOTE, ("text", "Nobody asked the brewers.")]),
        ("-article:road", [("tag", "water/deep")]),
        ("chloride after:yesterday before:2999", [CLAIM, EVIDENCE, PARAGRAPH]),
        ("chloride -on:today", []),
        ("on:2001", []),
        ("", []),
        ("-", []),
    ],
)
def test_a_query_finds(library: Library, text: str, hits: list[tuple[str, str]]) -> None:
    judged(library)
    assert hits_for(index_of(library), text) == hits


@pytest.mark.parametrize(("text", "count"), [("胡椒", 1), ("椒", 1), ("価格が上", 1), ('"格が"', 1), ("椒価", 0), ("上胡", 0)])
def test_texts_without_blanks_are_found_by_any_characters_in_a_row(library: Library, text: str, count: int) -> None:
    review(library, PEPPER, "pepper.md")
    assert len(hits_for(index_of(library), text)) == count


def test_hits_are_counted_by_kind_and_grouped_with_the_rest_counted(library: Library) -> None:
    judged(library)
    review(library, PEPPER, "pepper.md")
    index = index_of(library)
    results = index.search("the", hits=1)
    hits = {group.title: (len(group.hits), group.hit_count) for group in results.groups}
    assert hits == {"Salt on the road": (1, 6), "Pepper in the harbour": (1, 2)}
    assert (results.hit_count, results.group_count) == (8, 2)
    assert dict(results.kinds) == {"claim": 1, "note": 1, "text": 5, "reference": 1}
    assert index.search("the", "text").hit_count == 5
    assert len(index.more_hits("the", results.groups[0].owner.number)) == results.groups[0].hit_count


def test_a_source_and_the_codebook_are_found(library: Library) -> None:
    session = judged(library)
    source = parse_article(b"Annual report\n\nThe fifth well was closed in May.\n", "report.txt")
    library.keep_text(source)
    session.attach_source(
        session.index.article.references[0].id, SourceText(source.digest, title="Annual report", origin="report.txt")
    )
    index = index_of(library)
    assert hits_for(index, "closed") == [("source", "The fifth well was closed in May.")]
    (group,) = index.search("closed").groups
    assert group.title == "Annual report"
    assert hits_for(index, "kind:tag") == [("tag", "water/deep")]


def test_a_source_without_a_text_does_not_end_the_search(library: Library) -> None:
    session = review(library, SALT, "salt.md")
    session.attach_source("1", keep_source(library, None, b"%PDF \xff a scan", "wells.pdf"))
    index = index_of(library)
    assert len(hits_for(index, "lorries")) == 1
    assert index.state().remark == "", "nothing is missing: it has no text"


def test_the_index_follows_each_change_and_forgets_at_once(library: Library) -> None:
    session = judged(library)
    index = index_of(library)
    (claim,) = session.index.claims()
    claim = session.set_note(claim, "Quetzalcoatl was here")
    assert library.flush(10)
    assert not index.state().is_complete
    assert index.update()
    assert hits_for(index, "quetzal") == [("note", "Quetzalcoatl was here")]
    assert hits_for(index, "brewery") == []
    assert b"brewery" not in bytes_on_disk(index).lower()
    session.remove([claim])
    assert library.flush(10)
    assert index.update()
    assert [kind for kind, _ in hits_for(index, "chloride")] == ["text"]
    assert b"quetzal" not in bytes_on_disk(index).lower()
    assert b"overstated" not in bytes_on_disk(index)
    session.undo()
    assert library.flush(10)
    assert index.update()
    assert hits_for(index, "quetzal") == [("note", "Quetzalcoatl was here")]


def test_an_article_that_is_gone_is_gone_from_the_index(library: Library) -> None:
    review(library, PEPPER, "pepper.md")
    index = index_of(library)
    with Library.open(library.folder) as other:
        other_index = index_of(other)
        (entry,) = library.entries()
        with LibraryDB(library.folder) as database:
            database.table("articles").truncate()
        assert entry.title == "Pepper in the harbour"
        for follower in (other_index, index):
            assert follower.update()
            assert hits_for(follower, "cargo") == []
        assert b"cargo" not in bytes_on_disk(index)


def test_an_article_that_was_removed_from_the_list_is_not_found_until_it_is_brought_back(library: Library) -> None:
    review(library, PEPPER, "pepper.md")
    index = index_of(library)
    editor = ArticleEditor(library)
    (article,) = library.entries()
    editor.tag([article.id], ["ships"])
    assert library.flush(10)
    assert index.update()
    editor.rename(article.id, "A lost cargo")
    assert library.flush(10)
    assert index.update(), "an index follows a new name by itself"
    assert [group.title for group in index.search("#ships quay").groups] == ["A lost cargo"]
    assert ("text", "A lost cargo") in hits_for(index, "lost")
    editor.remove([article.id])
    assert library.flush(10)
    assert index.update()
    assert hits_for(index, "cargo") == []
    assert b"cargo" not in bytes_on_disk(index)
    editor.undo()
    assert index.update()
    assert len(hits_for(index, "cargo")) == 2


def test_what_is_not_unicode_is_found_by_the_rest_of_its_name(library: Library) -> None:
    review(library, PEPPER, "pepper.md")
    (article,) = library.entries()
    editor = ArticleEditor(library)
    editor.rename(article.id, "Cargo \udcfe of Riga")  # so Python reads file names that are not UTF-8
    index = index_of(library)
    assert [group.owner.id for group in index.search("article:riga gulls").groups] == [article.id]
    assert index.search("article:\udcffoslo").hit_count == 0
    assert index.search("Ri\udcffga -\udcff by:\udcff").hit_count == 0
    judged(library).mark(Span(0, 4))
    assert library.flush(10)
    assert index.update(), "other changes are followed too"


def test_only_its_owner_may_read_the_index(library: Library) -> None:
    judged(library)
    index = index_of(library)
    assert stat.S_IMODE(index.path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in index.path.parent.iterdir() if path.suffix != ".lock"} == {0}


def spoil_end(data: bytes) -> bytes:
    return data[:8192] + b"\xa5" * (len(data) - 8192)


def spoil_schema(data: bytes) -> bytes:
    return data.replace(b"CREATE TABLE documents", b"CREATE TABL\xb8 documents")


def spoil_tokenizer(data: bytes) -> bytes:
    return data.replace(b"unicode61 remove", b"unic\x01de61 remove")


def spoil_format(data: bytes) -> bytes:
    return data[:44] + b"\0\0\0\x09" + data[48:]


def spoil_option(data: bytes) -> bytes:
    return data.replace(b"prefix='1 2 3'", b"p efix='1 2 3'")


NONSENSE = b"nonsense" * 1000


@pytest.mark.parametrize(
    "spoil",
    [lambda _: b"", lambda _: NONSENSE, spoil_end, spoil_schema, spoil_tokenizer, spoil_format, spoil_option],
)
def test_a_damaged_index_is_made_anew(library: Library, spoil: Callable[[bytes], bytes]) -> None:
    judged(library)
    index = index_of(library)
    assert hits_for(index, "chloride")
    index.close()
    index.path.write_bytes(spoil(index.path.read_bytes()))
    fresh = SearchIndex(library)
    hits_for(fresh, "chloride")  # a search may be the first that meets the damage
    assert fresh.update()
    assert len(hits_for(fresh, "chloride")) == 3


def test_a_text_that_a_sync_tool_brings_later_is_searched_then_and_said_to_be_missing_before(library: Library) -> None:
    session = judged(library)
    (reference,) = session.index.article.references
    source = parse_article(PEPPER.encode(), "pepper.md")
    library.keep_text(source)
    session.attach_source(reference.id, SourceText(source.digest, title="Pepper"))
    assert library.flush(10)
    texts = {path: path.read_bytes() for path in library.folder.rglob("*.z")}
    for path in texts:
        path.unlink()
    index = index_of(library)
    assert (hits_for(index, "gulls"), hits_for(index, "lorries")) == ([], [])
    assert index.search("brewery").hit_count == 1, "what people wrote is found without the text"
    assert index.state().remark == "2 texts are missing in the library, and not searched"
    assert index.update(), "a text that stays away is waited for no longer"
    for path, data in texts.items():
        path.write_bytes(data)
    with Library.open(library.folder) as other:
        assert len(hits_for(index_of(other), "gulls")) == len(hits_for(index, "lorries")) == 1
    assert index.state().remark == ""


def test_one_program_builds_while_others_search(library: Library) -> None:
    session = judged(library)
    index = index_of(library)
    (claim,) = session.index.claims()
    session.set_note(claim, "Quetzalcoatl was here")
    assert library.flush(10)
    with Lock(index.path.with_suffix(".lock")).hold(0) as is_held:
        assert is_held
        assert not index.update()
        assert hits_for(index, "brewery") == [NOTE]
        assert index.state().remark == "The last changes are being indexed"
    assert index.update()
    assert index.state().remark == ""


def test_a_build_tells_its_progress_and_goes_on_after_a_stop(library: Library) -> None:
    judged(library)
    review(library, PEPPER, "pepper.md")
    assert library.flush(10)
    index, steps = SearchIndex(library), list[tuple[int, int]]()
    assert not index.update(lambda *step: steps.append(step), lambda: len(steps) == 1)
    assert steps == [(0, 2)]
    assert index.state().remark == "1 of 2 articles are indexed"
    assert index.update(lambda *step: steps.append(step))
    assert steps[1:] == [(0, 1), (1, 1)]
    assert index.state().is_complete


class _WithoutFullText(sqlite3.Connection):
    """A connection of an SQLite without FTS5."""

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        assert "fts5(" not in sql
        return super().execute("SELECT 1 WHERE 0" if "pragma_module_list" in sql else sql, *values)


def test_without_full_text_search_everything_is_read_and_that_is_said(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(library)
    review(library, PEPPER, "pepper.md")
    quick = index_of(library)
    queries = ("chloride", '"well"', "well -by:ada", "#water [1]", "胡椒", "by:ada kind:note", "article:salt the", "-salt")
    expected = [hits_for(quick, query) for query in queries]
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=_WithoutFullText))
    slow = index_of(library)
    assert [sorted(hits_for(slow, query)) for query in queries] == [sorted(hits) for hits in expected]
    assert slow.state().remark == "This Python has no FTS5, so every search reads everything"


def test_a_query_of_too_many_words_says_so() -> None:
    query = parse_search("salt " * 200, DEFAULT_SCALE)
    assert query.problem is not None
    assert (query.problem.message, query.problem.start) == ("More than 100 words", 500)


def test_a_query_of_too_many_letters_says_so() -> None:
    assert parse_search(f'"{"ab " * 332}a"', DEFAULT_SCALE).problem is None
    query = parse_search(f'"{"ab " * 333}a"  ', DEFAULT_SCALE)
    assert query.problem == QueryProblem("More than 1,000 letters", 1_000, 1_002)


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Make an index of nothing, once for all examples of a property: to look for a query leaves it as it is."""
    database = Database(tmp_path_factory.mktemp("index") / "one.sqlite", "")
    yield database
    database.close()


@given(st.text(CHARACTERS))
def test_no_query_is_syntax(empty_database: Database, text: str) -> None:
    for query in (text, f'"{text}', f"by:{text}", f"#{text}", f"article:{text} -{text}"):
        assert empty_database.match(plan_search(parse_search(query, DEFAULT_SCALE)), "", 3) == {}


@given(st.text(CHARACTERS, min_size=1, max_size=20), st.text(CHARACTERS, max_size=60))
def test_places_of_words_are_in_the_text(word: str, text: str) -> None:
    words = (SearchWord(word), SearchWord(word, is_phrase=True))
    assert all(0 <= place.start < place.end <= len(text) for place in find_words(text, words))
    shown, places = take_excerpt(text, words, 20)
    assert all(0 <= place.start < place.end <= len(shown) for place in places)


def test_an_excerpt_shows_the_first_words_that_were_found() -> None:
    text = f"{'sand ' * 30}pepper and salt {'sand ' * 30}"
    shown, places = take_excerpt(text, [SearchWord("pep")], 40)
    assert [shown[place.start : place.end] for place in places] == ["pepper"]
    assert shown.startswith("… ")
    assert shown.endswith(" …")


def test_a_build_leaves_few_pieces_of_the_full_text_table_to_merge(library: Library) -> None:
    for number in range(2):
        session = review(library, f"{SALT}\nThe story of well {number}.\n", f"salt-{number}.md")
        for sentence in session.index.article.sentences.all()[1:4]:
            session.set_note(session.mark(sentence), f"Note on {sentence.start}")
    with sqlite3.connect(index_of(library).path) as database:
        (pieces,) = database.execute("SELECT count(DISTINCT segid) FROM terms_idx").fetchone()
    database.close()
    assert pieces <= 2, "one for the articles, one for the codebook"


def test_the_index_of_a_library_that_is_gone_goes_when_another_is_indexed(library: Library, tmp_path: Path) -> None:
    old, moved = tmp_path / "old", tmp_path / "moved"
    with Library.open(old) as other:
        judged(other)
        gone = index_of(other)
        gone.close()
    kept = index_of(library)
    assert gone.path.is_file(), "its library is there"
    old.rename(moved)
    judged(library)
    assert index_of(library).path == kept.path
    assert sorted(path.suffix for path in kept.path.parent.iterdir() if path.stem != kept.path.stem) == []
    (kept.path.parent / "foreign.sqlite").write_bytes(b"nonsense")
    index_of(library)
    assert (kept.path.parent / "foreign.sqlite").is_file(), "what cannot be read is left alone"
