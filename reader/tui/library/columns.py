"""The lines of the table: its counts, its heading, and a row for each article in as many columns as fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len

from reader.printable import plural
from reader.tui.library.table import SHARED_WORD, SORT_KEYS, ArticleTable, ListedArticle, Sort
from reader.tui.styled_line import Part, StyledLine, clip, line, meter, width_of

if TYPE_CHECKING:
    from reader.review.completeness import Completeness

TagPart = Callable[[str], Part]
"""Returns a tag as it is shown: symbol and name in its colour."""

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NONE: Final = "–"

# ------------------------------------------------------------------ layout

GAP: Final = 2
"""Blanks between a title and what the filter found elsewhere."""
LEAST_TITLE: Final = 36
"""Cells of the title under which another column is left out."""
TABLE_LEAD: Final = 5
"""Cells before the title: the margin, the bar of the row in hand, the mark, the sign."""
NARROW_TABLE: Final = 60
"""The columns under which the list has title, decided and open alone."""
_RIGHT: Final = ("decided", "claims", "open", "audit")
"""The columns of numbers: they and their headings end in the same cell."""


class TableColumns(NamedTuple):
    """The widths in cells of the columns, 0 for one that is not shown."""

    title: int
    site: int
    team: int
    opened: int
    decided: int
    meter: int
    claims: int
    open: int
    audit: int
    tags: int


_USUAL_COLUMNS: Final = TableColumns(0, 15, 12, 9, 7, 6, 6, 4, 5, 11)
_NARROW_COLUMNS: Final = TableColumns(0, 0, 0, 0, 7, 0, 0, 4, 0, 0)
_NO_WIDTHS: Final[Mapping[str, int]] = MappingProxyType({})
_SHORT_TITLE: Final = 20
"""Cells of the title under which a person's widths give way to the usual ones."""


_TEAM_TITLE: Final = 28
"""Cells of the title from which on those who work on an article are named behind it, where their column has no room."""
SHARED_SIGN: Final = "⇄"


