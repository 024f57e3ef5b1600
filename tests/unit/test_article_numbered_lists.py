"""Which list a number means where several lists of a text count from 1."""

from __future__ import annotations

import pytest

from reader.article.article import Article
from reader.formats import parse_article

BIRDS = ["tern", "gull", "crake", "heron", "egret", "plover", "smew", "snipe", "knot", "dunlin", "ruff", "curlew", "skua"]
CHAPTERS = ("Winds", "Lamps", "Boats", "Stones")


def read(text: str, name: str) -> Article:
    return parse_article(text.encode("utf-8"), name)


def heading(level: int, words: str, ending: str) -> str:
    if ending == "html":
        return f"<h{level}>{words}</h{level}>\n"
    return f"{'#' * level} {words}\n\n" if ending == "md" else f"{words}\n\n"


def sentences(cited: dict[str, int], marker: str = "[{}]") -> str:
    return " ".join(f"The {bird} comes to the bay in winter {marker.format(number)}." for bird, number in cited.items())


def entries(birds: list[str], label: str = "{}. ") -> str:
    lines = (f"{label.format(n)}Lee, B. (1988). The {bird} of the bay. Holm Press." for n, bird in enumerate(birds, 1))
    return "\n".join(lines) + "\n\n"


def page(text: str, ending: str) -> str:
    if ending != "html":
        return text
    lines = "".join(line if line.startswith("<") else f"<p>{line}</p>\n" for line in text.split("\n") if line)
    return f"<html><body><article>{lines}</article></body></html>"


def parts_of(sizes: tuple[int, ...]) -> list[tuple[str, list[str]]]:
    birds = iter(BIRDS)
    return [(name, [next(birds) for _ in range(size)]) for name, size in zip(CHAPTERS, sizes, strict=False)]


def links(article: Article) -> list[tuple[str, str]]:
    """Return the bird before each marker, and that of its entry, or the number that has none."""
    found: list[tuple[str, str]] = []
    for citation in article.citations:
        bird = article.text[: citation.start].rpartition("The ")[2].split()[0]
        found += ((bird, article.reference_by_id[name].text.partition("The ")[2].split()[0]) for name in citation.references)
        found += ((bird, number) for number in citation.missing)
    return found


def wrong_links(article: Article) -> list[tuple[str, str]]:
    return [link for link in links(article) if not link[1].isdecimal() and link[0] != link[1]]


@pytest.mark.parametrize("ending", ["md", "txt", "html"])
@pytest.mark.parametrize("sizes", [(1, 3), (3, 1), (3, 1, 3), (1, 1, 1), (3, 1, 2, 4), (4, 1, 1)])
def test_a_chapter_may_have_a_single_note_at_the_end_of_the_text(sizes: tuple[int, ...], ending: str) -> None:
    parts = parts_of(sizes)
    body = "".join(
        heading(2, name, ending) + sentences({bird: n for n, bird in enumerate(birds, 1)}) + "\n\n" for name, birds in parts
    )
    notes = "".join(heading(3, name, ending) + entries(birds) for name, birds in parts)
    article = read(page(f"{body}{heading(2, 'Notes', ending)}{notes}", ending), f"a.{ending}")
    assert links(article) == [(bird, bird) for _, birds in parts for bird in birds]


@pytest.mark.parametrize("ending", ["md", "txt", "html"])
@pytest.mark.parametrize("sizes", [(1, 3), (3, 1, 3), (1, 1, 1), (3, 1, 2, 5)])
def test_a_chapter_may_have_a_single_note_at_its_end(sizes: tuple[int, ...], ending: str) -> None:
    parts = parts_of(sizes)
    text = "".join(
        heading(2, name, ending)
        + sentences({bird: n for n, bird in enumerate(birds, 1)})
        + "\n\n"
        + heading(3, "Notes", ending)
        + entries(birds)
        for name, birds in parts
    )
    article = read(page(text, ending), f"a.{ending}")
    assert links(article) == [(bird, bird) for _, birds in parts for bird in birds]


