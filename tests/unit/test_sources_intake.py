"""Taking a place in: each file looked into once, what cannot be read named, and all that was chosen attached in one change."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.formats import parse_article
from reader.formats.article_cache import load_article
from reader.formats.progress import ProgressReport, report_to
from reader.library import Library
from reader.review.session import ReviewSession
from reader.sources.candidate import SourceFile, WorkRecord
from reader.sources.front_cache import FrontCache
from reader.sources.intake import Survey, attach_matches, survey_place
from reader.sources.matches import Grade, Match, match_candidates
from reader.sources.places import SourcePlace, open_place
from reader.sources.places.folder import FolderPlace
from tests.unit.papers import Paper, paper_pdf
from tests.unit.pdfs import Sheet, pdf

PAPERS = [
    Paper("What the crews told at the quay in bad years", doi="10.1234/quay.1"),
    Paper("Nets of the north, and who mends them", ("Carl Poe",), doi="10.1234/nets.2", pages=3),
    Paper("How the ledgers of the harbour were kept", year="2012"),
]
ARTICLE = "\n\n".join(
    ["Boats", *(f"They came back in year {n} [{n}]." for n in (1, 2, 3)), "References"]
    + [
        f"[{number}] {paper.entry} {paper.doi and f'https://doi.org/{paper.doi}'}".strip()
        for number, paper in enumerate(PAPERS, 1)
    ]
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "papers").mkdir()
    for number, paper in enumerate(PAPERS, 1):
        (tmp_path / "papers" / f"{number}.pdf").write_bytes(paper_pdf(paper))
    return tmp_path / "papers"


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[FrontCache]:
    opened = FrontCache(tmp_path / "front.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def library(own_library: Path) -> Iterator[Library]:
    with Library.open(own_library) as opened:
        yield opened


@pytest.fixture
def review(library: Library) -> ReviewSession:
    return library.review(parse_article(ARTICLE.encode(), "boats.txt"))


def matches(survey: Survey, review: ReviewSession) -> list[Match]:
    return [one for one in match_candidates(review.index.article.references, survey.candidates) if one.references]


def states(review: ReviewSession) -> list[str]:
    return [review.sources.state(reference.id) for reference in review.index.article.references]


def test_a_folder_is_attached_in_one_change_that_can_be_undone(
    folder: Path, cache: FrontCache, library: Library, review: ReviewSession
) -> None:
    place = open_place(str(folder))
    sure = matches(survey_place(place, cache), review)
    assert [(match.grade, match.references, match.candidate.file.name) for match in sure] == [
        (Grade.SURE, (str(number),), f"{number}.pdf") for number in (1, 2, 3)
    ]
    result = attach_matches(review, library, place, sure)
    assert (len(result.attached), result.refusals, states(review)) == (3, (), ["supplied"] * 3)
    text = review.sources.source("1")
    assert text is not None
    assert text.text is not None
    assert text.text.origin == os.path.realpath(folder / "1.pdf")
    change = review.undo()
    assert change is not None
    assert change.label == "attach 3 sources"
    assert states(review) == ["not supplied"] * 3
    review.redo()
    assert states(review) == ["supplied"] * 3
    # Nothing is attached twice, and nothing is replaced.
    again = attach_matches(review, library, place, sure)
    assert (again.attached, states(review)) == ((), ["supplied"] * 3)


def test_nothing_is_read_twice_in_later_runs_either(folder: Path, tmp_path: Path) -> None:
    surveys: list[Survey] = []
    for _ in range(2):
        cache = FrontCache(tmp_path / "kept.sqlite")
        surveys.append(survey_place(open_place(str(folder)), cache))
        cache.close()
    assert surveys[0] == surveys[1]
    cache = FrontCache(tmp_path / "kept.sqlite")
    assert all(cache.get(candidate.digest) == candidate.front for candidate in surveys[0].candidates)
    cache.close()


def test_a_cache_that_is_damaged_is_made_anew(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite"
    path.write_bytes(b"no database at all" * 100)
    for _ in range(2):
        cache = FrontCache(path)
        assert len(survey_place(open_place(str(folder)), cache).candidates) == 3
        cache.close()
    kept = path.read_bytes()
    assert kept.startswith(b"SQLite format 3")
    path.write_bytes(kept.replace(b"CREATE TABLE", b"CREATE TABL\xb8"))
    assert len(survey_place(open_place(str(folder)), FrontCache(path)).candidates) == 3
    assert b"CREATE TABL\xb8" not in path.read_bytes()
    path.unlink()
    path.mkdir()
    assert len(survey_place(open_place(str(folder)), FrontCache(path)).candidates) == 3


def test_the_same_bytes_are_one_candidate_and_the_same_file_is_looked_at_once(folder: Path, cache: FrontCache) -> None:
    (folder / "copy.pdf").write_bytes((folder / "1.pdf").read_bytes())
    (folder / "link.pdf").symlink_to(folder / "2.pdf")
    survey = survey_place(open_place(str(folder)), cache)
    assert [[file.name for file in one.files] for one in survey.candidates] == [
        ["1.pdf", "copy.pdf"],
        ["2.pdf", "link.pdf"],
        ["3.pdf"],
    ]


@pytest.mark.skipif(os.name == "nt", reason="no named pipes")
def test_what_cannot_be_read_is_named_and_the_rest_goes_on(
    folder: Path, cache: FrontCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "scan.pdf").write_bytes(pdf(Sheet()))
    (folder / "huge.pdf").touch()
    os.truncate(folder / "huge.pdf", 1_500_000)
    os.mkfifo(folder / "pipe.pdf")
    (folder / "loop.pdf").symlink_to("loop.pdf")
    (folder / "around").symlink_to(folder, target_is_directory=True)
    monkeypatch.setenv("CLAIM_READER_MAX_SIZE", "1")
    survey = survey_place(open_place(str(folder)), cache)
    assert sorted(one.name for one in survey.refusals) == ["broken.pdf", "empty.pdf", "huge.pdf", "loop.pdf", "pipe.pdf"]
    assert all(one.reason for one in survey.refusals)
    assert [one.file.name for one in survey.candidates] == ["1.pdf", "2.pdf", "3.pdf", "scan.pdf"]


class InterruptedFolder(FolderPlace):
    """A folder that is removed, or at which Ctrl+C is pressed, once so many files were read."""

    def __init__(self, path: Path, after: int, error: BaseException) -> None:
        super().__init__(path)
        self._left = after
        self._error = error

    def read(self, file: SourceFile) -> bytes:
        if not self._left:
            raise self._error
        self._left -= 1
        return super().read(file)


def test_ctrl_c_keeps_what_was_read_and_what_was_attached(
    folder: Path, cache: FrontCache, library: Library, review: ReviewSession
) -> None:
    stopped = survey_place(InterruptedFolder(folder, 2, KeyboardInterrupt()), cache)
    assert (len(stopped.candidates), stopped.file_count, stopped.was_stopped) == (2, 3, True)
    whole = survey_place(FolderPlace(folder), cache)
    assert (len(whole.candidates), whole.was_stopped) == (3, False)
    sure = matches(whole, review)
    result = attach_matches(review, library, InterruptedFolder(folder, 2, KeyboardInterrupt()), sure)
    assert (len(result.attached), result.was_stopped, states(review)) == (2, True, ["supplied", "supplied", "not supplied"])
    rest = attach_matches(review, library, FolderPlace(folder), sure)
    assert (rest.attached, rest.was_stopped, states(review)) == ((sure[2],), False, ["supplied"] * 3)
    documents = [(folder / f"{number}.pdf").read_bytes() for number in (1, 2, 3)]
    assert all(load_article(data, str(folder / f"{number}.pdf")) for number, data in enumerate(documents, 1))


def test_a_run_reports_its_progress_and_can_be_stopped(folder: Path, cache: FrontCache) -> None:
    reports: list[ProgressReport] = []
    with report_to(reports.append):
        survey_place(open_place(str(folder)), cache)
    found, looked_into = [("file", done, 0) for done in range(3)], [("file", done, 3) for done in range(4)]
    assert [(one.unit, one.done, one.total) for one in reports] == [*found, *looked_into]
    with report_to(lambda step: None, lambda: True):
        assert survey_place(open_place(str(folder)), cache).was_stopped


def test_of_very_many_files_the_first_are_looked_into(folder: Path, cache: FrontCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.sources.intake._MOST_FILES", 2)
    survey = survey_place(open_place(str(folder)), cache)
    assert [one.file.name for one in survey.candidates] == ["1.pdf", "2.pdf"]
    assert [one.reason for one in survey.refusals] == [
        "Only the first 2 of its 3 files were looked into: name one of its folders"
    ]


def test_files_that_go_while_they_are_looked_into_are_named(folder: Path, cache: FrontCache) -> None:
    def remove(step: ProgressReport) -> None:
        if step.total and step.done == 1:
            shutil.rmtree(folder)

    with report_to(remove):
        survey = survey_place(open_place(str(folder)), cache)
    assert [one.file.name for one in survey.candidates] == ["1.pdf"]
    assert [one.name for one in survey.refusals] == ["2.pdf", "3.pdf"]
    assert "File not found" in survey.refusals[0].reason


def test_a_file_that_goes_or_changes_before_it_is_attached_is_named(
    folder: Path, cache: FrontCache, library: Library, review: ReviewSession
) -> None:
    place: SourcePlace = open_place(str(folder))
    sure = matches(survey_place(place, cache), review)
    (folder / "1.pdf").unlink()
    (folder / "2.pdf").write_bytes(paper_pdf(PAPERS[2]))
    result = attach_matches(review, library, place, sure)
    assert [one.name for one in result.refusals] == ["1.pdf", "2.pdf"]
    assert "has changed" in result.refusals[1].reason
    assert states(review) == ["not supplied", "not supplied", "supplied"]


def test_a_folder_that_is_gone_is_an_error(folder: Path, cache: FrontCache) -> None:
    place = open_place(str(folder))
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    with pytest.raises(ReaderError, match="cannot be read"):
        survey_place(place, cache)


class OftenNamed(FolderPlace):
    """A folder of which each file has a record twice, and thousands of other records."""

    def files(self) -> Iterator[SourceFile]:
        for number in range(10_000):
            yield SourceFile("1.pdf", str(self._path / "1.pdf"), record=WorkRecord(key=str(number % 5_000)))


def test_a_file_with_thousands_of_records_has_each_of_them_once(folder: Path, cache: FrontCache) -> None:
    (candidate,) = survey_place(OftenNamed(folder), cache).candidates
    assert [record.key for record in candidate.records] == [str(number) for number in range(5_000)]


def test_one_file_may_be_chosen_for_two_references(
    folder: Path, cache: FrontCache, library: Library, review: ReviewSession
) -> None:
    place = open_place(str(folder))
    first, *_ = matches(survey_place(place, cache), review)
    both = [first, Match(("3",), first.candidate, Grade.LIKELY, ())]
    attach_matches(review, library, place, both)
    one, three = review.sources.source("1"), review.sources.source("3")
    assert one is not None
    assert one == three
    review.undo()
    assert states(review) == ["not supplied"] * 3
