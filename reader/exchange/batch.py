"""Export the reviews of one or of many articles: into one file, or into a folder with a file for each article."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.exchange.export_format import ExportFormat, ExportOptions, Loss
from reader.exchange.report import Report
from reader.exchange.save import TargetExistsError, save_export
from reader.files import make_folder
from reader.review.filter import Filter

_MOST_LETTERS: Final = 60
_MOST_OF_TITLE: Final = 1000
"""Characters of a title of which the name of a file is made."""
_MOST_BYTES: Final = 180
"""The bytes of a name in UTF-8: systems take 255, with an ending and what tells names that are alike apart."""
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³")}
)
"""Names that no file has on Windows, with any ending."""
_APOSTROPHES: Final = dict.fromkeys(map(ord, "'’"))
_ID_LETTERS: Final = 8
"""Letters of the end of an id, which is random, that tell articles with the same title apart."""


class ExportArticle(NamedTuple):
    """An article to export: its name in messages, the title that names its file, its id or "", and how to get its report.

    `load` gets the filter, None for the whole review, and raises ReaderError when the article cannot be read.
    """

    name: str
    title: str
    id: str
    load: Callable[[Filter | None], Report]


class ExportJob:
    """Export the reviews of `articles` in one format; count what was exported and what was lost, and keep the notices about it.

    `before_each` is called with the number of articles that are done, before each; what it raises ends the export. An article
    that cannot be read or written is left out, with its name and the reason in `failures`; if there is no other, the error is
    raised. Of several articles, each notice begins with the name of its article.
    """

    def __init__(
        self,
        export_format: ExportFormat,
        options: ExportOptions,
        articles: Sequence[ExportArticle],
        annotation_filter: Filter | None = None,
        before_each: Callable[[int], None] = lambda done: None,
    ) -> None:
        self.failures: list[tuple[str, ReaderError]] = []
        self.losses: Counter[Loss] = Counter()
        self.notices: list[str] = []
        self.article_count = self.annotation_count = self.whole_count = 0
        self._format = export_format
        self._options = replace(options, notify=self._keep_notice)
        self._articles = articles
        self._filter = annotation_filter
        self._before_each = before_each
        self._target: Path | None = None
        self._current_name = ""

    def write(self) -> Iterator[bytes]:
        """Yield one file with the reviews of all articles. Only one of them is in memory at a time."""
        yield from self._format.write(self._reports(self._articles), self._options)
        self._check_count()

    def save(self, path: Path, *, force: bool = False) -> None:
        """Save one file with the reviews of all articles, completely or not at all. Raises ReaderError as `save_export`.

        The file of an article itself is never replaced.
        """
        self._target = path
        save_export(path, self.write(), force)

    def save_each(self, folder: Path, *, force: bool = False) -> Iterator[Path]:
        """Save a file for each article in a folder, which is created if it is missing; yield the path of each.

        Raises ReaderError before the first is written when one of the files exists and `force` is not set, and when a file
        cannot be written.
        """
        paths = [folder / f"{stem}{self._format.suffix}" for stem in unique_stems(self._articles)]
        existing = next((path for path in paths if path.exists()), None)
        if existing is not None and not force:
            raise TargetExistsError(f"{existing} already exists; nothing was written", "Use --force to replace existing files")
        try:
            make_folder(folder)
        except OSError as error:
            raise ReaderError(f"Cannot create the folder {folder}: {error.strerror or error}", "Choose another one") from error
        for done, (path, article) in enumerate(zip(paths, self._articles, strict=True)):
            self._target = path
            for report in self._reports([article], done):
                try:
                    save_export(path, self._pieces(report), force)
                except _WriteError as failure:
                    self._drop(article, report, failure.reason)
                else:
                    yield path
        self._check_count()

    def _keep_notice(self, notice: str) -> None:
        self.notices.append(f"{self._current_name}: {notice}" if len(self._articles) > 1 else notice)

    def _pieces(self, report: Report) -> Iterator[bytes]:
        """Yield the file of one article. Raises _WriteError when the format cannot have it."""
        try:
            yield from self._format.write([report], self._options)
        except ReaderError as error:
            raise _WriteError(error) from error

    def _drop(self, article: ExportArticle, report: Report, reason: ReaderError) -> None:
        """Take an article that the format cannot have back from the counts. Raises the reason if it is the only one."""
        if len(self._articles) == 1:
            raise reason
        self.failures.append((article.name, reason))
        self.article_count -= 1
        self.annotation_count -= report.annotation_count
        self.whole_count -= report.whole.annotation_count
        self.losses.subtract(self._format.count_losses(report))

    def _check_count(self) -> None:
        if self.failures and not self.article_count:
            name, error = self.failures[0]
            raise ReaderError(f"None of the {len(self._articles)} articles could be exported; {name}: {error.what}", error.hint)

    def _reports(self, articles: Sequence[ExportArticle], done: int = 0) -> Iterator[Report]:
        for number, article in enumerate(articles, done):
            self._before_each(number)
            self._current_name = article.name
            try:
                report = article.load(self._filter)
            except ReaderError as error:
                if len(self._articles) == 1:
                    raise
                self.failures.append((article.name, error))
                continue
            if self._target is not None and is_same_file(self._target, report.article.source):
                raise ReaderError(
                    f"{self._target} is the file of the article itself; nothing was written", "Choose another name"
                )
            self.article_count += 1
            self.annotation_count += report.annotation_count
            self.whole_count += report.whole.annotation_count
            self.losses.update(self._format.count_losses(report))
            yield report


def is_same_file(path: Path, source: str) -> bool:
    """Whether a path leads to the file that an article was read from."""
    try:
        return path.samefile(source)
    except (OSError, ValueError):  # there is no such file, or the source is an address
        return False


class _WriteError(Exception):
    """A format cannot have an article; `reason` says why."""

    def __init__(self, reason: ReaderError) -> None:
        super().__init__(reason.what)
        self.reason = reason


def file_stem(title: str) -> str:
    """Return the name for a file, without its ending: the words of a title in small letters, joined by hyphens."""
    letters = unicodedata.normalize("NFC", title[:_MOST_OF_TITLE].casefold()).translate(_APOSTROPHES)
    words = "".join(letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in letters).split()
    stem = "-".join(words)[:_MOST_LETTERS].encode()[:_MOST_BYTES].decode("utf-8", "ignore").rstrip("-") or "article"
    return f"article-{stem}" if stem in _DEVICES else stem


def unique_stems(articles: Sequence[ExportArticle]) -> tuple[str, ...]:
    """Return a name for the file of each article: its title, and where titles are alike the end of its id or a number."""
    stems = [file_stem(article.title) for article in articles]
    counts, used = Counter(stems), set[str]()
    for at, article in enumerate(articles):
        stem = f"{stems[at]}-{article.id[-_ID_LETTERS:]}" if counts[stems[at]] > 1 and article.id else stems[at]
        number, stems[at] = 1, stem
        while stems[at] in used:
            number += 1
            stems[at] = f"{stem}-{number}"
        used.add(stems[at])
    return tuple(stems)