@pytest.mark.parametrize("title", ["{}", "Notes to {}", "Chapter {} – Notes", "{}: references"])
def test_the_titles_of_chapters_tell_whose_notes_they_are(title: str) -> None:
    parts = parts_of((3, 2, 4))
    names = [title.partition(" –")[0].removeprefix("Notes to ").removesuffix(": references").format(name) for name, _ in parts]
    contents = heading(2, "Contents", "md") + "".join(heading(3, name, "md") for name in names)
    body = "".join(
        heading(2, name, "md")
        + sentences({bird: n for n, bird in enumerate(birds[:-1], 1)})  # nothing cites the last note
        + "\n\n"
        + heading(3, "Later", "md")
        + sentences({birds[0]: 1})
        + "\n\n"
        for name, (_, birds) in zip(names, parts, strict=True)
    )
    notes = "".join(heading(3, title.format(name), "md") + entries(birds) for name, birds in parts)
    article = read(f"{contents}{body}{heading(2, 'Notes', 'md')}{notes}", "a.md")
    assert links(article) == [(bird, bird) for _, birds in parts for bird in (*birds[:-1], birds[0])]


def test_of_a_number_that_two_chapters_may_mean_nothing_is_said() -> None:
    one, two = ("tern", "gull", "crake"), ("heron", "egret")
    body = (
        f"## Winds\n\n{sentences({bird: n for n, bird in enumerate(one, 1)})}\n\n## Lamps\n\n{sentences({'knot': 1})}\n\n"
        f"## Boats\n\n{sentences({bird: n for n, bird in enumerate(two, 1)})}\n\n"
    )
    text = f"{body}## Notes\n\n### Part I\n\n{entries([*one])}### Part II\n\n{entries([*two])}"
    assert links(read(text, "a.md")) == [
        *((bird, bird) for bird in one),
        ("knot", "1"),
        *((bird, bird) for bird in two),
    ]


@pytest.mark.parametrize("stray", [(5,), (3, 4, 5, 6), (9,)])
def test_a_number_beyond_the_list_of_its_chapter_cites_no_other_list(stray: tuple[int, ...]) -> None:
    one, two = BIRDS[:2], BIRDS[2:9]
    more = dict(zip(BIRDS[9:], stray, strict=False))
    text = (
        f"## Winds\n\n{sentences({bird: n for n, bird in enumerate(one, 1)} | more)}\n\n## Notes\n\n{entries(one)}"
        f"## Lamps\n\n{sentences({two[0]: 1, two[1]: 2})}\n\n## Notes\n\n{entries(two)}"
    )
    article = read(text, "a.md")
    assert wrong_links(article) == []
    assert {bird for bird, entry in links(article) if not entry.isdecimal()} >= {two[0], two[1]}


def test_a_chapter_after_all_lists_cites_none_of_them() -> None:
    parts = parts_of((3, 2))
    text = "".join(
        f"## {name}\n\n{sentences({bird: n for n, bird in enumerate(birds, 1)})}\n\n### Notes\n\n{entries(birds)}"
        for name, birds in parts
    )
    article = read(f"{text}## Stones\n\n{sentences({'ruff': 1, 'skua': 2})}\n", "a.md")
    assert links(article) == [*((bird, bird) for _, birds in parts for bird in birds), ("ruff", "1"), ("skua", "2")]


