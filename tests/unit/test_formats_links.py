"""Texts whose links are their references: posts, notes, answers of language models."""

from __future__ import annotations

import pytest

from reader.article.article import Article
from reader.formats import parse_article

TOP = "The ferry to Moe was stopped in the winter of 2011, and the pier at Vik has been empty ever since.\n\n"
LOG, MAP = "https://log.example/2011/ice", "https://www.map.example/moe?layer=sea"


def read(text: str, name: str = "ferry.md") -> Article:
    return parse_article(text.encode(), name)


def linked(article: Article) -> list[tuple[str, str]]:
    """Return the words of each citation, and the address of what it cites."""
    return [
        (article.text[c.start : c.end], article.reference_by_id[name].url) for c in article.citations for name in c.references
    ]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (f"It froze, as [the log]({LOG}) says.", "the log"),
        (f"It froze, as [**the** log]({LOG} 'A log') says.", "**the** log"),
        (f"It froze, as [the log][log] says.\n\n[log]: {LOG}", "the log"),
        (f"It froze, as [log][] says.\n\n[log]: {LOG}", "log"),
        (f"It froze, as [log] says.\n\n[log]: <{LOG}>", "log"),
        (f"It froze, says [@mia][log].\n\n[log]: {LOG}", "@mia"),
        (f"It froze: <{LOG}>.", LOG),
        (f"It froze: {LOG}.", LOG),
        (f"It froze. ([log]({LOG}))", "log"),
        (f"- It froze ([log]({LOG})).", "log"),
        (f"> It froze, says [the log]({LOG}).", "the log"),
        (f"## It froze, says [the log]({LOG})\n\nAnd how.", "the log"),
        (f"It froze.[\\[1\\]]({LOG})", "[1\\]"),
        (f"It froze [^1^]({LOG}).", "1"),
        (f"It froze [1]({LOG}).", "[1]"),
        (f"It froze [[1]]({LOG}).", "[1]"),
        (f"It froze.[]({LOG})", LOG),
        (f'It froze, as <a class="x" href="{LOG}">the log</a> says.', "the log"),
    ],
)
def test_a_link_in_markdown_is_a_citation_of_its_address(written: str, words: str) -> None:
    assert linked(read(TOP + written)) == [(words, LOG)]


def test_a_bare_address_in_plain_text_is_a_citation() -> None:
    assert linked(read(f"{TOP}It froze ({LOG}), see {MAP}.\n", "ferry.txt")) == [(LOG, LOG), (MAP, MAP)]


def test_words_of_tracking_make_no_second_source() -> None:
    article = read(
        f"{TOP}It froze. ([log]({LOG}?utm_source=chat&utm_medium=b)) It was cold. ([the log]({LOG}/?fbclid=4#top)) "
        f"Ships sailed round [Moe]({MAP}&gclid=1#:~:text=ships%20sailed), not [east]({MAP}&page=2)."
    )
    assert [r.url for r in article.references] == [LOG, MAP, f"{MAP}&page=2"]
    assert [c.references for c in article.citations] == [("1",), ("1",), ("2",), ("3",)]


@pytest.mark.parametrize("label", ["- ", "1. ", "[1] ", ""])
def test_a_link_to_an_address_of_the_list_cites_its_entry(label: str) -> None:
    other = label.replace("1", "2")
    article = read(
        f"{TOP}It froze. ([The log]({LOG}?utm_source=a))\n\n## Sources\n\n{label}[Log]({LOG})\n\n{other}[Map]({MAP})\n"
    )
    (citation,) = article.citations
    reference = article.reference_by_id[citation.references[0]]
    assert (len(article.references), reference.url, reference.span is not None) == (2, LOG, True)


