"""PDF: how publishers set columns and lists of references."""

from __future__ import annotations

import pytest

from tests.unit.pdfs import Sheet, lines_of, width_of
from tests.unit.test_formats_pdf import BOOKS, FROZE, LIT, RASK, VIK, ZORN, cited, read, said


@pytest.mark.parametrize("label", ["{}", "{}.", "[{}]"])
def test_numbers_aligned_on_the_right_each_begin_an_entry(label: str) -> None:
    page = Sheet()
    y = page.paragraph(60, 60, f"It was lit [1–3], and its oil froze [10,11]. {LIT}") + 20
    page.put(60, y, "References", 12, "bold")
    y += 20
    entries = [f"{RASK[:-1]} {number}." for number in range(1, 12)]
    for number, entry in enumerate(entries, 1):
        shown = label.format(number)
        for place, line in enumerate(lines_of(entry, 240)):
            if not place:
                page.put(60 + width_of(label.format(11), 10) - width_of(shown, 10), y, f"{shown} {line}")
            else:
                page.put(63 + width_of(label.format(11), 10), y, line)
            y += 12
    article = read(page)
    assert [reference.text for reference in article.references] == entries
    assert cited(article) == [("[1–3]", ("1", "2", "3")), ("[10,11]", ("10", "11"))]


def test_bold_titles_do_not_divide_an_entry() -> None:
    page = Sheet()
    y = page.paragraph(60, 100, f"It was lit [1], and its oil froze [2,3]. {LIT}", width=220) + 20
    page.put(60, y, "References", 12, "bold")
    title = ("Piers of the northern coast, and", "who built them in which year")
    for number, name in enumerate(("Rask O, Vik A:", "Vik A, Moe B:", "Zorn C:"), 1):
        for text, font in ((f"{number}. {name}", "plain"), (title[0], "bold"), (title[1], "bold")):
            y += 12
            page.put(60 if font == "plain" else 76, y, text, 10, font, width=204 if font == "bold" else 220)
        y += 12
        page.put(76, y, f"Coast 200{number}, 3(2):14-19.")
    assert [reference.text for reference in read(page).references] == [
        f"{name} {' '.join(title)} Coast 200{number}, 3(2):14-19."
        for number, name in enumerate(("Rask O, Vik A:", "Vik A, Moe B:", "Zorn C:"), 1)
    ]


def test_balanced_columns_of_references_follow_both_columns_of_the_text() -> None:
    page = Sheet()
    page.paragraph(60, 100, f"It was lit (Rask, 1999). {LIT} {BOOKS}", width=220)
    page.paragraph(310, 100, f"Its oil froze (Zorn, 2004; Vik & Moe, 2001). {FROZE} {LIT}", width=220)
    page.put(60, 330, "REFERENCES", 12, "bold")
    y = page.paragraph(60, 345, RASK, width=220, size=8, rest=10)
    page.paragraph(60, y, VIK, width=220, size=8, rest=10)
    page.paragraph(310, 330, ZORN, width=220, size=8, rest=10)
    article = read(page)
    assert [reference.text for reference in article.references] == [RASK, VIK, ZORN]
    assert said(article)[-5:] == [f"Its oil froze (Zorn, 2004; Vik & Moe, 2001). {FROZE} {LIT}", "REFERENCES", RASK, VIK, ZORN]


def test_cells_that_reach_into_the_gutter_do_not_hide_it() -> None:
    page = Sheet()
    for row in range(5):
        page.put(60, 80 + 12 * row, f"Lamp {row + 1} of the pier")
        page.put(270, 80 + 12 * row, "40 (36.58)", width=18.0 + 3 * row)
        page.put(400, 80 + 12 * row, "0.046")
    page.paragraph(60, 170, f"{LIT} {BOOKS} {FROZE}", width=225)
    y = 170.0
    for number, entry in enumerate((RASK, VIK, ZORN, RASK, ZORN), 1):
        y = page.paragraph(300, y, f"{number}. {entry}", width=230, rest=14)
    text = said(read(page))
    assert f"{LIT} {BOOKS} {FROZE}" in text
    assert text[-5:] == [f"{number}. {entry}" for number, entry in enumerate((RASK, VIK, ZORN, RASK, ZORN), 1)]


def test_text_that_is_cut_off_is_not_read() -> None:
    page = Sheet()
    page.paragraph(60, 100, LIT)
    figure = Sheet()
    figure.paragraph(60, 300, "Lamps")
    figure.paragraph(60, 100, FROZE)
    figure.put(60, 600, "Piers of the north, in a row")
    page.operators += ["q 50 500 400 60 re W n", *figure.operators, "Q"]
    page.paragraph(60, 400, BOOKS)
    assert read(page).text.split("\n\n") == [LIT, "Lamps", BOOKS]


