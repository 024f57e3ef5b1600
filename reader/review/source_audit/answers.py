"""Ask sources about the words of an article, each question once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

from reader.article.article import Article
from reader.article.language import primary_language, recognize_language
from reader.review.model import Source
from reader.review.placement import TextOf
from reader.review.source_audit.use import SourceBasis
from reader.review.vocabulary import SUPPLIED

AskedWords = TypeVar("AskedWords", bound=Hashable)
SourceAnswer = TypeVar("SourceAnswer")


class SourceAnswers(Generic[AskedWords, SourceAnswer]):
    """What the sources of an article answer, by the digest of the text and the question.

    A source is read when it has a new question, for all its questions at once. One in another language than the article
    answers nothing: its words are others, even where it says the same.
    """

    def __init__(self, article: Article, text_of: TextOf, ask: Callable[[str], Callable[[AskedWords], SourceAnswer]]) -> None:
        """`text_of` returns a kept text by its digest, None if there is none; `ask` makes what answers from a text."""
        self._language = primary_language(article.language)
        self._text_of = text_of
        self._ask = ask
        self._answers: dict[tuple[str, AskedWords], SourceAnswer | None] = {}

    def look_up(self, questions: Iterable[tuple[Source, AskedWords]]) -> None:
        """Get the answers to questions that have none yet."""
        open_questions: dict[str, dict[AskedWords, None]] = {}
        for source, question in questions:
            if (source.current, question) not in self._answers:
                open_questions.setdefault(source.current, {})[question] = None
        for digest, of_source in open_questions.items():
            text = self._text_of(digest)
            is_readable = text is not None and recognize_language(text).language == self._language
            answer = self._ask(text) if text is not None and is_readable else None
            for question in of_source:
                self._answers[digest, question] = answer(question) if answer is not None else None

    def answer(self, source: Source, question: AskedWords) -> SourceAnswer | None:
        """Return the answer of a source, None if it cannot be asked."""
        return self._answers.get((source.current, question))


def has_all_texts(basis: SourceBasis, references: Iterable[str]) -> bool:
    """Whether the whole text of the source of each of some references is there."""
    return all(name in basis.sources and basis.sources[name].state == SUPPLIED for name in references)