def test_links_count_beside_a_numbered_list_but_not_beside_footnotes_with_sources() -> None:
    text = f"{TOP}It froze [1], and [Moe]({MAP}) was cut off.\n\n"
    beside = read(f"{text}## References\n\n[1] Vik, A. (2012). Ice. Moe Press.\n")
    assert [(r.label, r.url) for r in beside.references] == [("2", MAP), ("1", "")]
    assert [c.references for c in beside.citations] == [("1",), ("2",)]
    notes = read(text.replace("[1]", "[^1]") + "[^1]: Vik, A. (2012). Ice. Moe Press.\n")
    assert [c.references for c in notes.citations] == [("^1",)]


def test_beside_a_few_footnotes_that_are_remarks_links_count() -> None:
    article = read(f"{TOP}It froze[^1], [the log]({LOG}) says. See [Moe]({MAP}) and [Vik]({MAP}&v).\n\n[^1]: Or nearly so.\n")
    assert [c.references for c in article.citations] == [("^1",), ("1",), ("2",), ("3",)]


@pytest.mark.parametrize(
    "link",
    [
        *("![A ship](https://map.example/ship.png)", "[![A ship](https://map.example/s.png)](https://map.example/s.png)"),
        "[Share](https://twitter.com/intent/tweet?url=https://map.example/moe)",
        "[Share](https://www.facebook.com/sharer/sharer.php?u=https://map.example/moe)",
        "[Ada Vik](https://orcid.org/0000-0001-0000-0009)",
        *("[ice](https://map.example/tag/ice/)", "[Ada Vik](https://map.example/authors/ada-vik)"),
        *("[mail](mailto:ada@map.example)", "[top](#top)", "[file](ice.md)", "`https://map.example/moe`"),
    ],
)
def test_what_is_no_source(link: str) -> None:
    assert read(f"{TOP}It froze. {link}\n").references == ()


def test_a_number_that_links_to_two_places_is_no_number_of_a_list() -> None:
    assert linked(read(f"{TOP}It froze [1]({LOG}), and Moe was cut off [1]({MAP}).")) == [("1", LOG), ("1", MAP)]


@pytest.mark.parametrize(
    "source",
    [
        f"([log]({LOG}))",
        f"([log]({LOG}), [map]({MAP}))",
        f"([log]({LOG})) ([map]({MAP}))",
        f"(Source: [log]({LOG}), [map]({MAP}))",
        f"[\\[1\\]]({LOG})",
        f"[log.example]({LOG})",
        f"[Log]({LOG}), [map +2]({MAP})",
        f"[Source]({LOG})",
        f"[[1]]({LOG}) [[2]]({MAP})",
        f"<{LOG}>",
    ],
)
def test_links_after_a_full_stop_belong_to_the_sentence_before_them(source: str) -> None:
    article = read(
        f"{TOP}It froze for weeks. {source} Ships sailed round Moe. See [the\nlog. Of 2011]({LOG}) for more.\n\n- No. {source}"
    )
    assert [article.text[s.start : s.end] for s in article.sentences.all()][1:3] == [
        f"It froze for weeks. {source}",
        "Ships sailed round Moe.",
    ]
    assert article.text[slice(*article.sentences.all()[-1])] == f"- No. {source}"


def test_the_name_of_a_site_that_begins_a_sentence_is_a_part_of_it() -> None:
    article = read(f"{TOP}It froze for weeks. [log.example]({LOG}) counted the ships.\n\nAnd more.")
    assert [article.text[s.start : s.end] for s in article.sentences.all()][1:3] == [
        "It froze for weeks.",
        f"[log.example]({LOG}) counted the ships.",
    ]


def test_a_link_that_begins_a_sentence_belongs_to_it() -> None:
    article = read(f"{TOP}It froze. [Log](https://log.example) Books were lost. [The log of 2011]({LOG}) Moe kept is torn.\n")
    assert [article.text[slice(*span)][-6:] for span in article.sentences.all()[1:]] == ["froze.", " lost.", " torn."]


def test_numbers_after_emphasis_and_hidden_elements_in_markdown() -> None:
    article = read(
        'It was **"the calm"**.1 Then *"ice on all sides"*.2 None sailed*?.3 Thaw.<span style="display:none">[^4]</span>\n\n'
        f"## Works cited\n\n1. Log, {LOG}\n2. Map, {MAP}\n3. Ice, https://ice.example\n\n[^4]: {LOG}\n\n[pic]: <data:a.3>"
    )
    assert [citation.references for citation in article.citations] == [("1",), ("2",), ("3",)]


