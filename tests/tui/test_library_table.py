"""The table of the library without a screen: its filter, its order, its columns, its marks."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.library.articles import ArticleSummary
from reader.review.completeness import Completeness
from reader.settings.schema import COLUMN_WIDTHS
from reader.tui.library.columns import TableColumns, article_line, heading_lines, lay_out_columns, short_time
from reader.tui.library.table import SORT_KEYS, ArticleTable, PendingEdit, list_articles
from reader.tui.styled_line import Part, width_of
from tests.hypothesis_profiles import CHARACTERS


def summary(number: int, title: str, **fields: object) -> ArticleSummary:
    values: dict[str, object] = dict.fromkeys(ArticleSummary._fields[:9], "")
    values |= {"id": f"id-{number}", "title": title, "source": f"/texts/{number}.txt", "opened": f"2026-02-0{number}T10:00:00Z"}
    return ArticleSummary(**{**values, "tags": (), **fields})  # pyright: ignore[reportArgumentType]  # fields by name


ENTRIES = [
    summary(1, "Salt in the wells", site="Lowfield Herald", own_tags=("water", "winter/roads")),
    summary(2, "The long count", byline="Ilka Tornby", tags=("money",)),
    summary(3, "Cheap heat", name="Dear pipes", is_archived=True),
    summary(4, "Old minutes", is_removed=True),
]
COUNTS = {"id-1": Completeness(20, 5, claims=3, pairs=4, open_pairs=2, findings=1), "id-2": Completeness(10, 0, claims=9)}


@pytest.fixture
def table() -> ArticleTable:
    table = ArticleTable()
    table.share({"id-1": (), "id-2": ("ana", "ben")})
    table.load(list_articles(ENTRIES, COUNTS))
    return table


def titles(table: ArticleTable) -> list[str]:
    return [article.entry.title for article in table.rows]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", "count wells"),
        ("SALT", "wells"),
        ("herald", "wells"),
        ("by:tornby", "count"),
        ("#water", "wells"),
        ("#winter", "wells"),
        ("#wint", ""),
        ("#money", "count"),
        ("-#money", "wells"),
        ("is:open", "wells"),
        ("is:done", "count"),
        ("is:new", ""),
        ("is:shared by:tornby", "count"),
        ("is:shared", "count wells"),
        ("-is:shared is:archived", "heat"),
        ("is:archived", "heat"),
        ("is:archived pipes", "heat"),
        ("is:removed", "minutes"),
        ('"long count"', "count"),
        ("article:count", "count"),
        ("before:2026-02-02", "wells"),
        ("is:opne", "count wells"),
        ("verdict:supports", "count wells"),
        ("/texts/2", "count"),
    ],
)
def test_the_filter_reads_the_grammar_of_queries(table: ArticleTable, query: str, left: str) -> None:
    table.filter_by(query)
    assert [title.split()[-1] for title in titles(table)] == left.split()


@pytest.mark.parametrize("query", ["is:opne", "verdict:supports", "[3]", "kind:claim"])
def test_what_cannot_be_asked_of_articles_is_named(table: ArticleTable, query: str) -> None:
    table.filter_by(query)
    assert query in table.filter.complaint


@given(st.text(CHARACTERS, max_size=20))
def test_any_text_is_a_filter(query: str) -> None:
    table = ArticleTable()
    table.load(list_articles(ENTRIES, COUNTS))
    table.filter_by(query)
    assert len(table.rows) <= len(ENTRIES)


@pytest.mark.parametrize("column", SORT_KEYS)
def test_every_column_sorts_and_turns(table: ArticleTable, column: str) -> None:
    table.sort_by("title" if column == "opened" else "opened")
    table.sort_by(column)
    values = [SORT_KEYS[column].value(article) for article in table.rows]
    assert values == sorted(values, reverse=SORT_KEYS[column].is_descending)  # pyright: ignore[reportArgumentType]  # all alike
    before = titles(table)
    table.sort_by(column)
    assert titles(table) == before[::-1]


def test_the_article_in_hand_stays_in_hand_when_the_order_or_the_library_changes(table: ArticleTable) -> None:
    table.index = 1
    table.sort_by("claims")
    assert table.current is not None
    assert table.current.id == "id-1"
    table.load(list_articles(ENTRIES[:1], COUNTS))
    assert table.current.id == "id-1"
    table.load([])
    assert table.current is None
    assert table.chosen == []


def test_marks_are_of_the_listed_articles_and_go_with_them(table: ArticleTable) -> None:
    table.mark(table.rows)
    assert len(table.chosen) == 2
    table.filter_by("salt")
    assert [article.id for article in table.chosen] == ["id-1"]
    table.filter_by("")
    table.load(list_articles(ENTRIES[1:], COUNTS))
    assert table.marked == {"id-2"}
    table.mark(table.rows)
    assert table.marked == set()


@pytest.mark.parametrize("has_team", [False, True])
@pytest.mark.parametrize("width", [*range(30, 210, 7), 60, 80, 120])
def test_rows_and_heading_fit_every_width(table: ArticleTable, width: int, has_team: bool) -> None:
    columns = lay_out_columns(width, has_team=has_team)
    moment = datetime(2026, 2, 3, 12, tzinfo=UTC)
    for article in table.rows:
        parts = article_line(article, columns, table, lambda name: Part(f"◆ {name}", "tag"), moment, is_current=True)
        assert width_of(parts) <= width
    for parts in heading_lines(columns, table.sort, width):
        assert width_of(parts) <= max(width, 26)


def test_columns_go_in_their_order_as_a_window_gets_narrower() -> None:
    shown = [{name for name, size in lay_out_columns(width)._asdict().items() if size} for width in (200, 110, 100, 86, 80, 50)]
    assert not any("team" in names for names in shown), "most people have no team"
    assert [sorted(wide - narrow) for wide, narrow in pairwise(shown)] == [
        ["tags"], ["site"], ["meter"], ["claims"], ["audit", "opened"],
    ]  # fmt: skip


def test_a_person_hides_columns_and_gives_them_widths() -> None:
    columns = lay_out_columns(160, {"site": 30, "tags": 0, "meter": 20})
    assert (columns.site, columns.tags, columns.meter) == (30, 0, 20)
    assert lay_out_columns(160).tags > 0
    assert set(TableColumns._fields) - {"title"} == set(COLUMN_WIDTHS)


@given(
    st.dictionaries(st.sampled_from(tuple(COLUMN_WIDTHS)), st.sampled_from((0, 1))).map(
        lambda chosen: {name: COLUMN_WIDTHS[name][1] * size for name, size in chosen.items()}
    ),
    st.integers(26, 200),
)
def test_no_widths_of_a_person_push_anything_out_of_the_window(widths: dict[str, int], width: int) -> None:
    columns = lay_out_columns(width, widths)
    (heading, _) = heading_lines(columns, ArticleTable().sort, width)
    assert width_of(heading) <= width
    assert columns.title >= min(20, lay_out_columns(width).title)


@pytest.mark.parametrize(
    ("width", "said"), [(60, "⇄ ⇄"), (80, "ana, ben shared"), (120, "ana, ben shared"), (200, "ana, ben shared")]
)
def test_who_works_on_a_shared_article_is_said_at_any_width(table: ArticleTable, width: int, said: str) -> None:
    columns = lay_out_columns(width, has_team=True)
    moment = datetime(2026, 2, 3, 12, tzinfo=UTC)
    rows = [article_line(one, columns, table, lambda name: Part(name), moment, is_current=False) for one in table.rows]
    words = ["".join(part.text for part in row) for row in rows]
    first, _, last = said.rpartition(" ")
    assert (first in words[0], last in words[1]) == (True, True), words
    assert (columns.team > 0) == (width >= 120)


def test_without_sites_and_authors_the_titles_get_their_room() -> None:
    with_sites, without = (lay_out_columns(120, has_origins=has) for has in (True, False))
    assert without.site == 0
    assert without.title > with_sites.title


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("2026-02-03T08:05:00Z", "08:05"),
        ("2026-02-02T08:05:00Z", "yesterday"),
        ("2026-01-29T08:05:00Z", "Thu 29"),
        ("2026-01-05T08:05:00Z", "5 Jan"),
        ("2025-11-30T08:05:00Z", "30 Nov 25"),
        ("2027-01-05T08:05:00Z", "5 Jan 27"),
        ("some day", ""),
    ],
)
def test_times_are_short(at: str, text: str) -> None:
    assert short_time(at, datetime(2026, 2, 3, 12, tzinfo=UTC)) == text


def test_the_same_articles_again_take_an_edit_back_that_the_library_refused(table: ArticleTable) -> None:
    edit = PendingEdit(["id-1"], lambda entry: entry._replace(name="Wells"))
    table.edit(edit)
    table.load(list_articles(ENTRIES, COUNTS))
    assert [article.entry.shown_title for article in table.rows] == ["The long count", "Wells"], "it is not answered yet"
    edit.is_answered = True
    table.load(list_articles(ENTRIES, COUNTS))
    assert [article.entry.shown_title for article in table.rows] == ["The long count", "Salt in the wells"]


def test_counts_of_reviews_stay_when_the_same_articles_come_again(table: ArticleTable) -> None:
    table.load(list_articles(ENTRIES, {}))
    table.count(COUNTS)
    table.load(list_articles(ENTRIES, {}))
    assert [article.counts for article in table.rows] == [COUNTS["id-2"], COUNTS["id-1"]]
    table.load(list_articles(ENTRIES[1:], {}))
    assert [article.counts for article in table.rows] == [None]
