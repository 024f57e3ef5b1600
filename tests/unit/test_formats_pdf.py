"""PDF: what letters at places become."""

from __future__ import annotations

from itertools import pairwise

import pytest

from reader.article.article import Article
from reader.article.model import BlockKind, StyleKind
from reader.formats import parse_article
from tests.unit.pdfs import Sheet, lines_of, pdf, width_of
from tests.unit.test_formats_hostile import check

LIT = (
    "The lamp on the northern pier was lit every evening by a keeper whom the port paid by the month. He walked there in all "
    "weathers, and he wrote down when he came and when he left, which nobody else in the town ever did."
)
BOOKS = (
    "The books that he kept are the only ones that tell of the light between the two wars. Nobody has read them since, "
    "although they were never hidden away from anybody who asked for them at the port."
)
FROZE = (
    "In the winter the oil froze, so that the lamp was carried into the warm hut and lit there. Then it was carried out again, "
    "and on some nights that happened nine times before the day broke."
)
RASK = "Rask, O. (1999). Lamps of the north, and of the eastern piers, in the years between the two wars. Harbour Press."
VIK = "Vik, A., & Moe, B. (2001). Piers and who built them. Coast and Harbour, 3(2), 14–19. https://doi.org/10.5555/piers"
ZORN = "Zorn, C. (2004). Oil that freezes in the lamps of the north, and how it was thawed by keepers. Oil Letters, 9, 1–7."


def read(*sheets: Sheet, said: dict[str, str] | None = None, catalog: str = "") -> Article:
    article = parse_article(pdf(*sheets, said=said, catalog=catalog), "lamp.pdf")
    assert article.format == "pdf"
    check(article)
    return article


def sheet(*paragraphs: str) -> Sheet:
    """Return a page with these paragraphs, a gap between them."""
    made, y = Sheet(), 100.0
    for text in paragraphs:
        y = made.paragraph(60, y, text) + 10
    return made


def drawn(article: Article) -> list[tuple[str, BlockKind, int]]:
    """Return the blocks that are the article."""
    aside = {noise.start for noise in article.noise}
    return [(article.text[b.start : b.end], b.kind, b.level) for b in article.blocks if b.start not in aside]


def said(article: Article) -> list[str]:
    return [text for text, _, _ in drawn(article)]


def aside(article: Article) -> list[str]:
    return [article.text[noise.start : noise.end] for noise in article.noise]


def cited(article: Article) -> list[tuple[str, tuple[str, ...]]]:
    return [(article.text[c.start : c.end], c.references) for c in article.citations]


# ---------------------------------------------------------------------- the page


def test_title_headings_and_paragraphs() -> None:
    page = Sheet()
    page.put(60, 80, "Lamps of the northern pier", 20, "bold")
    y = page.paragraph(60, 110, LIT)
    page.put(60, y + 14, "His books", 13, "bold")
    y = page.paragraph(60, y + 34, BOOKS)
    page.put(60, y + 14, "What was in them", 11, "italic")
    y = page.paragraph(60, y + 34, LIT)
    page.paragraph(60, y, FROZE, first=12)
    assert drawn(read(page)) == [
        ("Lamps of the northern pier", BlockKind.HEADING, 1),
        (LIT, BlockKind.PARAGRAPH, 0),
        ("His books", BlockKind.HEADING, 2),
        (BOOKS, BlockKind.PARAGRAPH, 0),
        ("What was in them", BlockKind.HEADING, 3),
        (LIT, BlockKind.PARAGRAPH, 0),
        (FROZE, BlockKind.PARAGRAPH, 0),
    ]


def test_a_heading_that_looks_like_the_text_stands_apart_from_it() -> None:
    page, y = Sheet(), 100.0
    for text in (LIT, "His books (and what was in them)", BOOKS, "mRNA of the keepers", FROZE, "It was so.", LIT, "Vik", "Oil"):
        y = page.paragraph(60, y, text, font="bold" if text.startswith("mRNA") else "plain") + 10
    y = page.paragraph(60, y, "References") + 10
    for text in (RASK, "Vik, A. (2001). Piers and who built them", VIK):
        y = page.paragraph(60, y, text) + 10
    headings = [text for text, kind, _ in drawn(read(page)) if kind is BlockKind.HEADING]
    assert headings == ["His books (and what was in them)", "mRNA of the keepers", "References"]