SOURCES = ((1, "The log", LOG), (2, "A map", MAP))


@pytest.mark.parametrize(
    ("marker", "entry"),
    [
        ("\\[{}\\]", "\\[{}\\] {}. {}  "),
        ("[{}]", '[{0}]: {2} "{1}"'),
        ("[^{}^]", "({}) {}. {}."),
        ("[{}]", "**[{}]** [{}]({})  "),
        ("[{}]", "{}. [{}]({}) – www.other.example"),
        ("[citation:{}]", "[{}] {} {}"),
        ("【{}†L3-L9】", "{}. {}\n   {}"),
        ("[^{}]", "{}. [{}]({})"),
        ("[{}]", "{}. **{}**\n   - Moe & Vik, 2011\n   - {}"),
        ("[S{}]", "[S{}] {}. {}"),
        ("[#{}]", "- **#{}** {} ({})"),
        ("(Source {})", "Source {}: {}. {}"),
        ("[{}]", "| {} | {} | {} |"),
        ("<sup>{}</sup>", "{0}. {1}, accessed on May 2, 2025, [{2}]({2})"),
    ],
)
def test_numbers_in_answers_point_to_the_sources_below(marker: str, entry: str) -> None:
    entries = "\n".join(entry.format(*source) for source in SOURCES)
    entries = f"| No. | Title | Link |\n|---|---|---|\n{entries}" if entry.startswith("|") else entries
    numbers = marker.format(1) + marker.format(2)
    body = f"Nobody sailed in the great frost.{numbers} The pier fell down in May {marker.format(2)}."
    article = read(f"{TOP}{body}\n\n## Sources\n\n{entries}\n")
    urls = [
        [article.reference_by_id[name].url for c in article.citations if c.start in range(*span) for name in c.references]
        for span in article.sentences.all()
    ]
    assert urls == [[], [LOG, MAP], [MAP]]


def test_the_name_of_a_site_as_the_words_of_a_link_is_one_link() -> None:
    assert linked(read(f"{TOP}It froze, says [www.map.example]({MAP}), and ([source: www.log.example]({LOG})) Moe.")) == [
        ("www.map.example", MAP),
        ("source: www.log.example", LOG),
    ]


def test_links_to_the_pages_of_a_person_are_no_sources_in_a_row() -> None:
    people = ["https://social.example/@mia", "https://bsky.app/profile/mia.example", "https://www.linkedin.com/in/mia-roth/"]
    row = "Find me on " + " · ".join(f"[{address.split('/')[2]}]({address})" for address in people)
    items = "\n".join(f"- [{address.split('/')[2]}]({address})" for address in people)
    text = f"{TOP}It froze, says [the log]({LOG}) of [Mia Roth]({people[0]}), who [kept]({people[0]}/1123) it.\n\n"
    cited = [LOG, people[0], f"{people[0]}/1123"]
    assert [url for _, url in linked(read(f"{text}{row}\n\n{items}\n"))] == cited
    bio = f"*Mia Roth writes about ice and ships. Follow her on [Social]({people[0]}) and on [Bluesky]({people[1]}).*"
    assert [url for _, url in linked(read(f"{text}---\n\n{bio}\n"))] == cited


def test_a_list_of_the_links_of_the_text_is_the_list_of_references() -> None:
    text = f"{TOP}It froze ([the log]({LOG})). Ships sailed round ([a map]({MAP})).\n\n### Links\n\n"
    article = read(f"{text}- [Log of the ice]({LOG})\n- [Map of Moe]({MAP}), Maps & Co\n- [Ferries](https://ferry.example/a)\n")
    assert [(c.references, article.text[c.start : c.end]) for c in article.citations] == [
        (("1",), "the log"),
        (("2",), "a map"),
    ]
    assert [r.text.split(".")[0] for r in article.references] == ["Log of the ice", "Map of Moe", "Ferries"]
    assert all(r.span for r in article.references)
    other = read(f"{text}- [Ferries](https://ferry.example/a)\n- [Piers](https://ferry.example/b)\n")
    assert len(other.citations) == 4


