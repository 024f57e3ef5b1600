"""A hypothesis strategy that breaks documents: bytes cut short, changed, left out, put twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from reader.article.article import Article
from reader.errors import ReaderError
from reader.formats import INTERNAL_ERROR
from tests.unit.test_formats_hostile import check


def mutate(data: bytes) -> st.SearchStrategy[bytes]:
    """Return what may become of `data` on a bad disk, or at the hands of somebody bad."""
    place = st.integers(0, len(data))
    piece = st.tuples(place, st.integers(0, 60))
    change = st.one_of(
        st.tuples(st.just("cut"), place, st.just(b"")),
        st.tuples(st.just("leave out"), piece, st.just(b"")),
        st.tuples(st.just("twice"), piece, st.just(b"")),
        st.tuples(
            st.just("put"), place, st.binary(max_size=6) | st.sampled_from([b"<", b">", b"&", b'"', b"</p>", b"\0", b"]"])
        ),
    )
    return st.lists(change, min_size=1, max_size=4).map(lambda changes: _changed(data, changes))


def _changed(data: bytes, changes: Sequence[tuple[str, int | tuple[int, int], bytes]]) -> bytes:
    for kind, where, new in changes:
        if isinstance(where, int):
            data = data[:where] if kind == "cut" else data[:where] + new + data[where + len(new) :]
        else:
            start, size = where
            data = data[:start] + (data[start : start + size] * 2 if kind == "twice" else b"") + data[start + size :]
    return data


def check_any(read: Callable[[], Article]) -> None:
    """Assert that what `read` does ends in a sound article, or in an error for people."""
    try:
        check(read())
    except ReaderError as error:
        assert INTERNAL_ERROR not in error.what  # noqa: PT017  # most of what is broken is an article all the same
