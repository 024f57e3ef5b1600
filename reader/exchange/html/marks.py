"""The marks of a review in HTML: sign, words and colour."""

from __future__ import annotations

from functools import lru_cache

from reader.exchange.html.element import Content, element
from reader.exchange.marks import Mark


@lru_cache(maxsize=128)
def sign(mark: Mark) -> Content:
    """Return the sign of a mark, which its words repeat for those who do not see it."""
    return element("span", mark.sign, class_="s", aria_hidden="true")


@lru_cache(maxsize=1024)
def show_mark(mark: Mark, words: str = "") -> Content:
    """Return a mark in its colour, sign and words."""
    return element("span", sign(mark), " ", element("bdi", words or mark.words), class_=f"v {mark.tone}")
