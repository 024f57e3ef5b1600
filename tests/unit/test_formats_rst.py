"""reStructuredText: what its markup becomes, its notes, what nobody told docutils of, and what is too much for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.model import BlockKind, StyleKind
from reader.formats import parse_article
from tests.hypothesis_profiles import examples
from tests.unit.article_contents import block_texts, marker_readings, visible_blocks
from tests.unit.mutations import check_any, mutate
from tests.unit.test_formats_hostile import check


def read(text: str, name: str = "lamp.rst") -> Article:
    article = parse_article(text.encode(), name)
    assert article.format == "rst"
    check(article)
    return article


# ---------------------------------------------------------------------- notes


def test_notes_of_every_kind_are_entries_under_the_labels_that_their_markers_show() -> None:
    article = read(
        "It was lit [1]_, seen [#]_, sold [#why]_, lost [*]_ and found [Rask1999]_, again [#why]_.\n\n"
        ".. [1] Rask, O. (1999). Lamps. https://lamps.example/1\n"
        ".. [#] Nobody saw it.\n"
        ".. [#why] Vik 2001, doi:10.5555/why\n\n   In a second paragraph.\n"
        ".. [*] A remark.\n"
        ".. [Rask1999] Rask, O. Lamps of the north. 1999.\n"
    )
    assert marker_readings(article) == [
        ("[1]", ("1",), ()),
        ("[2]", ("2",), ()),
        ("[3]", ("3",), ()),
        ("[*]", ("*",), ()),
        ("[Rask1999]", ("Rask1999",), ()),
        ("[3]", ("3",), ()),
    ]
    found = {r.label: (r.text, r.remark) for r in article.references}
    assert found["2"] == ("Nobody saw it.", True)
    assert found["3"] == ("Vik 2001, doi:10.5555/why In a second paragraph.", False)
    assert found["*"] == ("A remark.", True)
    first = article.reference_by_id["1"]
    assert (first.url, first.year, article.text[first.start :][:4]) == ("https://lamps.example/1", "1999", "[1] ")


def test_numbers_that_are_given_by_hand_keep_theirs() -> None:
    article = read("A [#a]_ b [2]_ c [#b]_.\n\n.. [#a] One.\n.. [2] Two.\n.. [#b] Three.\n")
    assert [shown for shown, _, _ in marker_readings(article)] == ["[1]", "[2]", "[3]"]


def test_a_marker_without_its_note_points_nowhere() -> None:
    article = read("It was lit [9]_ and seen [1]_.\n\n.. [1] Rask 1999.\n")
    assert marker_readings(article)[0] == ("[9]", (), ("9",))


def test_an_entry_that_begins_with_a_list_keeps_its_label() -> None:
    article = read("Lit [1]_.\n\n.. [1]\n   - Rask 1999.\n   - Vik 2001.\n")
    assert article.text.startswith("Lit [1].\n\n")
    assert [(r.label, "Rask" in r.text, "Vik" in r.text) for r in article.references] == [("1", True, True)]


def test_a_list_without_markup_is_found_by_the_parsers_of_text() -> None:
    article = read("Lit [1] and seen [2].\n\nReferences\n==========\n\n[1] Rask 1999. Lamps.\n\n[2] Vik 2001. Piers.\n")
    assert [names for _, names, _ in marker_readings(article)] == [("1",), ("2",)]


# ---------------------------------------------------------------------- what it says of itself


def test_a_lone_title_is_the_articles_and_sections_stand_below_it() -> None:
    article = read(
        "========\nThe lamp\n========\n\nA history\n---------\n\n:Author: Ana Rask\n:Date: 2021-03-04\n\n"
        "Past\n====\n\nWords.\n\nDeep\n~~~~\n\nMore.\n"
    )
    assert article.title == "The lamp"
    assert article.about[:2] == ("Ana Rask", "2021-03-04")
    headings = [(text, level) for text, kind, level in visible_blocks(article) if kind is BlockKind.HEADING]
    assert headings == [("The lamp", 1), ("A history", 2), ("Past", 2), ("Deep", 3)]


def test_a_header_as_of_a_mail_is_read() -> None:
    article = read(
        "PEP: 9999\nTitle: The lamp\n"
        "Author: Ana Rask <ana@lamp.example>,\n        Odd Vik\nCreated: 04-Mar-2021\n\nPast\n====\n\nWords.\n"
    )
    assert article.title == "The lamp"
    assert article.about[:2] == ("Ana Rask, Odd Vik", "04-Mar-2021")
    assert block_texts(article)[:3] == ["The lamp", "PEP: 9999", "Author: Ana Rask <ana@lamp.example>, Odd Vik"]


def test_a_first_paragraph_is_no_header() -> None:
    assert block_texts(read("Note: it was lit.\nNobody saw it.\n\nMore.\n"))[0] == "Note: it was lit. Nobody saw it."


# ---------------------------------------------------------------------- words


def test_words_links_and_roles_show_their_text() -> None:
    article = read(
        "*Lit* **twice** ``x = 1`` 10\\ :sup:`6` H\\ :sub:`2`\\ O `the site <https://lamp.example/>`_ "
        "`Vik`_ |sub| |gone| Moe_\n"
        ":doc:`other </x>` :ref:`there <label>` :func:`~os.path.join` :py:class:`!Lamp` :pep:`8` :pep:`style <8>` nowhere_\n\n"
        ".. _Vik: https://vik.example/\n.. |sub| replace:: *put in*\n"
    )
    assert block_texts(article)[0] == (
        "Lit twice x = 1 10⁶ H₂O the site Vik put in gone Moe other there join Lamp PEP 8 style nowhere"
    )
    styled_texts = {(article.text[s.start : s.end], s.kind, s.target) for s in article.styles}
    assert {
        ("Lit", StyleKind.EMPHASIS, ""),
        ("twice", StyleKind.STRONG, ""),
        ("x = 1", StyleKind.CODE, ""),
        ("join", StyleKind.CODE, ""),
        ("the site", StyleKind.LINK, "https://lamp.example/"),
        ("Vik", StyleKind.LINK, "https://vik.example/"),
        ("put in", StyleKind.EMPHASIS, ""),
    } <= styled_texts


# ---------------------------------------------------------------------- blocks


def test_lists_quotes_code_and_definitions_are_drawn_as_such() -> None:
    article = read(
        "- one\n\n  more\n\n  - deep\n- two::\n\n    code = 1\n\n3. three\n4. four\n\na) first\nb) second\n\n"
        "term : kind\n    Its *meaning*.\n\n:field: value\n\n-o FILE  The output.\n\n| O lamp\n| o light\n\n"
        "    It burns.\n\n    -- Rask\n\n>>> 1 + 1\n2\n\n----\n\nEnd.\n"
    )
    assert visible_blocks(article) == [
        ("• one", BlockKind.ITEM, 1),
        ("more", BlockKind.ITEM, 2),
        ("• deep", BlockKind.ITEM, 2),
        ("• two:", BlockKind.ITEM, 1),
        ("code = 1", BlockKind.CODE, 0),
        ("3. three", BlockKind.ITEM, 1),
        ("4. four", BlockKind.ITEM, 1),
        ("a) first", BlockKind.ITEM, 1),
        ("b) second", BlockKind.ITEM, 1),
        ("• term : kind", BlockKind.ITEM, 1),
        ("Its meaning.", BlockKind.ITEM, 2),
        ("• field: value", BlockKind.ITEM, 1),
        ("• -o FILE The output.", BlockKind.ITEM, 1),
        ("O lamp\no light", BlockKind.PARAGRAPH, 0),
        ("It burns.", BlockKind.QUOTE, 1),
        ("— Rask", BlockKind.QUOTE, 1),
        (">>> 1 + 1\n2", BlockKind.CODE, 0),
        ("* * *", BlockKind.RULE, 0),
        ("End.", BlockKind.PARAGRAPH, 0),
    ]


def test_code_of_mere_numbers_is_kept_and_definitions_of_substitutions_are_not_shown() -> None:
    article = read("It is |lit|::\n\n  1\n  2\n\n.. |lit| replace:: put in\n")
    assert visible_blocks(article) == [("It is put in:", BlockKind.PARAGRAPH, 0), ("1\n2", BlockKind.CODE, 0)]


@pytest.mark.parametrize(
    "table",
    [
        "======  ===\nPort    Nr\n======  ===\nVik     7\nLund    12 [1]_\n======  ===\n",
        "+------+---------+\n| Port | Nr      |\n+======+=========+\n| Vik  | 7       |\n+------+---------+\n"
        "| Lund | 12 [1]_ |\n+------+---------+\n",
        ".. list-table::\n   :header-rows: 1\n\n   * - Port\n     - Nr\n   * - Vik\n     - 7\n   * - Lund\n     - 12 [1]_\n",
        '.. csv-table::\n   :header: "Port", "Nr"\n\n   "Vik", 7\n   "Lund", 12 [1]_\n',
    ],
)
def test_a_table_is_aligned_and_its_markers_count(table: str) -> None:
    article = read(f"{table}\n.. [1] Rask 1999.\n")
    assert block_texts(article, BlockKind.TABLE) == ["Port      Nr\n────  ──────\nVik        7\nLund  12 [1]"]
    assert marker_readings(article) == [("[1]", ("1",), ())]


def test_cells_that_span_others_keep_the_columns() -> None:
    article = read("+---+---+---+\n| a     | b |\n+---+---+   |\n| c | - d   |\n|   | - e   |\n+---+-------+\n", "x.rst")
    assert article.text  # a malformed table is shown as it is
    article = read("+---+---+---+\n| a     | b |\n+---+---+---+\n| c | d | e |\n|   +---+---+\n|   | f | g |\n+---+---+---+\n")
    assert block_texts(article, BlockKind.TABLE) == ["a     b\nc  d  e\n   f  g"]


def test_pictures_say_what_they_show() -> None:
    article = read(
        ".. image:: a.png\n   :alt: A lamp\n\n.. figure:: b.png\n   :figclass: wide\n\n   The *caption*.\n\n   A legend.\n\n"
        ".. image:: c.png\n"
    )
    assert block_texts(article) == ["[image: A lamp]", "The caption.", "A legend."]


def test_admonitions_topics_and_rubrics_stand_out() -> None:
    article = read(
        ".. note:: Mind it.\n\n   And more.\n\n.. topic:: Aside\n\n   Words.\n\n.. rubric:: Small\n\n.. contents::\n\n"
        "Past\n====\n\nX.\n"
    )
    assert visible_blocks(article)[:6] == [
        ("Note", BlockKind.QUOTE, 1),
        ("Mind it.", BlockKind.QUOTE, 1),
        ("And more.", BlockKind.QUOTE, 1),
        ("Aside", BlockKind.HEADING, 2),
        ("Words.", BlockKind.PARAGRAPH, 0),
        ("Small", BlockKind.PARAGRAPH, 0),
    ]
    assert "Contents" not in article.text


def test_what_docutils_does_not_know_is_shown_as_its_text() -> None:
    article = read(
        ".. code-block:: python\n   :linenos:\n\n   x = 1\n\n.. versionadded:: 3.2\n   The lamp [1]_.\n\n.. seealso:: There\n\n"
        ".. only:: html\n\n   Shown.\n\n.. toctree::\n   :maxdepth: 2\n\n   gone/away\n\n"
        ".. py:function:: light(lamp)\n   :async:\n\n   Light it.\n\n"
        ".. math::\n   :label: one\n\n   e = mc^2\n\n.. [1] Rask 1999.\n"
    )
    assert block_texts(article) == [
        "x = 1",
        "Added in version 3.2 The lamp [1].",
        "See also There",
        "Shown.",
        "light(lamp)",
        "Light it.",
        "e = mc^2",
        "[1] Rask 1999.",
    ]
    assert article.blocks[0].kind is BlockKind.CODE


def test_the_same_text_is_the_same_article_every_time() -> None:
    text = ".. |today| date::\n\nIt is |today|.\n\n.. note::\n   :class: x\n\n   Words.\n"
    assert len({read(text).digest for _ in range(20)}) == 1
    assert "20" not in read(text).text


# ---------------------------------------------------------------------- hostile


def test_nothing_outside_the_text_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of the lamp")
    article = read(
        f".. include:: {secret}\n\n.. literalinclude:: {secret}\n\n.. csv-table::\n   :file: {secret}\n\n"
        f".. csv-table::\n   :url: {secret.as_uri()}\n\n.. raw:: html\n   :file: {secret}\n\n"
        f".. raw:: html\n\n   <script>secret</script>\n\n.. image:: {secret}\n   :width: 50%\n   :scale: 50\n\n"
        ".. role:: html(raw)\n   :format: html\n\nWords :html:`<b>`.\n"
    )
    assert "secret of" not in article.text
    assert "script" not in article.text
    assert "Words" in article.text


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join("  " * depth + "- a" for depth in range(600)),
        "\n\n".join(" " * depth + "a" for depth in range(700)),
        "\n".join("   " * depth + ".. note::\n" for depth in range(300)) + "\n" + "   " * 300 + "x",
        "[#]_ " * 1900 + "\n" + ("[#]_ " * 100 + "\n") * 300,
        ("*a **b `c ``d |e [f_ " * 20 + "\n") * 200,
        "*a " * 3000,
        "|z6|\n\n.. |z0| replace:: lamp lamp\n\n" + "".join(f".. |z{n + 1}| replace:: {f'|z{n}| ' * 10}\n\n" for n in range(6)),
        ".. |a| replace:: |b|\n\n.. |b| replace:: |a|\n\n|a|\n",
        ".. _a: b_\n\n.. _b: a_\n\na_\n",
        "a " * 20_000,
        "----\n\na\n\n" * 3_000,
        "..\n",
        "\x00\x01\x0b..\x0c",
    ],
    ids=[
        "lists",
        "quotes",
        "notes",
        "calls",
        "signs",
        "stars",
        "bomb",
        "circle",
        "targets",
        "long",
        "breaks",
        "comment",
        "controls",
    ],
)
def test_what_is_too_much_for_docutils_is_read_all_the_same(text: str) -> None:
    article = parse_article(text.encode(), "lamp.rst")
    check(article)
    assert article.text


def test_thousands_of_blank_lines_in_an_item_count_as_a_few() -> None:
    text = "- A lamp\n" + "  \n" * 90_000 + "  and its wick.\n\n- A quay.\n"
    article = parse_article(text.encode(), "lamp.rst")
    assert article.format == "rst"
    assert article.text == "• A lamp\n\nand its wick.\n\n• A quay."


def test_thousands_of_targets_in_a_row_are_a_plain_text() -> None:
    def read(count: int) -> str:
        targets = "".join(f".. _lamp {number}:\n" for number in range(count))
        return parse_article(f"A lamp_.\n\n{targets}\nA quay.\n".encode(), "lamp.rst").format

    assert [read(50), read(6_000)] == ["rst", "plain"]


def test_long_words_with_thousands_of_signs_are_a_plain_text() -> None:
    def read(length: int) -> str:
        words = f"{'a-' * length}a\n" * 3
        return parse_article(f"A lamp\n======\n\n{words}".encode(), "lamp.rst").format

    assert [read(200), read(4_900)] == ["rst", "plain"]


def test_a_text_with_a_fault_in_every_tenth_line_is_a_plain_one() -> None:
    def read(faults: int) -> str:
        lines = ("|- A lamp." if line < faults else "A quay." for line in range(2_500))
        return parse_article("\n\n".join(lines).encode(), "lamp.rst").format

    assert [read(220), read(300)] == ["rst", "plain"]


PARTS = [
    *(
        "a ",
        "b\n",
        "\n",
        "\n\n",
        "  ",
        "    ",
        "- ",
        "1. ",
        "#. ",
        "* ",
        "::\n\n",
        "=====\n",
        "-----\n",
        "~~~\n",
        ".. ",
        "..\n",
    ),
    *(
        ".. [1] ",
        ".. [#] ",
        ".. [#a] ",
        ".. [*] ",
        ".. [Ab1] ",
        "[1]_ ",
        "[#]_ ",
        "[#a]_ ",
        "[*]_ ",
        "[Ab1]_ ",
        "`x <y>`_ ",
        "x_ ",
        "|x| ",
    ),
    *(
        ".. |x| replace:: ",
        ".. note:: ",
        ".. image:: a\n",
        ".. figure:: a\n\n",
        ".. lamp:: ",
        ".. code::\n\n",
        ".. list-table::\n\n",
    ),
    *(
        ":a: ",
        ":sup:`2` ",
        ":lamp:`x` ",
        "*",
        "**",
        "`",
        "``",
        "| ",
        "+--+\n",
        "|a |\n",
        "== ==\n",
        "a  b\n",
        ">>> ",
        "-- ",
        "https://a.example ",
    ),
    *("\0", "\u2028", "\t", "é", "\U0001f600", ".. class:: x\n", ".. _a: b_\n", "__ a\n", ".. math:: x\n", "(a) ", "-x  "),
]


@settings(max_examples=examples(150))
@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_any_markup_is_an_article(text: str) -> None:
    check_any(lambda: parse_article(text.encode(), "lamp.rst"))


WHOLE = (
    b"The lamp\n========\n\n:Author: Ana\n\nLit [1]_ and [#a]_ *so* :sup:`2` `x <https://a.example>`_.\n\n"
    b"- one\n\n  - two\n\n== ==\na  b\n== ==\n\n"
    b".. note:: Mind.\n\n.. [1] Rask 1999.\n.. [#a] A remark.\n"
)


@given(mutate(WHOLE))
def test_a_broken_text_is_an_article(data: bytes) -> None:
    check_any(lambda: parse_article(data, "lamp.rst"))
