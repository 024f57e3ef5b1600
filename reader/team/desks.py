"""Put articles on desks and take them off, say that they have changed, and learn it from others.

A desk is a set of articles that people follow. What is on it stands there for good: each putting on or taking off is an object
with a number, and the highest number counts. That an article has changed is said by a marker, an empty object under the minute
in which it was put. Clocks are wrong, so reading goes back 15 minutes before the newest minute that the clock of the store
agrees with; what is missed all the same is made good by looking through all articles once a day.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.library.scopes import scope_of
from reader.library.shared_articles import SharedArticle
from reader.team.layout import (
    MAX_PLACING,
    ChangeMarker,
    Placing,
    about_key,
    about_prefix,
    desk_prefix,
    marker_in,
    marker_key,
    markers_prefix,
    markers_since,
    member_in,
    member_key,
    placing_in,
    placing_key,
)
from reader.team.link import TeamLink, to_time
from reader.team.segments import pack_note
from reader.team.stores.object_store import AlreadyThere

_TOLERANCE: Final = timedelta(minutes=15)
_LONGEST: Final = timedelta(days=1)
_TRIES: Final = 5
_MAX_TITLE: Final = 300
_PLACE: Final = "place "
"""Begins the notes of articles to put on desks: then scope and desk."""


class ArticleNote(NamedTuple):
    """What members say of a shared article: its id and title, whether sources travel with it, who shared it."""

    id: str
    title: str
    with_sources: bool
    members: tuple[str, ...]


# ------------------------------------------------------------------ which article a name is


def describe_article(link: TeamLink, article: SharedArticle, now: float) -> None:
    """Say once which article this is, for those who know only its name. Raises StoreError."""
    key = about_key(link.name_of(article), link.member)
    note = f"about {article.scope}"
    if link.state.note(note):
        return
    title = ""
    with contextlib.suppress(ReaderError):
        title = link.library.entry(article.id).title
    fields = {"article": article.id, "title": title[:_MAX_TITLE], "sources": article.with_sources, "at": to_time(now)}
    with contextlib.suppress(AlreadyThere):
        link.store.put_new(key, pack_note(dict(fields), key, link.cipher))
    link.state.set_note(note, "put")


def read_article_note(link: TeamLink, name: str) -> ArticleNote | None:
    """Return what members say of an article with this name, None if nobody says what can be true. Raises StoreError."""
    notes: list[tuple[str, dict[str, object]]] = []
    for child in link.store.list_children(about_prefix(name)):
        key = f"{about_prefix(name)}/{child}"
        fields = link.read_note(key)
        article_id = fields.get("article")
        # The name is a hash of the id, so nobody can say that it is another article.
        if isinstance(article_id, str) and link.cipher.name(scope_of(link.membership.team, article_id)) == name:
            notes.append((child.removesuffix(".json"), fields))
    if not notes:
        return None
    titles = (title for _, fields in notes if isinstance(title := fields.get("title"), str) and title)
    with_sources = any(fields.get("sources") is True for _, fields in notes)
    members = tuple(member for member, _ in notes if member_in(member_key(member)))
    return ArticleNote(str(notes[0][1]["article"]), next(titles, "")[:_MAX_TITLE], with_sources, members)


# ------------------------------------------------------------------ what is on a desk


def plan_placing(link: TeamLink, article: SharedArticle, desk: str, *, is_on: bool) -> None:
    """Note that an article is to be put on a desk, or taken off it, with the next lines that are sent."""
    link.state.set_note(f"{_PLACE}{article.scope} {desk}", "on" if is_on else "off")


def is_placing_planned(link: TeamLink, article: SharedArticle) -> bool:
    """Whether an article is to be put on a desk, or taken off one."""
    return bool(link.state.notes(f"{_PLACE}{article.scope} "))


def place_as_planned(link: TeamLink, article: SharedArticle) -> None:
    """Put an article on desks, and take it off, as was noted. Raises StoreError."""
    for note, value in link.state.notes(f"{_PLACE}{article.scope} ").items():
        place_article(link, note.rpartition(" ")[2], link.name_of(article), is_on=value == "on")
        link.state.forget_note(note)


def place_article(link: TeamLink, desk: str, name: str, *, is_on: bool) -> None:
    """Put an article on a desk, or take it off, unless that is so already. Raises StoreError."""
    folder = f"{desk_prefix(link.cipher.name(desk))}/{name}"
    for _ in range(_TRIES):
        placings = [one[1] for entry in link.store.list_after(folder) if (one := placing_in(entry.key)) is not None]
        if _is_on(placings) == is_on:
            return
        number = min(max((placing.number for placing in placings), default=0) + 1, MAX_PLACING)  # where putting on wins
        key = placing_key(link.cipher.name(desk), name, Placing(number, is_on, link.member))
        with contextlib.suppress(AlreadyThere):
            link.store.put_new(key, b"")


def read_desk(link: TeamLink, desk: str) -> tuple[str, ...]:
    """Return the names of the articles on a desk. Raises StoreError."""
    placings: dict[str, list[Placing]] = {}
    for entry in link.store.list_after(desk_prefix(link.cipher.name(desk))):
        if (one := placing_in(entry.key)) is not None:
            placings.setdefault(one[0], []).append(one[1])
    return tuple(name for name, made in placings.items() if _is_on(made))


def _is_on(placings: list[Placing]) -> bool:
    """Whether the last placing put the article on the desk; of two at once, putting on wins."""
    return bool(placings) and max(placings, key=lambda placing: (placing.number, placing.is_on)).is_on


# ------------------------------------------------------------------ what has changed on it


class DeskReader:
    """The markers of one desk that were read in this session."""

    def __init__(self, link: TeamLink, desk: str) -> None:
        self._link = link
        self._desk = link.cipher.name(desk)
        self._note = f"desk {self._desk}"
        self._read: set[str] = set()
        self._new: set[str] = set()
        self._newest: datetime | None = None

    def changes(self, now: float) -> tuple[str, ...]:
        """Return the names of the articles with markers that were not read yet, of the last day. Raises StoreError."""
        since = self._since(datetime.fromtimestamp(now, UTC) - _LONGEST)
        names: dict[str, None] = {}
        newest, read = since, set[str]()
        after = markers_since(self._desk, since - _TOLERANCE)
        for entry in self._link.store.list_after(markers_prefix(self._desk), after):
            marker = marker_in(entry.key)
            if marker is None:
                continue
            read.add(entry.key)
            if abs(entry.modified - marker.minute) <= _TOLERANCE:
                newest = max(newest, marker.minute)
            if entry.key not in self._read and marker.member != self._link.member:
                names[marker.scope] = None
        self._new, self._newest = read, newest
        return tuple(names)

    def note_read(self) -> None:
        """Note that the articles that `changes` named last were read."""
        self._read = self._new  # what is before the next beginning is not listed again
        if self._newest is not None:
            self._link.state.set_note(self._note, self._newest.isoformat())

    def _since(self, earliest: datetime) -> datetime:
        """Return the newest minute that was read; what is older than a day is read with the whole desk."""
        try:
            return max(datetime.fromisoformat(self._link.state.note(self._note)), earliest)
        except ValueError:
            return earliest


def mark_change(link: TeamLink, article: SharedArticle, replica: str, last: int, now: float) -> None:
    """Say on the desks of an article that it has new lines up to a counter. Raises StoreError."""
    minute = datetime.fromtimestamp(now, UTC)
    for desk in article.desks:
        marker = ChangeMarker(minute, link.member, replica, last, link.name_of(article))
        with contextlib.suppress(AlreadyThere):
            link.store.put_new(marker_key(link.cipher.name(desk), marker), b"")