@pytest.mark.parametrize("ending", ["md", "txt", "html"])
@pytest.mark.parametrize("are_notes_first", [True, False])
@pytest.mark.parametrize("titles", [("Notes", "References"), ("Anmerkungen", "Literatur"), ("Endnotes", "Works cited")])
def test_raised_numbers_cite_notes_and_those_in_brackets_references(
    titles: tuple[str, str], ending: str, *, are_notes_first: bool
) -> None:
    notes, works = ["tern", "gull"], ["heron", "egret", "smew"]
    body = "The tern comes in.¹ The heron stays [1]. The egret stays [2]. The gull comes in.² The smew stays [3].\n\n"
    lists = [heading(2, title, ending) + entries(birds) for title, birds in zip(titles, (notes, works), strict=True)]
    text = heading(1, "Birds", ending) + body + "".join(lists[:: 1 if are_notes_first else -1])
    article = read(page(text, ending), f"a.{ending}")
    assert links(article) == [(bird, bird) for bird in ("tern", "heron", "egret", "gull", "smew")]


def section(level: int, name: str, cited: dict[str, int], ending: str) -> str:
    return heading(level, name, ending) + sentences(cited) + "\n\n"


@pytest.mark.parametrize("ending", ["md", "txt", "html"])
@pytest.mark.parametrize("name", ["Appendix references", "Methods references", "Box 1: sources", "Supplementary references"])
def test_a_section_after_the_references_may_have_its_own(name: str, ending: str) -> None:
    text = (
        section(2, "Birds", {"tern": 1, "gull": 2, "crake": 3}, ending)
        + heading(2, "References", ending)
        + entries(["tern", "gull", "crake"])
        + section(2, "Counting", {"heron": 1, "egret": 2}, ending)
        + heading(3, name, ending)
        + entries(["heron", "egret"])
    )
    article = read(page(text, ending), f"a.{ending}")
    assert links(article) == [(bird, bird) for bird in ("tern", "gull", "crake", "heron", "egret")]


@pytest.mark.parametrize("ending", ["md", "txt", "html"])
def test_a_list_that_its_heading_does_not_call_references_leaves_it_open_which_one_is_meant(ending: str) -> None:
    text = (
        section(2, "Birds", {"tern": 1, "gull": 2, "crake": 3}, ending)
        + heading(2, "References", ending)
        + entries(["tern", "gull", "crake"])
        + section(2, "Counting", {"heron": 1, "egret": 2}, ending)
        + heading(3, "Works on counting", ending)
        + entries(["heron", "egret"])
    )
    article = read(page(text, ending), f"a.{ending}")
    assert links(article) == [*((bird, bird) for bird in ("tern", "gull", "crake")), ("heron", "1"), ("egret", "2")]


@pytest.mark.parametrize("ending", ["md", "txt", "html"])
@pytest.mark.parametrize("label", ["{}. ", "[{}] "])
def test_a_box_in_the_text_may_have_its_own_list(label: str, ending: str) -> None:
    text = (
        section(2, "Birds", {"tern": 1, "gull": 2, "crake": 3}, ending)
        + section(3, "Box 1", {"heron": 1, "egret": 2}, ending)
        + heading(3, "Box 1 references", ending)
        + entries(["heron", "egret"], label)
        + section(2, "Boats", {"smew": 4, "snipe": 5}, ending)
        + heading(2, "References", ending)
        + entries(["tern", "gull", "crake", "smew", "snipe"], label)
    )
    article = read(page(text, ending), f"a.{ending}")
    assert links(article) == [(bird, bird) for bird in ("tern", "gull", "crake", "heron", "egret", "smew", "snipe")]


def test_a_part_that_counts_anew_beyond_the_next_list_has_lost_its_own() -> None:
    text = (
        section(2, "Winds", {"tern": 1, "gull": 2}, "md")
        + f"### Notes\n\n{entries(['tern', 'gull'])}"
        + section(2, "Lamps", {"heron": 1, "egret": 2, "smew": 3}, "md")
        + section(2, "Boats", {"knot": 1, "ruff": 2}, "md")
        + f"### Notes\n\n{entries(['knot', 'ruff'])}"
    )
    article = read(text, "a.md")
    assert links(article) == [
        *(("tern", "tern"), ("gull", "gull"), ("heron", "1"), ("egret", "2"), ("smew", "3")),
        *(("knot", "knot"), ("ruff", "ruff")),
    ]