def test_captions_above_balanced_references_may_have_their_size() -> None:
    page = Sheet()
    y = page.paragraph(60, 100, f"Figure 1. {LIT}", width=220, size=8)
    page.paragraph(60, y + 10, f"It was lit (Rask, 1999). {FROZE}", width=220)
    page.paragraph(310, 100, f"Its oil froze (Zorn, 2004; Vik & Moe, 2001). {FROZE} {LIT}", width=220)
    page.put(60, 330, "REFERENCES", 12, "bold")
    y = page.paragraph(60, 345, RASK, width=220, size=8, rest=10)
    page.paragraph(60, y, VIK, width=220, size=8, rest=10)
    page.paragraph(310, 330, ZORN, width=220, size=8, rest=10)
    assert [reference.text for reference in read(page).references] == [RASK, VIK, ZORN]


def test_addresses_of_authors_are_no_notes_though_the_text_has_their_numbers() -> None:
    page = Sheet()
    page.put(60, 60, "Lamps of the northern pier", 18, "bold")
    for place in range(3):
        page.put(60, 90 + 12 * place, "Olga Rask^1^, Ida Vik^2^, Bo Zorn^2^, Ada Rask^1^, Ulf Vik^2^, Eva Moe^1^,")
    page.put(60, 150, "Introduction", 12, "bold")
    page.paragraph(60, 170, f"{LIT[:-1]}.^1^ {BOOKS[:-1]}.^2,3^ {FROZE}")
    page.put(60, 700, "^1^Institute of Lamps, University of Holm", 7)
    page.put(60, 709, "^2^Department of Piers, University of Holm", 7)
    second = Sheet()
    y = second.paragraph(60, 100, LIT) + 20
    second.put(60, y, "References", 12, "bold")
    for number, entry in enumerate((RASK, VIK, ZORN), 1):
        y = second.paragraph(60, y + 14, f"{number}. {entry}", rest=14)
    article = read(page, second)
    assert [reference.text for reference in article.references] == [RASK, VIK, ZORN]
    assert [references for _, references in cited(article)] == [("1",), ("2", "3")]


def test_how_to_cite_the_article_is_no_reference() -> None:
    page = Sheet()
    page.put(60, 60, "Citation:", 8, "bold")
    page.paragraph(60, 72, "Rask O and Vik A (2018) Lamps of the northern pier. Harbour 9:909.", size=8)
    y = page.paragraph(60, 120, f"It was lit (Rask, 1999), and its oil froze (Zorn, 2004; Vik & Moe, 2001). {LIT}") + 20
    page.put(60, y, "References", 12, "bold")
    y += 20
    for entry in (RASK, VIK, ZORN):
        y = page.paragraph(60, y, entry, rest=18)
    assert [reference.text for reference in read(page).references] == [RASK, VIK, ZORN]


def test_a_sign_that_is_drawn_by_digits_on_every_page_is_set_aside() -> None:
    pages: list[Sheet] = []
    for text in (f"{LIT} {BOOKS}", FROZE, BOOKS):
        page = Sheet()
        page.paragraph(60, 100, text)
        page.put(300, 800, "1 3", 12)
        pages.append(page)
    assert said(read(*pages)) == [f"{LIT} {BOOKS}", FROZE, BOOKS]


def test_raised_numbers_with_a_space_are_two_markers() -> None:
    page = Sheet()
    x = page.put(60, 80, "Its oil froze.^1^")
    page.put(page.put(x + 1.2, 80, "^3^"), 80, " Nobody knows why.^23^")
    page.paragraph(60, 110, LIT)
    page.put(60, 200, "References", 12, "bold")
    y = 220.0
    for number, entry in enumerate((RASK, VIK, ZORN), 1):
        y = page.paragraph(60, y, f"{number}. {entry}", rest=14)
    assert cited(read(page)) == [("¹ ³", ("1", "3")), ("²³", ("2", "3"))]


def test_a_list_goes_on_after_the_foot_of_a_page() -> None:
    notice = "Open to all readers under the terms of the harbour office, which keeps the lamps and the books about them. " * 3
    first, second = Sheet(), Sheet()
    y = first.paragraph(60, 60, f"It was lit [1–5], and its oil froze [6]. {LIT}") + 20
    first.put(60, y, "References", 12, "bold")
    for number in (1, 2, 3):
        y = first.paragraph(60, y + 14, f"{number} {RASK[:-1]} {number}.", rest=14)
    first.paragraph(60, 780, notice, size=8)
    y = second.paragraph(60, 60, f"4Pier museum. {RASK[:-1]} 4.", rest=14)
    for number in (5, 6):
        y = second.paragraph(60, y + 14, f"{number} {RASK[:-1]} {number}.", rest=14)
    assert [reference.label for reference in read(first, second).references] == list("123456")


