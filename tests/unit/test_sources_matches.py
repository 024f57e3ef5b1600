"""Files matched to references: what is sure, what is only likely, and why."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.model import Reference
from reader.formats import parse_article
from reader.formats.progress import Cancelled, ProgressReport, report_to
from reader.sources.candidate import Candidate, FrontMatter, SourceFile, WorkRecord
from reader.sources.front_matter import read_front_matter
from reader.sources.identifiers import find_identifiers, make_identifiers
from reader.sources.matches import Grade, Match, match_candidates
from tests.hypothesis_profiles import CHARACTERS

BODY = "\n".join(["They wrote down what the boats brought home, by hand and in pencil."] * 16)
TITLE = "What the crews told at the quay in bad years"
DOI = "10.1234/harbours.5"
TOWNS = [
    f"{first}{last}"
    for first in ("Nor", "Sud", "Ost", "Wes", "Mid", "Lan")
    for last in ("a", "e", "i", "o", "u", "ar", "er", "ir", "or", "ur")
]
ENTRY = f"Lee, A., & Doe, B. (2019). {TITLE}. Annals of Harbours, 12(3), 45–67."


def references(*entries: str) -> tuple[Reference, ...]:
    """Return the references of an article with these entries."""
    listed = "\n".join(f"[{number}] {entry}" for number, entry in enumerate(entries, 1))
    return parse_article(f"Boats\n\nThey came back [1].\n\nReferences\n\n{listed}\n".encode(), "boats.txt").references


def paper(
    title: str = TITLE, people: str = "Anna Lee, Ben Doe", year: str = "2019", above: str = "", page: str = "", **fields: object
) -> Candidate:
    """Return a file that shows this title in large print on a first page, with lines above it and below."""
    first = f"Annals of Harbours 12 ({year}) 45–67\n{above}\n{title}\n{people}\n{page}\n{BODY}"
    front = FrontMatter(WorkRecord(), (title,) if title else (), (first,), 9)
    return found(replace(front, **fields), f"{title[:9]} {year} {above[-9:]}")


def found(front: FrontMatter, name: str = "paper", record: WorkRecord | None = None) -> Candidate:
    file = SourceFile(f"{name}.pdf", f"/papers/{name}.pdf", record=record or WorkRecord())
    return Candidate(str(abs(hash((name, front)))), (file,), front)


def grades(entries: tuple[Reference, ...], *candidates: Candidate) -> list[tuple[str, ...]]:
    """Return the grade of each match with the labels of its references."""
    return [(match.grade.name, *match.references) for match in match_candidates(entries, candidates)]


@pytest.mark.parametrize(
    ("entry", "candidate", "grade"),
    [
        (ENTRY, paper(), "SURE"),
        (f"{ENTRY} https://doi.org/{DOI}", paper(above=f"doi:{DOI}"), "SURE"),
        (f"{ENTRY} https://doi.org/{DOI}", paper(above=f"doi:{DOI}", year="2018"), "SURE"),
        (f"{ENTRY} arXiv:2101.00001", paper(above="arXiv:2101.00001v2 [cs.CY] 4 Jan 2019"), "SURE"),
        (ENTRY, paper(title=f"Original Article {TITLE}"), "SURE"),
        (ENTRY, paper(title=f"{TITLE} [version 2; peer review: approved]"), "SURE"),
        # the file may be another edition, a preprint, or by others
        (ENTRY, paper(year="2014"), "LIKELY"),
        (ENTRY, paper(people="Carl Poe"), "LIKELY"),
        (f"{ENTRY} https://doi.org/{DOI}", paper(above="doi:10.1234/other.7"), "LIKELY"),
        (ENTRY, paper(above="arXiv:2101.00001v2 [cs.CY] 4 Jan 2019"), "LIKELY"),
        (f"{ENTRY} arXiv:2101.00001", paper(), "LIKELY"),
        # about the work, or another part of it
        (f"{ENTRY} https://doi.org/{DOI}", paper(above=f"Correction\ndoi:{DOI}"), "LIKELY"),
        (f"{ENTRY} https://doi.org/{DOI}", paper(title=f"Comment on: {TITLE}", above=f"doi:{DOI}"), "LIKELY"),
        (f"{ENTRY} https://doi.org/{DOI}", paper(title=f"Supplementary material for {TITLE}", above=f"doi:{DOI}"), "LIKELY"),
        (ENTRY, paper(title=f"{TITLE}. Part II: Engines"), "LIKELY"),
        (ENTRY.replace(TITLE, f"{TITLE}. Part II"), paper(), "LIKELY"),
        (ENTRY.replace(TITLE, f"Correction to: {TITLE}"), paper(), "LIKELY"),
        (f"{ENTRY} https://doi.org/{DOI}", paper(above=f"S1 Appendix\ndoi:{DOI}"), "LIKELY"),
        (f"{ENTRY} https://doi.org/{DOI}", paper(above=f"Online supplement\ndoi:{DOI}"), "LIKELY"),
        (f"{ENTRY} https://doi.org/{DOI}", paper(above=f"Additional file 1\ndoi:{DOI}"), "LIKELY"),
        (f"{ENTRY} https://doi.org/{DOI}", paper(above=f"Peer review file\ndoi:{DOI}"), "LIKELY"),
        (f"{ENTRY} https://doi.org/{DOI}", paper(above=f"Response to reviewers\ndoi:{DOI}"), "LIKELY"),
        (f"{ENTRY} https://doi.org/{DOI}", paper(above=f"Corrections and Retractions\ndoi:{DOI}"), "LIKELY"),
        (ENTRY, paper(above="Editorial Expression of Concern"), "LIKELY"),
        (f"{ENTRY} https://doi.org/{DOI}", paper(title=f"Invited commentary: {TITLE}", above=f"doi:{DOI}"), "LIKELY"),
        # another work of the same people, with a title that differs in a word, which names this one's DOI
        (f"{ENTRY} https://doi.org/{DOI}", paper(title=TITLE.replace("bad", "good"), page=f"See doi:{DOI}."), "LIKELY"),
        # a thesis or an early version with the title of the paper, a review with that of the book
        (ENTRY, paper(people="Anna Lee", above="A thesis submitted in partial fulfilment of the requirements"), "LIKELY"),
        (ENTRY, paper(people="Anna Lee", page="Dissertation zur Erlangung des Doktorgrades"), "LIKELY"),
        (f"{ENTRY[:-1]} [Doctoral dissertation].", paper(people="Anna Lee", page="A doctoral dissertation"), "SURE"),
        (
            f"{ENTRY} https://doi.org/{DOI}",
            paper(year="2018", above=f"arXiv:1801.00001v1 [cs.CY] 3 Jan 2018\nNow at doi:{DOI}"),
            "LIKELY",
        ),
        (
            "Lee, A. (2019). Boats of the northern islands. Quay Press. ISBN 978-0-306-40615-7.",
            paper("Boats of the northern islands", page="Quay Press, 300 pp. £20. ISBN 978-0-306-40615-7"),
            "LIKELY",
        ),
        (
            "Lee, A. (2019). Boats of the northern islands. Quay Press.",
            paper("Boats of the northern islands", page="Reviewed by Carl Poe"),
            "LIKELY",
        ),
        # several works, the first of which is the reference's
        (
            f"{ENTRY} https://doi.org/{DOI}",
            paper("Annals of Harbours", page=f"Contents\n{TITLE}, Anna Lee, doi:{DOI}\nNets, Carl Poe"),
            "LIKELY",
        ),
        (
            f"{ENTRY} https://doi.org/{DOI}",
            paper("Annals of Harbours", page=f"{TITLE}, Anna Lee, doi:{DOI}\nNets, Carl Poe, doi:10.1234/harbours.6"),
            "LIKELY",
        ),
        # scripts without spaces, where few signs say much
        (
            "李明, 王芳 (2019). 北方港口渔船口述史研究. 海洋学报, 12(3), 45–67.",
            paper("北方港口渔船口述史研究", "李明 王芳"),
            "SURE",
        ),
        (
            "李明, 王芳 (2019). 北方港口渔船口述史研究. 海洋学报, 12(3), 45–67.",
            paper("", "李明 王芳", page="北方港口渔船\n口述史研究"),
            "LIKELY",
        ),
        # it only cites the work
        (
            f"{ENTRY} https://doi.org/{DOI}",
            paper("Nets of the north", page=f"As told before.\nReferences\n[1] {ENTRY} doi:{DOI}"),
            "NONE",
        ),
        (f"{ENTRY} https://doi.org/{DOI}", paper("Nets of the north", above="doi:10.1234/n.1", page=f"See doi:{DOI}."), "NONE"),
        (ENTRY, paper("Nets of the north"), "NONE"),
        (ENTRY, paper(title="", page="Nothing of the kind."), "NONE"),
    ],
)
def test_the_grade_of_a_file(entry: str, candidate: Candidate, grade: str) -> None:
    assert [match.grade.name for match in match_candidates(references(entry), [candidate])] == [grade]


def test_what_a_file_states_for_itself_counts_more_than_what_its_page_shows() -> None:
    stated = WorkRecord(identifiers=make_identifiers(doi="10.1234/other.7"))
    entry = references(f"{ENTRY} https://doi.org/{DOI}")
    assert grades(entry, paper(above=f"doi:{DOI}", record=stated)) == [("LIKELY", "1")]
    assert grades(entry, paper("Nets of the north", above=f"doi:{DOI}", record=stated)) == [("NONE",)]


def test_an_isbn_is_sure_only_with_the_title_of_the_book() -> None:
    entry = references("Lee, A. (2019). Boats of the northern islands. Quay Press. ISBN 978-0-306-40615-7.")
    page = "ISBN 978-0-306-40615-7"
    assert grades(entry, paper("Boats of the northern islands", page=page)) == [("SURE", "1")]
    chapter = paper("Nets and hooks", page=f"In: Boats of the northern islands. {page}")
    assert grades(entry, chapter) == [("LIKELY", "1")]


def test_a_record_of_a_place_is_sure_while_the_file_does_not_show_another_work() -> None:
    record = WorkRecord(TITLE, ("Lee, Anna",), "2019", make_identifiers(doi=DOI))
    entry = references(f"{ENTRY} https://doi.org/{DOI}")
    scan, other = FrontMatter(), FrontMatter(titles=("Nets of the north",), pages=("Nets of the north\ndoi:10.1234/n.1",))
    assert grades(entry, found(scan, record=record)) == [("SURE", "1")]
    assert grades(entry, found(other, record=record)) == [("LIKELY", "1")]
    assert grades(entry, found(scan, name=f"Lee 2019 {TITLE}")) == [("LIKELY", "1")]
    assert grades(entry, found(scan)) == [("NONE",)]


def test_a_preprint_that_a_record_calls_the_published_work_is_left_to_the_person() -> None:
    record = WorkRecord(TITLE, ("Lee, Anna",), "2019", make_identifiers(doi=DOI))
    entry = references(f"{ENTRY} https://doi.org/{DOI}")
    for above in ("arXiv:2101.00001v2 [cs.CY] 4 Jan 2019", "doi:10.1234/preprint.9"):
        front = paper(above=above).front
        assert grades(entry, found(front, record=record)) == [("LIKELY", "1")]
    assert grades(entry, found(paper().front, record=record)) == [("SURE", "1")]


def test_notes_and_slides_are_no_text_of_the_work() -> None:
    notes = FrontMatter(titles=(TITLE,), pages=(f"{TITLE}\nAnna Lee and Ben Doe, 2019, doi:{DOI}\nMine: read the tables.",))
    assert grades(references(f"{ENTRY} https://doi.org/{DOI}"), found(notes)) == [("LIKELY", "1")]
    slides = FrontMatter(
        titles=(TITLE,), pages=(f"{TITLE}\nAnna Lee, Ben Doe\nMay 2019", "What we saw", "Thanks"), page_count=9
    )
    assert grades(references(ENTRY), found(slides)) == [("LIKELY", "1")]


def test_a_saved_page_is_known_by_its_address() -> None:
    entry = references("Harbour Board. (2019). What the town counted. https://www.board.example/counted/?utm_source=mail")
    record = WorkRecord("What the town counted", identifiers=make_identifiers(address="https://board.example/counted"))
    page = FrontMatter(record, ("What the town counted",), ("What the town counted\nIt counted boats.",))
    assert grades(entry, found(page)) == [("SURE", "1")]


NEWS = "Poe, C. (2021, May 3). Why the harbour closed for the winter. Quay News."
STORY = "<p>The ice came early this year, and the pilots went home before the last boats were in.</p>" * 12
DATED = '<meta name="author" content="Carl Poe"><meta property="article:published_time" content="2021-05-03">'


@pytest.mark.parametrize(
    ("name", "head", "body", "grade"),
    [
        ("news.html", DATED, STORY, "SURE"),
        ("news.html", "", f"<p>By Carl Poe</p><p>3 May 2021</p>{STORY}", "SURE"),
        ("news.html", DATED.replace("2021", "2020"), STORY, "LIKELY"),
        ("news.html", DATED, "<p>The ice came early.</p>", "LIKELY"),  # a teaser
        ("news.html", DATED, f"{STORY}<p>Subscribe to continue reading.</p>", "LIKELY"),
        ("news.html", f'{DATED}<meta name="citation_doi" content="{DOI}">', STORY, "LIKELY"),  # the page of a paper
        ("news.html", "", f"<p>Carl Poe, 2021</p>{STORY}", "LIKELY"),  # perhaps notes
    ],
)
def test_a_short_saved_page_is_sure_if_it_says_who_wrote_it_and_shows_it_all(
    name: str, head: str, body: str, grade: str
) -> None:
    title = "Why the harbour closed for the winter"
    page = f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    candidate = found(read_front_matter(page.encode(), name))
    saved = replace(candidate, files=(SourceFile(name, f"/pages/{name}"),))
    assert grades(references(NEWS), saved)[0][0] == grade


def test_matching_reports_its_progress_and_can_be_stopped() -> None:
    steps: list[ProgressReport] = []
    papers = [paper(), paper("Nets of the north")]
    with report_to(steps.append):
        match_candidates(references(ENTRY), papers)
    assert [step.summary for step in steps] == ["matching file 0 of 2", "matching file 1 of 2"]
    with report_to(steps.append, lambda: True), pytest.raises(Cancelled):
        match_candidates(references(ENTRY), papers)


def test_a_title_is_found_among_many_that_share_its_words() -> None:
    entries = [
        f"Lee, A. (2019). The yearly report of the harbour board on the town of {TOWNS[number]}. Quay." for number in range(60)
    ]
    matches = match_candidates(
        references(*entries), [paper(f"The yearly report of the harbour board on the town of {TOWNS[50]}")]
    )
    assert [(match.grade, match.references) for match in matches] == [(Grade.SURE, ("51",))]


def test_two_files_for_one_reference_are_both_left_to_the_person() -> None:
    one, two = paper(), paper(page="Another print.")
    matches = match_candidates(references(ENTRY), [one, two])
    assert [match.grade for match in matches] == [Grade.LIKELY, Grade.LIKELY]
    assert "fits as well" in matches[0].reasons[-1]


def test_one_file_for_two_references_is_left_to_the_person() -> None:
    entries = references(f"{ENTRY} doi:{DOI}", ENTRY.replace("45–67", "45–68"))
    matches = match_candidates(entries, [paper()])
    assert [(match.grade.name, *match.references) for match in matches] == [("LIKELY", "1"), ("LIKELY", "2")]
    assert matches[0].reasons[-1] == "it fits [2] as well"


def test_entries_of_the_same_work_are_one() -> None:
    entries = references(f"{ENTRY} doi:{DOI}", f"Lee (2019), p. 47. doi:{DOI}")
    assert grades(entries, paper(above=f"doi:{DOI}")) == [("SURE", "1", "2")]


def test_a_weaker_file_of_a_reference_that_has_a_sure_one_is_named_and_left_out() -> None:
    sure, weak = paper(above=f"doi:{DOI}"), paper(year="2014", above="doi:10.1234/other.7")
    matches = match_candidates(references(f"{ENTRY} doi:{DOI}"), [weak, sure])
    assert [match.grade for match in matches] == [Grade.SURE, Grade.NONE]
    assert "[1] has a better file" in matches[1].reasons[0]


def test_a_table_of_contents_is_no_text_of_the_papers_in_it() -> None:
    titles = [f"{TITLE}, told by {name}" for name in ("Anna", "Berta", "Clara")]
    entries = references(
        *(f"{name}, A. (2019). {title}. Annals of Harbours, 12." for name, title in zip("LMN", titles, strict=True))
    )
    issue = paper("Annals of Harbours", page="\n".join(titles))
    assert not any(match.grade is Grade.SURE for match in match_candidates(entries, [issue]))


# ------------------------------------------------------------------ properties

WORDS = st.sampled_from(["boats", "crews", "nets", "quay", "harbour", "years", "tides", "ledgers", "gulls", "north"])
TITLES = st.lists(WORDS, min_size=1, max_size=7).map(lambda words: " ".join(words).capitalize())
NAMES = st.sampled_from(["Lee", "Doe", "Poe"])
YEARS = st.sampled_from(["2018", "2019", "2020"])
DOIS = st.sampled_from(["", "", "10.1234/a.1", "10.1234/b.2"])


@st.composite
def works(draw: st.DrawFn) -> tuple[str, str, str, str]:
    return draw(TITLES), draw(NAMES), draw(YEARS), draw(DOIS)


def to_reference(number: int, work: tuple[str, str, str, str]) -> Reference:
    title, name, year, doi = work
    text = f"{name}, A. ({year}). {title}. Annals. {doi}".strip()
    return Reference(str(number), str(number), text, authors=(f"{name}, A.",), year=year, title=title, doi=doi)


def to_candidate(number: int, work: tuple[str, str, str, str]) -> Candidate:
    title, name, year, doi = work
    page = f"Annals 12 ({year})\n{doi}\n{title}\nA. {name}\nAbstract.\n{BODY}"
    return found(FrontMatter(titles=(title,), pages=(page,), page_count=1), str(number))


def as_set(matches: tuple[Match, ...]) -> set[tuple[object, ...]]:
    return {(match.references, match.candidate.digest, match.grade, match.reasons) for match in matches}


@given(st.lists(works(), max_size=5), st.lists(works(), max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_the_files_does_not_matter(
    entries: list[tuple[str, str, str, str]], papers: list[tuple[str, str, str, str]], chance: random.Random
) -> None:
    listed = [to_reference(number, work) for number, work in enumerate(entries, 1)]
    candidates = [to_candidate(number, work) for number, work in enumerate(papers)]
    mixed = list(candidates)
    chance.shuffle(mixed)
    assert match_candidates(listed, candidates) == match_candidates(listed, mixed)


@given(st.lists(works(), max_size=5), st.lists(works(), max_size=5))
def test_nothing_is_sure_without_an_identifier_or_title_author_and_year_together(
    entries: list[tuple[str, str, str, str]], papers: list[tuple[str, str, str, str]]
) -> None:
    listed = {str(number): work for number, work in enumerate(entries, 1)}
    candidates = {to_candidate(number, work).digest: work for number, work in enumerate(papers)}
    matches = match_candidates(
        [to_reference(int(number), work) for number, work in listed.items()],
        [to_candidate(number, work) for number, work in enumerate(papers)],
    )
    sure = [match for match in matches if match.grade is Grade.SURE]
    for match in sure:
        title, name, year, doi = listed[match.references[0]]
        shown_title, shown_name, shown_year, shown_doi = candidates[match.candidate.digest]
        assert title == shown_title or (doi and doi == shown_doi)
        assert (name, year) == (shown_name, shown_year) or (doi and doi == shown_doi)
        assert not (doi and shown_doi and doi != shown_doi)
    assert len({match.candidate.digest for match in sure}) == len(sure) == len({match.references for match in sure})
    assert {match.candidate.digest for match in matches} == candidates.keys()


@given(st.text(CHARACTERS), st.text(CHARACTERS), st.text(CHARACTERS))
def test_any_text_can_be_matched(entry: str, title: str, page: str) -> None:
    reference = Reference("1", "1", entry, title=entry[:20], authors=(entry[:5],), year="2019")
    record = WorkRecord(title, (page[:5],), "", find_identifiers(page))
    matches = match_candidates([reference], [found(FrontMatter(record, (title,), (page,), 1))])
    assert all(match.reasons or match.grade is not Grade.NONE for match in matches)