def test_lists_may_stand_before_what_cites_them() -> None:
    text = (
        f"## Sources\n\n{entries(['tern', 'gull'])}"
        + section(2, "Winds", {"tern": 1, "gull": 2}, "md")
        + f"## Sources\n\n{entries(['heron', 'egret'])}"
        + section(2, "Lamps", {"heron": 1, "egret": 2}, "md")
    )
    assert wrong_links(read(text, "a.md")) == []


@pytest.mark.parametrize("sizes", [(1, 3), (3, 1, 3), (4, 1, 1)])
@pytest.mark.parametrize("ending", ["md", "txt", "html"])
def test_the_single_note_of_a_chapter_needs_no_heading(sizes: tuple[int, ...], ending: str) -> None:
    parts = parts_of(sizes)
    text = "".join(
        section(2, name, {bird: n for n, bird in enumerate(birds, 1)}, ending) + entries(birds, "[{}] ")
        for name, birds in parts
    )
    article = read(page(text, ending), f"a.{ending}")
    assert links(article) == [(bird, bird) for _, birds in parts for bird in birds]


@pytest.mark.parametrize("label", ["[{}] ", "[{}]: ", "- [{}] "])
@pytest.mark.parametrize(
    "entry", ["[The {0} of the bay](https://{0}.example/page)", "The {0} of the bay, https://{0}.example/page"]
)
def test_an_answer_may_have_a_single_source(entry: str, label: str) -> None:
    parts = parts_of((1, 2, 1))
    text = "".join(
        section(2, name, {bird: n for n, bird in enumerate(birds, 1)}, "md")
        + "".join(f"{label.format(n)}{entry.format(bird)}\n" for n, bird in enumerate(birds, 1))
        + "\n"
        for name, birds in parts
    )
    assert wrong_links(read(text, "a.md")) == []


def test_a_list_that_a_page_has_twice_is_one() -> None:
    birds = BIRDS[:3]
    listed = "".join(f"<li>Lee, B. (1988). The {bird} of the bay. Holm Press.</li>" for bird in birds)
    cited = sentences({bird: n for n, bird in enumerate(birds, 1)})
    article = read(f"<p>{cited}</p><h2>References</h2><ol>{listed}</ol><h2>References</h2><ol>{listed}</ol>", "a.html")
    assert links(article) == [(bird, bird) for bird in birds]


def test_an_entry_may_be_in_two_lists_of_a_page() -> None:
    birds = ["tern", "gull", "crake", "heron", "egret"]
    listed = "".join(
        f"<li>Lee, B. (1988). The {bird} of the bay in the long winter of the year. Holm Press.</li>" for bird in birds
    )
    first = "<ol><li>Lee, B. (1988). The gull of the bay in the long winter of the year. Holm Press.</li></ol>"
    cited = sentences({bird: n for n, bird in enumerate(birds, 1)})
    article = read(f"<p>{cited}</p><h2>Key sources</h2>{first}<h2>Sources</h2><ol>{listed}</ol>", "a.html")
    assert links(article) == [(bird, bird) for bird in birds]


def test_a_choice_of_sources_with_all_numbers_leaves_it_open_which_list_is_meant() -> None:
    text = (
        f"# Birds\n\n{sentences({'tern': 1, 'gull': 2, 'crake': 3})}\n\n"
        f"## Key sources\n\n{entries(['crake', 'tern', 'skua'])}## Sources\n\n{entries(['tern', 'gull', 'crake', 'skua'])}"
    )
    assert links(read(text, "a.md")) == [("tern", "1"), ("gull", "2"), ("crake", "3")]