def test_labels_far_from_their_entries_are_no_column_of_their_own() -> None:
    page = Sheet()
    y = page.paragraph(60, 60, f"It was lit [Rask99], and its oil froze [Zorn04] [ViMo01]. {FROZE}", width=220) + 20
    page.put(60, y, "References", 12, "bold")
    y = 60.0
    for label, entry in (("Rask99", RASK), ("ViMo01", VIK), ("Zorn04", ZORN), ("Rask02", RASK), ("ViMo03", VIK)):
        page.put(310, y, f"[{label}]")
        y = page.paragraph(372, y, entry, width=165)
    article = read(page)
    assert [reference.text for reference in article.references] == [RASK, VIK, ZORN, RASK, VIK]
    assert [name for _, names in cited(article) for name in names] == ["Rask99", "Zorn04", "ViMo01"]


def test_numbers_of_formulas_at_the_edge_of_a_column_do_not_hide_its_gutter() -> None:
    page = Sheet()
    y = 60.0
    for number, text in enumerate((LIT, FROZE, BOOKS), 1):
        page.put(120, y, "a = b + c")
        page.put(262, y, f"({number})")
        y = page.paragraph(60, y + 24, text, width=220) + 6
    page.paragraph(310, 60, f"{BOOKS} {LIT} {FROZE} {BOOKS} {LIT} {FROZE}", width=220)
    text = said(read(page))
    assert (LIT in text, FROZE in text, BOOKS in text) == (True, True, True)
    assert text[-1] == f"{BOOKS} {LIT} {FROZE} {BOOKS} {LIT} {FROZE}"


def test_lines_that_end_before_the_gutter_stay_with_the_text_across_it() -> None:
    page = Sheet()
    for y, line in (
        (60, f"{'A pier of lamps, and its keepers, ' * 3}which"),
        (72, f"{'kept the books of the harbour, ' * 3}and"),
        (84, "the oil."),
    ):
        page.put(60, y, line, width=0 if y == 84 else 470)
    page.paragraph(60, 130, f"It was lit (Rask, 1999). {FROZE} {LIT}", width=220)
    page.put(60, 260, "References", 12, "bold")
    page.paragraph(60, 275, RASK, width=220)
    y = page.paragraph(310, 130, VIK, width=220, rest=10) + 6
    page.paragraph(310, y, ZORN, width=220, rest=10)
    page.put(60, 340, "About the keepers", 12, "bold")
    page.paragraph(60, 360, f"{FROZE} {BOOKS}", width=470)
    article = read(page)
    assert said(article)[0].endswith("and the oil.")
    assert said(article)[-5:] == [RASK, VIK, ZORN, "About the keepers", f"{FROZE} {BOOKS}"]
    assert [reference.text for reference in article.references] == [RASK, VIK, ZORN]


@pytest.mark.parametrize("y", [120, 700])
def test_what_the_authors_belong_to_cites_nothing(y: float) -> None:
    page = Sheet()
    page.put(60, 60, "Lamps of the northern pier", 18, "bold")
    page.put(60, 90, "Olga Rask^1,2^ and Ida Vik^2^")
    text = "^1^Institute of Lamps, University of Holm, 4 Quay Street, on the northern coast of Holm, and of the eastern one. "
    page.paragraph(
        60, y, f"{text}^2^Department of Piers, University of Vik, in the street of the keepers. ^3^Hospital of Holm.", size=9
    )
    y = page.paragraph(60, 200, f"It was lit.^1^ {LIT[:-1]}.^3^ {FROZE}") + 20
    page.put(60, y, "References", 12, "bold")
    for number, entry in enumerate((RASK, VIK, ZORN), 1):
        y = page.paragraph(60, y + 14, f"{number}. {entry}", rest=14)
    assert cited(read(page)) == [("¹", ("1",)), ("³", ("3",))]


def test_a_table_across_the_page_does_not_tear_the_columns_below_it() -> None:
    page = Sheet()
    for row in range(30):
        page.put(60, 60 + 9 * row, f"Lamp of pier {row}", 7)
        page.put(180, 60 + 9 * row, "lit by keepers of the northern harbour, and of the eastern one, in all of the years", 7)
        page.put(490, 60 + 9 * row, f"{row} hours", 7)
    left = f"{LIT} {BOOKS} {FROZE}"
    page.paragraph(60, 360, left, width=225)
    page.paragraph(310, 360, f"{BOOKS} {FROZE} {LIT}", width=225)
    assert said(read(page))[-2:] == [left, f"{BOOKS} {FROZE} {LIT}"]


def test_entries_in_larger_letters_than_the_tables_are_no_headings() -> None:
    page = Sheet()
    page.put(60, 40, "Lampen des Nordens", 18, "bold")
    for row in range(34):
        page.put(60, 60 + 9 * row, f"Lamp {row}   {row} hours   {row} keepers, and the oil of {row} winters", 7)
    page.put(60, 390, "Literatur", 12, "bold")
    long = "Vik, Ada (2001a): Molen des Nordens, und wer sie in welchem Jahr gebaut hat, und warum, mit Bildern. Holm."
    entries = ["Rask, Ola (1999): Lampen. Holm.", long, "Zorn, Carl (2004): Tran. Holm."]
    y = 400.0
    for entry in entries:
        y = page.paragraph(60, y + 12, entry, size=11)
    assert [reference.text for reference in read(page).references] == entries