@pytest.mark.parametrize("name", ["report.md", "report.txt"])
def test_an_entry_may_have_the_numbers_of_several_citations(name: str) -> None:
    def number(digit: int, address: str) -> str:
        return f"[\\[{digit}\\]]({address}#:~:text=t{digit})" if name.endswith("md") else f"[{digit}]"

    text = f"It froze.{number(1, LOG)} Ships sailed round.{number(2, MAP)} It was cold.{number(3, LOG)}\n\n"
    entries = f"{number(1, LOG)} {number(3, LOG)} Log of the ice\n\n{LOG}\n\n{number(2, MAP)} Map of Moe\n\n{MAP}\n"
    article = read(TOP + text + entries, name)
    assert [(r.id, r.label, r.url) for r in article.references] == [("1", "1, 3", LOG), ("2", "2", MAP)]
    assert [c.references for c in article.citations] == [("1",), ("2",), ("1",)]


def test_links_between_all_sentences_belong_to_the_sentence_before_them() -> None:
    sentences = [
        f"Ship {name} froze. [Report of the {name}](https://{name.lower()}.example/a)" for name in ("Ada", "Eva", "Ida")
    ]
    article = read(f"{TOP}{' '.join(sentences)} Nobody sank.")
    assert [article.text[s.start : s.end].split(" ")[1] for s in article.sentences.all()[-4:]] == ["Ada", "Eva", "Ida", "sank."]


def test_the_numbers_of_a_list_that_lost_them() -> None:
    names = ("Ada", "Eva", "Ida", "Una")
    entries = "\n".join(f"Report of the {name}, accessed May 1, 2026, https://{name.lower()}.example/a" for name in names)
    text = TOP + " ".join(f"The {name} froze.{number}" for number, name in enumerate(names, 1))
    article = read(f"{text} It was cold.2\n\nWorks cited\n\n{entries}\n", "report.txt")
    assert [article.reference_by_id[c.references[0]].text[14:17] for c in article.citations] == [*names, "Eva"]


def test_raised_digits_of_two_markers() -> None:
    entries = "\n".join(f"({number}) Report {number}. https://ice.example/{number}" for number in (1, 2, 3))
    article = read(f"{TOP}It froze¹. It was cold²³.\n\nSources\n{entries}\n", "answer.txt")
    assert [c.references for c in article.citations] == [("1",), ("2", "3")]


@pytest.mark.parametrize(("raised", "cited"), [("⁹²⁵", ("9", "25")), ("¹²³", ()), ("³⁰¹", ()), ("⁹ ²⁵", ("9", "25"))])
def test_raised_digits_are_parted_in_the_one_way_that_rises(raised: str, cited: tuple[str, ...]) -> None:
    entries = "\n".join(f"({number}) Report {number}. https://ice.example/{number}" for number in range(1, 26))
    article = read(f"{TOP}It froze¹. It was cold.{raised}\n\nSources\n{entries}\n", "answer.txt")
    assert [name for citation in article.citations[1:] for name in citation.references] == list(cited)


@pytest.mark.parametrize("name", ["report.md", "report.txt"])
def test_sources_in_one_line_are_a_list(name: str) -> None:
    article = read(f"{TOP}It froze [1]. Ships sailed round [1, 2].\n\nSources: [1] The log ({LOG}); [2] A map ({MAP}).\n", name)
    assert [(r.label, r.url) for r in article.references] == [("1", LOG), ("2", MAP)]
    assert [c.references for c in article.citations] == [("1",), ("1", "2")]


def test_debris_at_the_start_of_paragraphs_labels_nothing() -> None:
    article = read(f"{TOP}[cite_start]It froze [the log]({LOG}).\n\n[cite_start]It thawed [a map]({MAP}).\n")
    assert linked(article) == [("the log", LOG), ("a map", MAP)]