@pytest.mark.parametrize("ending", ["md", "txt", "html"])
@pytest.mark.parametrize("titles", [("Список литературы", "References"), ("References", "Literaturverzeichnis")])
@pytest.mark.parametrize("size", [3, 12])
def test_a_list_may_be_repeated_in_another_language(size: int, titles: tuple[str, str], ending: str) -> None:
    birds = BIRDS[:size]
    lists = (
        "".join(f"{n}. {words.format(bird)}, {1980 + n}.\n" for n, bird in enumerate(birds, 1)) + "\n"
        for words in ("Ли Б. The {} залива. Холм", "Lee B. The {} of the bay. Holm")
    )
    body = heading(1, "Birds", ending) + sentences({bird: n for n, bird in enumerate(birds, 1)}) + "\n\n"
    text = body + "".join(heading(2, title, ending) + part for title, part in zip(titles, lists, strict=True))
    article = read(page(text, ending), f"a.{ending}")
    assert len(article.references) == 2 * size
    assert links(article) == [(bird, bird) for bird in birds]


@pytest.mark.parametrize("ending", ["md", "txt", "html", "reversed"])
@pytest.mark.parametrize("label", ["{}. ", "[{}] "])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_list_may_count_down(ending: str, label: str, gap: str) -> None:
    birds = BIRDS[:5]
    lines = [
        f"{label.format(number) if ending != 'reversed' else ''}Lee, B. (1988). The {bird} of the bay. Holm Press."
        for number, bird in reversed([*enumerate(birds, 1)])
    ]
    ending, is_list = ("html", True) if ending == "reversed" else (ending, False)
    listed = "<ol reversed>" + "".join(f"<li>{line}</li>" for line in lines) + "</ol>" if is_list else gap.join(lines)
    body = heading(1, "Birds", ending) + sentences({bird: n for n, bird in enumerate(birds, 1)}) + "\n\n"
    article = read(page(f"{body}{heading(2, 'Publications and references', ending)}{listed}\n", ending), f"a.{ending}")
    assert links(article) == [(bird, bird) for bird in birds]


def test_numbers_that_fall_by_chance_make_no_list() -> None:
    text = "Birds\n\nThe tern comes [1]. The gull stays [2].\n\nReferences\n\n1. Lee, B. (1988). The tern of the bay, in its\n"
    article = read(
        f"{text}2. Band, Holm Press.\n2. Lee, B. (1990). The gull of the bay, after the\n1. storm, Holm Press.\n", "a.txt"
    )
    assert wrong_links(article) == []


@pytest.mark.parametrize(
    ("first", "gap", "last", "label"),
    [
        ("<ol>\n<li>", "</li>\n<li>", "</li>\n</ol>", ""),
        ('<ol start="1" type="1"><li>', "</li><li>", "</li></ol>", ""),
        ('<ol>\n  <li id="a">', "</li>\n  <li>", "</li>\n</ol>", ""),
        ("", "<br>", "", "{}. "),
        ("<p>", "<br/>\n", "</p>", "[{}] "),
    ],
)
def test_markdown_may_have_its_list_in_html(first: str, gap: str, last: str, label: str) -> None:
    birds = BIRDS[:5]
    lines = [f"{label.format(n)}Lee, B. (1988). The {bird} of the bay. Holm Press." for n, bird in enumerate(birds, 1)]
    body = sentences({bird: n for n, bird in enumerate(birds, 1)})
    article = read(f"{body}\n\n## References\n\n{first}{gap.join(lines)}{last}\n", "a.md")
    assert links(article) == [(bird, bird) for bird in birds]


@pytest.mark.parametrize("attributes", [("reversed", ""), ('start="4"', ""), ("", 'value="3"'), ('type="a"', "")])
def test_a_list_in_html_that_counts_otherwise_is_not_counted_by_its_places(attributes: tuple[str, str]) -> None:
    birds = BIRDS[:3]
    lines = "".join(f"<li {attributes[1]}>Lee, B. (1988). The {bird} of the bay. Holm Press.</li>\n" for bird in birds)
    body = sentences({bird: n for n, bird in enumerate(reversed(birds), 1)})
    article = read(f"{body}\n\n## References\n\n<ol {attributes[0]}>\n{lines}</ol>\n", "a.md")
    assert article.citations == ()