def lay_out_columns(
    width: int, widths: Mapping[str, int] = _NO_WIDTHS, *, has_origins: bool = True, has_team: bool = False
) -> TableColumns:
    """Return the columns for a table of `width` cells: tags go first, then site, meter, claims and the team.

    `widths` are those that the person set, by column, 0 for one to hide. `has_origins`: some article has a site or an author;
    `has_team`: the library is that of a team.
    """
    columns = _USUAL_COLUMNS._replace(**widths)
    if width < NARROW_TABLE:
        columns = _narrow_columns(columns, _NARROW_COLUMNS)
    if not has_origins:
        columns = columns._replace(site=0)
    if not has_team:
        columns = columns._replace(team=0)
    for name in ("tags", "site", "meter", "claims", "team"):
        if _title_room(columns, width) < LEAST_TITLE:
            columns = columns._replace(**{name: 0})
    if _title_room(columns, width) < _SHORT_TITLE:
        columns = _narrow_columns(columns, _USUAL_COLUMNS)
    for name, most in (("tags", 20), ("site", 24)):
        if name in widths:
            continue
        size = columns._asdict()[name]
        spare = max(0, _title_room(columns, width) - LEAST_TITLE)
        columns = columns._replace(**{name: min(most, size + spare // 3) if size else 0})
    return columns._replace(title=max(4, _title_room(columns, width)))


def _narrow_columns(columns: TableColumns, most: TableColumns) -> TableColumns:
    """Return columns with no width above that in `most`."""
    return TableColumns(*map(min, columns, most))


def _title_room(columns: TableColumns, width: int) -> int:
    others = sum(size + _gap_before(columns, name) for name, size in _shown_columns(columns) if name != "title")
    return width - TABLE_LEAD - 1 - others


def _shown_columns(columns: TableColumns) -> list[tuple[str, int]]:
    return [(name, size) for name, size in columns._asdict().items() if size]


def _gap_before(columns: TableColumns, name: str) -> int:
    """Return the blanks before a column; those around the meter are narrower."""
    return 0 if name == "title" else 1 if name == "meter" or (name == "claims" and columns.meter) else 2


# ------------------------------------------------------------------ heading


def count_parts(table: ArticleTable, *, is_wide: bool) -> StyledLine:
    """Return the counts of a table for the header: its articles, their claims, the open pairs."""
    totals, marked, asked = table.totals, len(table.marked), table.filter.asked_states
    many = f"{totals.listed:,} of {totals.articles:,}" if table.filter.text else f"{totals.articles:,}"
    if asked:
        many = f"{totals.listed:,} {' and '.join(asked)}"
    noun = "article" if (totals.listed if asked else totals.articles) == 1 else "articles"
    parts = [*line((f"{marked:,}", "yours"), (" marked   ", "secondary"))] if marked else []
    parts.extend(line((many, "text"), (f" {noun}", "secondary")))
    if is_wide and totals.archived and not table.filter.states:
        parts.extend(line((f"   {totals.archived:,}", "text"), (" archived", "secondary", "action:library-archived")))
    if totals.claims:
        parts.extend(line((f"   {totals.claims:,}", "text"), (f" {plural(totals.claims, 'claim').split()[-1]}", "secondary")))
    if totals.open_pairs:
        parts.extend(line((f"   {totals.open_pairs:,} open", "open")))
    return (*parts, Part(" "))


def heading_lines(columns: TableColumns, sort: Sort, width: int) -> list[StyledLine]:
    """Return the names of the columns, and the line under them, which is heavy under the column that sorts."""
    names: list[Part] = [Part(" " * TABLE_LEAD)]
    rule: list[Part] = [Part(" "), Part("─" * (TABLE_LEAD - 1), "hairline")]
    for column, size in _shown_columns(columns):
        is_sorting = column == sort.column
        word = SORT_KEYS[column].title if column in SORT_KEYS else ""
        if is_sorting:
            word += ("" if column in _RIGHT else " ") + ("▾" if sort.is_descending else "▴")
        gap, cells = _gap_before(columns, column), cell_len(word)
        # The name of a narrow column of numbers begins in the gap before it.
        lead = max(0, gap + size - cells) if column in _RIGHT else gap
        trail = max(0, gap + size - lead - cells)
        names.extend((Part(" " * lead), Part(word, "b" if is_sorting else "secondary", f"sort:{column}"), Part(" " * trail)))
        line_role = ("━", "yours") if is_sorting else ("─", "hairline")
        rule.extend((Part("─" * lead, "hairline"), Part(line_role[0] * cells, line_role[1]), Part("─" * trail, "hairline")))
    rule.append(Part("─" * max(0, width - 1 - width_of(rule)), "hairline"))
    return [line(*names), line(*rule)]


# ------------------------------------------------------------------ rows


def article_line(
    article: ListedArticle, columns: TableColumns, table: ArticleTable, tag_part: TagPart, now: datetime, *, is_current: bool
) -> StyledLine:
    """Return the row of an article. `now` is the time of this device."""
    entry, counts, target = article.entry, article.counts, f"article:{article.id}"
    sign, tone = review_sign(article)
    title = entry.shown_title if columns.title > 8 else clip(entry.shown_title, columns.title)
    roles = "text b" if is_current else "secondary" if entry.is_archived or entry.is_removed else "text"
    words = table.filter.words
    hidden_hit = _hidden_hit(article, columns, words, tag_part)
    if article.team and not columns.team and not hidden_hit:
        people = clip(article.team, columns.title // 3) if columns.title >= _TEAM_TITLE else SHARED_SIGN
        hidden_hit = [Part(people, "secondary")] if columns.title >= _SHORT_TITLE else []
    room = columns.title - (width_of(hidden_hit) + GAP if hidden_hit else 0)
    cells = [*highlight(clip(title, max(8, room)), words, roles), *([Part(" " * GAP), *hidden_hit] if hidden_hit else [])]
    parts: list[Part] = [
        Part(" "),
        Part("▌" if is_current else " ", "yours"),
        Part("■" if article.id in table.marked else " ", "yours"),
        Part(sign or " ", tone),
        Part(" "),
        *_fit_cell(cells, columns.title),
    ]
    for column, size in _shown_columns(columns)[1:]:
        parts.append(Part(" " * _gap_before(columns, column)))
        if column == "meter":
            parts.extend(meter(counts.decided_count, counts.sentences, size) if counts else [Part(" " * size)])
        else:
            cell = _cell_of(column, article, size, words, tag_part, now)
            parts.extend(_fit_cell(cell, size, right=column in _RIGHT))
    return tuple(part._replace(target=target) for part in line(*parts))


def review_sign(article: ListedArticle) -> tuple[str, str]:
    """Return the sign of the state of a review, and its role: done, changed, with open pairs; "" for one not begun."""
    counts = article.counts
    if article.is_unreadable:
        return "!", "fault"
    if counts is None:
        return "", "text"
    if counts.to_check():
        return "!", "fault"
    if counts.is_complete:
        return "✓", "good"
    return ("○", "open") if counts.decided_count or counts.claims else ("", "text")


def _cell_of(
    column: str, article: ListedArticle, size: int, words: Sequence[str], tag_part: TagPart, now: datetime
) -> list[Part]:
    if column == "site":
        return highlight(clip(article.origin, size), words, "secondary")
    if column == "opened":
        return [Part(short_time(article.used_at, now), "secondary")]
    if column == "team":
        return highlight(clip(article.team, size), words, "secondary" if article.team == SHARED_WORD else "text")
    if column == "tags":
        return _tags_cell(article, size, words, tag_part)
    return _count_cell(column, article.counts)


def _count_cell(column: str, counts: Completeness | None) -> list[Part]:
    if counts is None:
        return []
    if column == "decided":
        return [Part(f"{counts.decided_count}", "text"), Part(f"/{counts.sentences}", "secondary")]
    number, role = {
        "claims": (counts.claims, "text"),
        "open": (counts.open_pairs, "open"),
        "audit": (counts.findings, "fault"),
    }[column]
    return [Part(str(number), role) if number else Part(_NONE, "hint")]


def _tags_cell(article: ListedArticle, size: int, words: Sequence[str], tag_part: TagPart) -> list[Part]:
    """Return the first tag, or the first that the filter found, and how many more there are. Those of claims are grey."""
    tags = article.all_tags
    if not tags:
        return []
    hit = next((tag for tag in tags if any(word in tag.casefold() for word in words)), tags[0])
    more = f" +{len(tags) - 1}" if len(tags) > 1 else ""
    part = tag_part(hit)
    roles = part.roles if hit in article.entry.own_tags else "secondary"
    return [*highlight(clip(part.text, size - len(more)), words, roles), Part(more, "secondary")]


def _hidden_hit(article: ListedArticle, columns: TableColumns, words: Sequence[str], tag_part: TagPart) -> list[Part]:
    """Return what the filter found outside of the columns that are shown: a tag, the site or the author."""
    title = article.entry.shown_title.casefold()
    for word in words:
        if word in title or (columns.site and word in article.origin.casefold()):
            continue
        shown_tags = article.all_tags if columns.tags else ()
        if any(word in tag.casefold() for tag in shown_tags):
            continue
        tag = next((tag for tag in article.all_tags if word in tag.casefold()), "")
        if tag:
            part = tag_part(tag)
            return highlight(clip(part.text, columns.title // 2), words, part.roles)
        names = (article.entry.name and article.entry.title, article.entry.site, article.entry.byline)
        if name := next((name for name in names if word in name.casefold()), ""):
            return highlight(clip(name, columns.title // 2), words, "secondary")
    return []


def highlight(text: str, words: Sequence[str], roles: str) -> list[Part]:
    """Return a text with the letters that match a word set off. Texts whose length changes with their case are not."""
    folded = text.casefold()
    if not words or len(folded) != len(text):
        return [Part(text, roles)]
    is_hit = [False] * len(text)
    for word in words:
        start = folded.find(word)
        if start >= 0:
            is_hit[start : start + len(word)] = [True] * len(word)
    parts: list[Part] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or is_hit[end] != is_hit[start]:
            parts.append(Part(text[start:end], "yours b changed" if is_hit[start] else roles))
            start = end
    return parts or [Part(text, roles)]


def _fit_cell(parts: Sequence[Part], size: int, *, right: bool = False) -> list[Part]:
    blank = Part(" " * max(0, size - width_of(parts)))
    return [blank, *parts] if right else [*parts, blank]


def short_time(at: str, now: datetime) -> str:
    """Return a UTC time in at most nine cells: the clock of today, a day of this week, or the date."""
    try:
        moment = datetime.fromisoformat(at).astimezone(now.tzinfo)
    except (ValueError, OverflowError):
        return ""
    day, today = moment.date(), now.date()
    if day == today:
        return f"{moment:%H:%M}"
    if day == today - timedelta(days=1):
        return "yesterday"
    if today - timedelta(days=7) < day < today:
        return f"{_DAYS[day.weekday()]} {day.day}"
    return short_date(day, today)


def short_date(day: date, today: date) -> str:
    """Return a date in at most nine cells, with the year if it is another one."""
    month = _MONTHS[day.month - 1]
    return f"{day.day} {month}" if day.year == today.year else f"{day.day} {month} {day.year % 100:02d}"