def test_columns_are_read_one_after_the_other_and_what_crosses_them_where_it_stands() -> None:
    page = Sheet()
    page.put(60, 80, "Lamps of the northern pier", 20, "bold")
    y = page.paragraph(60, 120, LIT, width=220)
    page.paragraph(60, y, BOOKS, width=220, first=12)
    y = page.paragraph(310, 120, FROZE, width=220)
    page.paragraph(310, y, LIT, width=220, first=12)
    page.paragraph(60, 320, BOOKS, width=470)
    assert said(read(page)) == ["Lamps of the northern pier", LIT, BOOKS, FROZE, LIT, BOOKS]


def test_a_paragraph_goes_on_in_the_next_column_and_on_the_next_page() -> None:
    first, second = Sheet(), Sheet()
    lines = list(lines_of(f"{LIT} {BOOKS} {FROZE} {LIT}", 220))
    for place, line in enumerate(lines):
        column, row = divmod(place, len(lines) // 3)
        page = first if column < 2 else second
        page.put(60 if column % 2 == 0 else 310, 100 + 12 * row, line)
    second.paragraph(310, 100, BOOKS, width=220)
    assert said(read(first, second))[0] == f"{LIT} {BOOKS} {FROZE} {LIT}"


def test_what_the_pages_have_in_common_is_set_aside() -> None:
    pages: list[Sheet] = []
    for number, text in enumerate((LIT, BOOKS, FROZE)):
        page = sheet(text)
        page.put(60, 40, "Rask and Vik", 8)
        page.put(440, 40, "Harbour Letters 12", 8)
        page.put(300, 820, str(number + 17), 8)
        pages.append(page)
    article = read(*pages)
    assert aside(article) == [line for number in (17, 18, 19) for line in ("Rask and Vik Harbour Letters 12", str(number))]
    assert said(article) == [LIT, BOOKS, FROZE]


def test_the_numbers_of_lines_are_set_aside() -> None:
    page = Sheet()
    lines = list(lines_of(f"{LIT} {BOOKS}", 400))
    for number, line in enumerate(lines, 1):
        page.put(40, 80 + 20 * number, str(number), 8)
        page.put(70, 80 + 20 * number, line)
    article = read(page)
    assert said(article) == [f"{LIT} {BOOKS}"]
    assert aside(article) == [str(number) for number in range(1, len(lines) + 1)]


def test_pages_that_are_turned_and_what_runs_up_the_side() -> None:
    page = Sheet(more="/Rotate 90")
    for place, line in enumerate(lines_of(LIT, 400)):
        page.put(100 + 12 * place, 742, line, turn="0 1 -1 0")
    page.put(20, 100, "Stamped askew")
    assert (said(read(page)), aside(read(page))) == ([LIT], ["Stamped askew"])
    page = sheet(LIT)
    page.put(30, 400, "Stamped up the side", turn="0 1 -1 0")
    assert (said(read(page)), aside(read(page))) == ([LIT], ["Stamped up the side"])


def test_a_large_initial_belongs_to_its_word() -> None:
    page = Sheet()
    page.put(60, 124, LIT[0], 36)
    for place, line in enumerate(lines_of(LIT[1:], 330)):
        page.put(84 if place < 3 else 60, 100 + 12 * place, line)
    assert said(read(page)) == [LIT]


# ---------------------------------------------------------------------- words


def test_hyphens_at_the_ends_of_lines() -> None:
    page = Sheet()
    lines = [
        "The keeper of the northern pier lit all of his lan-",
        "terns when it was dark, and on that well-known pier the-",
        "re were nine of them. So it was in the years 1914–",
        "1918, and it is told at https://lamps.example/north/",
        "keepers/nine-lamps.html by those who know of the well-",
        "known keeper, whose lanterns are lit no more now.",
    ]
    for place, line in enumerate(lines):
        page.put(60, 100 + 12 * place, line, width=240)
    (text,) = said(read(page))
    assert text == (
        "The keeper of the northern pier lit all of his lanterns when it was dark, and on that well-known pier there were nine "
        "of them. So it was in the years 1914–1918, and it is told at https://lamps.example/north/keepers/nine-lamps.html by "
        "those who know of the well-known keeper, whose lanterns are lit no more now."
    )


def test_looks_accents_and_heights() -> None:
    page = Sheet()
    x = page.put(60, 100, "It was ")
    x = page.put(x + 4, 100, "bright", font="bold")
    x = page.put(x + 8, 100, "there", font="italic")
    x = page.put(x + 4, 100, "over 10^6^ m, says Sch")
    page.put(x, 100, "¨")
    page.put(x, 100, "utze.")
    page.paragraph(60, 112, LIT)
    article = read(page)
    assert said(article)[0].startswith("It was bright there over 10⁶ m, says Schütze.")
    looks = {(article.text[style.start : style.end], style.kind) for style in article.styles}
    assert looks == {("bright", StyleKind.STRONG), ("there", StyleKind.EMPHASIS)}


def test_lists_code_and_tables() -> None:
    page = Sheet()
    y = page.paragraph(60, 100, LIT)
    for item in ("• oil from the north", "• wicks", "1. They cleaned the lamp.", "2. They lit it."):
        page.put(72, y + 8, item)
        y += 14
    for line in ("def lit(lamp):", "    if lamp:", "        return 1"):
        page.put(60 + 6 * (len(line) - len(line.lstrip())), y + 20, line.strip(), font="fixed")
        y += 12
    y = page.paragraph(60, y + 40, BOOKS)
    page.put(60, y + 12, "Table 1. Lamps of the coast", 9)
    for row in (("Port", "Lamps", "Height"), ("Vik", "12", "7.5"), ("Holm", "3", "11.0"), ("Sorn", "140", "9.25")):
        for x, cell in zip((60, 200, 300), row, strict=True):
            page.put(x, y + 30, cell)
        y += 13
    page.paragraph(60, y + 50, FROZE)
    assert [(text, kind) for text, kind, _ in drawn(read(page))] == [
        (LIT, BlockKind.PARAGRAPH),
        ("• oil from the north", BlockKind.ITEM),
        ("• wicks", BlockKind.ITEM),
        ("1. They cleaned the lamp.", BlockKind.ITEM),
        ("2. They lit it.", BlockKind.ITEM),
        ("def lit(lamp):\n    if lamp:\n        return 1", BlockKind.CODE),
        (BOOKS, BlockKind.PARAGRAPH),
        ("Table 1. Lamps of the coast", BlockKind.PARAGRAPH),
        (
            "Port  Lamps  Height\nVik   12     7.5\nHolm  3      11.0\nSorn  140    9.25",
            BlockKind.TABLE,
        ),
        (FROZE, BlockKind.PARAGRAPH),
    ]


def test_the_letters_in_a_figure_are_set_aside() -> None:
    page = sheet(LIT)
    for x, y, text in ((80, 160, "oil"), (240, 185, "wicks"), (90, 215, "1999"), (240, 215, "2004"), (150, 240, "Month")):
        page.put(x, y, text, 7)
    page.paragraph(60, 280, "Figure 1. How much oil was used in the northern lamp, month by month.", size=9)
    page.paragraph(60, 320, BOOKS)
    article = read(page)
    assert said(article) == [LIT, "Figure 1. How much oil was used in the northern lamp, month by month.", BOOKS]
    assert " ".join(aside(article)).split() == ["oil", "wicks", "1999", "2004", "Month"]


# ---------------------------------------------------------------------- references


def test_a_list_of_references_with_hanging_lines() -> None:
    page = Sheet()
    text = f"It was lit (Rask, 1999; Vik & Moe, 2001), and its oil froze, as Zorn (2004) says. {LIT}"
    y = page.paragraph(60, 100, text)
    page.put(60, y + 20, "References", 12, "bold")
    y += 40
    for entry in (RASK, VIK, ZORN):
        y = page.paragraph(60, y, entry, rest=18)
    article = read(page)
    assert [reference.text for reference in article.references] == [RASK, VIK, ZORN]
    assert cited(article) == [
        ("(Rask, 1999; Vik & Moe, 2001)", ("Rask 1999", "Vik & Moe 2001")),
        ("Zorn (2004)", ("Zorn 2004",)),
    ]
    assert article.references[1].doi == "10.5555/piers"
    assert article.title == "lamp"


def test_what_follows_a_list_of_references_is_no_part_of_it() -> None:
    page = Sheet()
    y = page.paragraph(60, 100, f"It was lit (Rask, 1999; Vik & Moe, 2001), and its oil froze, as Zorn (2004) says. {LIT}")
    page.put(60, y + 20, "References", 12, "bold")
    y += 40
    for entry in (RASK, VIK, ZORN):
        y = page.paragraph(60, y, entry, rest=18)
    page.paragraph(
        60, y + 10, "Ola Rask has written about lamps since 1990, and now lives at the pier with two dogs and a cat."
    )
    assert [reference.text for reference in read(page).references] == [RASK, VIK, ZORN]


def test_numbered_references_go_on_in_the_next_column() -> None:
    page = Sheet()
    y = page.paragraph(60, 100, f"It was lit [1], and [2,3] the oil froze. {LIT}", width=220)
    page.put(60, y + 20, "References", 12, "bold")
    lines: list[tuple[float, str]] = []
    for number, entry in enumerate((RASK, VIK, ZORN, RASK, ZORN), 1):
        lines += [(16.0 if place else 0.0, line) for place, line in enumerate(lines_of(f"[{number}] {entry}", 220, rest=16))]
    for place, (inwards, line) in enumerate(lines):
        column, row = divmod(place, 5)
        page.put((60, 310)[min(column, 1)] + inwards, y + 40 + 12 * row if not column else 100 + 12 * (place - 5), line)
    article = read(page)
    assert [(reference.label, reference.text) for reference in article.references] == [
        ("1", RASK),
        ("2", VIK),
        ("3", ZORN),
        ("4", RASK),
        ("5", ZORN),
    ]
    assert cited(article) == [("[1]", ("1",)), ("[2,3]", ("2", "3"))]


def test_numbers_in_front_of_a_list_are_no_column_of_their_own() -> None:
    page = Sheet()
    page.paragraph(60, 106, f"It was lit [1], and [9] its oil froze. {LIT} {BOOKS}", width=220)
    page.put(310, 80, "References", 12, "bold")
    y = 100
    for number in range(1, 10):
        page.put(324 - width_of(f"{number}.", 10), y, f"{number}.")
        for line in lines_of(f"{RASK[:-1]} {number}.", 200):
            page.put(336, y, line)
            y += 12
    article = read(page)
    assert [reference.label for reference in article.references] == [str(number) for number in range(1, 10)]
    assert {reference.authors for reference in article.references} == {("Rask, O.",)}


def test_a_raised_number_beside_an_author_is_an_affiliation() -> None:
    page = Sheet()
    page.put(60, 80, "Lamps of the northern piers", 18, "bold")
    page.put(60, 104, "Olga Rask^1^ and Ida Vik^2^", 11)
    page.put(60, 130, "Introduction", 12, "bold")
    page.paragraph(60, 150, LIT)
    page.put(60, 700, "^1^Pier Museum, 4 Quay Street, Holm, founded in 1999", 7)
    page.put(60, 709, "^2^Institute of Lamps, Holm, founded in 2004", 7)
    article = read(page)
    assert (article.references, article.citations) == ((), ())


def test_superscripts_are_markers() -> None:
    page = Sheet()
    y = page.paragraph(60, 100, f"It was lit every evening^1^ and its oil froze.^2,3^ {LIT}")
    page.put(60, y + 20, "References", 12, "bold")
    y += 40
    for number, entry in enumerate((RASK, VIK, ZORN), 1):
        y = page.paragraph(60, y, f"{number}. {entry}", rest=14)
    assert cited(read(page)) == [("¹", ("1",)), ("²,³", ("2", "3"))]


def test_footnotes_are_entries_on_every_page() -> None:
    pages: list[Sheet] = []
    for text, source in ((LIT, RASK), (BOOKS, ZORN)):
        page = sheet(f"It was so^1^ on that pier^*^ once. {text}", FROZE)
        y = page.paragraph(60, 700, f"^1^ {source}", size=7)
        page.paragraph(60, y, "^*^ Nobody knows its name.", size=7)
        pages.append(page)
    article = read(*pages)
    assert [(reference.text, reference.remark) for reference in article.references] == [
        (RASK, False),
        ("Nobody knows its name.", True),
        (ZORN, False),
        ("Nobody knows its name.", True),
    ]
    assert [article.reference_by_id[c.references[0]].text for c in article.citations] == [r.text for r in article.references]
    assert [article.text[c.start : c.end] for c in article.citations] == ["¹", "*", "¹", "*"]


def test_links_lead_to_addresses_and_to_entries() -> None:
    page = Sheet()
    x = page.put(60, 80, "It was told ")
    end = page.put(x + 4, 80, "there")
    page.link(x + 4, 80, end, "https://lamps.example/north")
    x = page.put(end + 4, 80, "and")
    page.link(end + 4, 80, x, "javascript:alert(1)")
    y = page.paragraph(60, 92, f"as he says (see Rask), and Zorn does. {LIT}")
    start = 60 + width_of("as he says (see ", 10)
    page.link(start, 92, start + width_of("Rask", 10), (0, y + 28))
    page.put(60, y + 20, "References", 12, "bold")
    y += 40
    for entry in (RASK, ZORN):
        y = page.paragraph(60, y, entry, rest=18)
    article = read(page)
    assert cited(article) == [("Rask", ("Rask 1999",))]
    links = [(article.text[s.start : s.end], s.target) for s in article.styles if s.kind is StyleKind.LINK]
    assert links == [("there", "https://lamps.example/north")]


@pytest.mark.parametrize("slip", [-1, 0, 1])
def test_a_printed_number_wins_over_the_target_of_its_link(slip: int) -> None:
    page = Sheet()
    targets: dict[int, float] = {}
    y = page.put(60, 700, "References", 12, "bold") and 720.0
    for number in range(1, 5):
        targets[number] = y
        y = page.paragraph(60, y, f"[{number}] Rask, T. Lamps of the {number} towers. Oslo, {1990 + number}.", rest=18)
    y = 80.0
    for number in range(1, 5):
        x = page.put(60, y, f"{LIT.split('.')[0]} [")
        end = page.put(x, y, str(number))
        page.put(end, y, "].")
        page.link(x, y, end, (0, targets[min(max(number + slip, 1), 4)]))
        y += 12
    assert [ids for _, ids in cited(read(page))] == [("1",), ("2",), ("3",), ("4",)]


def test_the_target_of_a_link_decides_between_works_of_one_name_and_year() -> None:
    page = Sheet()
    y = page.put(60, 600, "References", 12, "bold") and 620.0
    targets: list[float] = []
    for title in ("Lamps", "Wicks"):
        targets.append(y)
        y = page.paragraph(60, y, f"Rask, T. (1999). {title} of the towers. {LIT}", rest=18)
    for line, target in ((80.0, targets[1]), (92.0, targets[0])):
        x = page.put(60, line, "The lamps were lit in the towers (")
        end = page.put(x, line, "Rask, 1999")
        page.put(end, line, "), he says.")
        page.link(x, line, end, (0, target))
    page.put(60, 104, "Then the lamps were lit again (Rask, 1999), he says.")
    article = read(page)
    titles = [[article.reference_by_id[i].title for i in c.references] for c in article.citations]
    assert titles == [["Wicks of the towers"], ["Lamps of the towers"], []]
    assert [len(c.ambiguous) for c in article.citations] == [0, 0, 2]


def test_what_a_document_says_of_itself_counts_where_its_first_page_says_so_too() -> None:
    page = Sheet()
    page.put(60, 80, "Lamps of the northern pier")
    page.put(60, 100, "Ana Rask and Bo Vik")
    page.paragraph(60, 130, LIT)
    about = {"Title": "Lamps of the Northern Pier", "Author": "Ana Rask, Bo Vik", "CreationDate": "D:20110405120000Z"}
    article = read(page, said=about, catalog="/Lang (en-GB)")
    assert (article.title, article.about.byline) == ("Lamps of the Northern Pier", "Ana Rask, Bo Vik")
    assert (article.about.date, article.language) == ("", "en-GB"), "the file was created then, not the article"
    article = read(sheet(LIT), said={"Title": "Microsoft Word - x1.doc", "Author": "admin"})
    assert (article.title, article.about.byline) == ("lamp", "")


def test_offsets_count_code_points_also_behind_what_is_written_in_two() -> None:
    article = read(sheet(f"It cost 5 € – “dear”, he wrote. {LIT}", BOOKS))
    (first, *_), (second, *_) = (article.sentences.in_block(index) for index in (0, 1))
    assert article.text[first.start : first.end] == "It cost 5 € – “dear”, he wrote."
    assert article.text[second.start : second.end] == BOOKS[: BOOKS.index(".") + 1]
    assert all(before.end <= after.start for before, after in pairwise(article.blocks))