def test_of_two_entries_on_one_page_a_link_cites_the_one_with_its_fragment() -> None:
    body = "It froze, says [the log][1], and [thawed in May][2]; [nobody sailed][1].\n\n"
    article = read(f"{TOP}{body}[1]: {MAP}#ice\n[2]: {MAP}#thaw\n")
    assert [c.references for c in article.citations] == [("1",), ("2",), ("1",)]
    assert linked(read(f"{TOP}It froze, says [the log]({MAP}#top) [1].\n\n[1]: {MAP}#ice\n[2]: {MAP}#thaw\n"))[0] == (
        "the log",
        f"{MAP}#ice",
    )


@pytest.mark.parametrize(
    "page",
    [
        "# Ice\n\nIt froze [1].\n\n## Sources\n\n1. [Anna Lee](https://lee.example). [The frozen sound]({}). 2011.\n",
        '<h1>Ice</h1><p>It froze [1].</p><h2>Sources</h2><ol><li><a href="https://lee.example">Anna Lee</a>. '
        '<a href="{}">The frozen sound</a>. 2011.</ol>',
        '<h1>Ice</h1><p>It froze <a href="#r">[1]</a>.</p><h2>Sources</h2><ol><li id=r>By <a href="https://lee.example">Anna '
        'Lee</a>, "<a href="{}">The frozen sound</a>", 2011.</ol>',
    ],
)
def test_the_address_of_an_entry_is_that_of_its_title_not_that_of_its_author(page: str) -> None:
    (reference,) = read(page.format(LOG), "a.html" if page.startswith("<") else "a.md").references
    assert (reference.title, reference.url) == ("The frozen sound", LOG)


@pytest.mark.parametrize(
    ("name", "page"),
    [
        (
            "a.md",
            "Nobody sailed 【1†source】. The pier fell 【2†source】.\n\n"
            "## Sources\n\n1. [The log][a]\n2. [A map][b]\n\n[a]: {}\n[b]: {}\n",
        ),
        (
            "a.html",
            "<p>Nobody sailed 【1†source】. The pier fell 【2†source】.</p><h2>Sources</h2>"
            '<ol><li><a href="{}">The log</a></li><li><a href="{}">A map</a></li></ol>',
        ),
    ],
)
def test_an_entry_that_is_a_link_has_its_address(name: str, page: str) -> None:
    article = read((f"<p>{TOP}</p>" if name.endswith("html") else TOP) + page.format(LOG, MAP), name)
    assert [reference.url for reference in article.references] == [LOG, MAP]
    assert [c.references for c in article.citations] == [("1",), ("2",)]


@pytest.mark.parametrize("between", ["<br>", "<br />\n", "<br>\n<br>"])
def test_entries_of_a_page_may_be_lines_of_one_paragraph(between: str) -> None:
    entries = between.join(
        (f"1. Moe and Vik. The log, 2011. {LOG}", f"2. Rook. A map of the ice, 2012. {MAP}", "3. Lund. Ice. 2013.")
    )
    page = f"<p>{TOP}</p><p>It froze [1], and how [2]. It thawed [3].</p><p>Sources</p><p>{entries}</p><p>Vik, May 2014.</p>"
    article = read(page, "page.html")
    assert [(reference.label, reference.url) for reference in article.references] == [("1", LOG), ("2", MAP), ("3", "")]
    assert [c.references for c in article.citations] == [("1",), ("2",), ("3",)]


def test_links_of_a_page_count_beside_a_few_footnotes_that_are_remarks() -> None:
    note = '<p>Nobody sailed<sup><a id="back" href="#note">1</a></sup>.</p>'
    note += '<ol><li id="note">Nor rowed. <a href="#back">↩</a></li></ol>'
    links = f'<p>It froze, says <a href="{LOG}">the log</a>, '
    links += f'as <a href="{MAP}">a map</a> and <a href="{LOG}/b">a list</a> show.</p>'
    article = read(f"<article><p>{TOP}</p>{links}{note}</article>", "page.html")
    assert [url for _, url in linked(article) if url] == [LOG, MAP, f"{LOG}/b"]


@pytest.mark.parametrize("are_first", [False, True])
@pytest.mark.parametrize("heading", ["## The spring\n\n", "---\n\n", ""])
def test_numbers_of_links_may_restart_with_each_answer_in_a_file(*, are_first: bool, heading: str) -> None:
    texts = (
        "It froze. ([log.example][1]) Moe was cut off. ([Other][2])\n\n",
        "It thawed in the spring. ([map.example][1]) So they sailed. ([Other][2])\n\n",
    )
    lists = (f'[1]: {LOG} "The log"\n[2]: {LOG}/b\n\n', f'[1]: {MAP} "A map"\n[2]: {MAP}&b=1\n\n')
    one, two = (f"{links}{text}" if are_first else f"{text}{links}" for text, links in zip(texts, lists, strict=True))
    title = "# The winter\n\n" if are_first else f"{TOP}"
    assert linked(read(f"{title}{one}{heading}{two}")) == [
        ("log.example", LOG),
        ("Other", f"{LOG}/b"),
        ("map.example", MAP),
        ("Other", f"{MAP}&b=1"),
    ]


def test_a_number_that_is_a_link_cites_its_own_page_not_the_entry_of_another_list_with_that_number() -> None:
    first = f"Sailors wrote of it [1]({MAP}) [2]({LOG}/b) [3](https://pier.example/fall).\n\n"
    second = f"It froze [1]({LOG}). It thawed [2]({MAP}). Boats sank [3]({LOG}/b). More [4](https://moved.example/d).\n\n"
    pages = [LOG, MAP, f"{LOG}/b", "https://doi.example/d"]
    entries = "\n".join(f"[{number}] Report {number} of the port. {page}\n" for number, page in enumerate(pages, 1))
    assert [url for _, url in linked(read(f"{TOP}{first}{second}## Sources\n\n{entries}"))] == [
        *(MAP, f"{LOG}/b", "https://pier.example/fall"),
        *(LOG, MAP, f"{LOG}/b", "https://doi.example/d"),  # of a list that fits, a page that moved is still its entry
    ]


def test_a_saved_page_whose_notes_link_back_to_it_has_the_notes_by_their_numbers() -> None:
    page = "https://ferry.example/frozen"
    calls = "".join(f"{claim}[[{n}]]({page}#fn{n}). " for n, claim in enumerate(("It froze", "It thawed", "Boats sank"), 1))
    notes = [
        f"[The log]({LOG}) [↩︎]({page}#fnref1)",
        f"Nobody saw it. [↩︎]({page}#fnref2)",
        f"[A map]({MAP}). [↩]({page}#fnref3)",
    ]
    article = read(f"{TOP}{calls}\n\n---\n\n" + "\n".join(f"{n}. {note}" for n, note in enumerate(notes, 1)) + "\n")
    assert [(c.references, article.reference_by_id[c.references[0]].url) for c in article.citations] == [
        (("1",), LOG),
        (("2",), ""),
        (("3",), MAP),
    ]


def test_an_entry_may_be_a_link_whose_address_has_parentheses() -> None:
    pages = [f"{LOG}_(ice)#:~:text=cold", MAP, f"{LOG}/c"]
    calls = " ".join(f"It froze in bay {'abc'[n]} [\\[{n + 1}\\]]({page})." for n, page in enumerate(pages))
    entries = "\n\n".join(f"[\\[{n}\\]]({page}) \\[PDF\\] Log {n}" for n, page in enumerate(pages, 1))
    article = read(f"{TOP}{calls}\n\n---\n\n{entries}\n")
    assert [(r.label, r.span is not None) for r in article.references] == [("1", True), ("2", True), ("3", True)]
    assert [c.references for c in article.citations] == [("1",), ("2",), ("3",)]
