"""Markers: the shapes that are one, what they point at, and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.article import Article
from reader.formats import parse_article

LIST = "".join(f"\n\n[{number}] Author{number}, A. ({1990 + number}). Work number {number}. Press." for number in range(1, 13))
NOTES = "\n\nReferences\n\n" + "\n".join(
    f"{number}. Author{number}, A. ({1990 + number}). Work. Press." for number in range(1, 8)
)


def read(text: str, name: str = "plain.txt") -> Article:
    return parse_article(text.encode("utf-8"), name)


def markers(text: str, name: str = "plain.txt") -> list[tuple[str, tuple[str, ...]]]:
    article = read(text, name)
    return [(article.text[c.start : c.end], c.references) for c in article.citations if c.references]


def test_keys_of_authors_and_years() -> None:
    entries = "- [AHU74] Aho, A. Hand sorting. 1974.\n- [Kell84] Keller, M. Forms and fields. 1984.\n"
    text = "Forms are old [Kell84, p. 12; AHU74]. They are sorted [AHU74], others say [Hill2010] [sic]."
    article = read(f"{text}\n\n## References\n\n{entries}", "notes.md")
    found = [(article.text[c.start : c.end], c.references, c.missing) for c in article.citations]
    assert found == [
        ("[Kell84, p. 12; AHU74]", ("Kell84", "AHU74"), ()),
        ("[AHU74]", ("AHU74",), ()),
        ("[Hill2010]", (), ("Hill2010",)),
    ]


@pytest.mark.parametrize(
    ("written", "pointed_at"),
    [
        ("Tides turn [1].", [("[1]", ("1",))]),
        ("Tides turn[1]. They do.", [("[1]", ("1",))]),
        ("Tides turn [1,3].", [("[1,3]", ("1", "3"))]),
        ("Tides turn [1, 3; 5].", [("[1, 3; 5]", ("1", "3", "5"))]),
        ("Tides turn [1–4].", [("[1–4]", ("1", "2", "3", "4"))]),
        ("Tides turn [8– 10].", [("[8– 10]", ("8", "9", "10"))]),
        ("Tides turn [2]–[4].", [("[2]–[4]", ("2", "3", "4"))]),
        ("Tides turn [1][3][4].", [("[1]", ("1",)), ("[3]", ("3",)), ("[4]", ("4",))]),
        ("Tides turn [1], [2].", [("[1]", ("1",)), ("[2]", ("2",))]),
        ("Tides turn [3, p. 12].", [("[3, p. 12]", ("3",))]),
        ("Tides turn [3, p. 12; 5, ch. 2; 7].", [("[3, p. 12; 5, ch. 2; 7]", ("3", "5", "7"))]),
        ("Tides turn [3, p. 12; p. 15].", [("[3, p. 12; p. 15]", ("3",))]),
        ("Tides turn [3, pp. 12\u221215].", [("[3, pp. 12\u221215]", ("3",))]),
        ("Tides turn 【1, 3】【4–6】.", [("【1, 3】", ("1", "3")), ("【4–6】", ("4", "5", "6"))]),
        ("Tides turn [01].", [("[01]", ("1",))]),
        ("Tides turn [see 4].", [("[see 4]", ("4",))]),
        ("Tides turn [see 4; also 5].", [("[see 4; also 5]", ("4", "5"))]),
        ("Tides turn [1,\n2].", [("[1,\n2]", ("1", "2"))]),
        ("Tides turn [[1]].", [("[1]", ("1",))]),
        ("Tides turn【4†source】.", [("【4†source】", ("4",))]),
        ("As Author1 et al. [1] said, tides turn.", [("[1]", ("1",))]),
    ],
)
def test_brackets(written: str, pointed_at: list[tuple[str, tuple[str, ...]]]) -> None:
    assert markers(f"The tide at Holm\n\n{written} Nobody knows why [7].{LIST}")[:-1] == pointed_at


@pytest.mark.parametrize(
    "written",
    [
        "in [1990]",
        "call a[1] and i[2]",
        "use my_list[3]",
        "he went [sic]",
        "[ ] to do",
        "[x] done",
        "an [optional] word",
        "from [0, 1]",
        "a mean of 3 [2; a tenth less at ebb]",
        "[2, 500]",
    ],
)
def test_what_is_no_marker(written: str) -> None:
    article = read(f"The tide at Holm\n\nTides turn [1], and {written} so on.{LIST}")
    assert [article.text[c.start : c.end] for c in article.citations] == ["[1]"]


def test_a_marker_without_its_reference_points_nowhere() -> None:
    article = read(f"The tide at Holm\n\nTides turn [1] and turn [14], or so [2, 15].{LIST}")
    assert [(c.references, c.missing) for c in article.citations] == [(("1",), ()), ((), ("14",)), (("2",), ("15",))]


def test_without_any_list_only_a_count_of_markers_is_told() -> None:
    assert [c.missing for c in read("Tides turn [1]. They do [2]. And again [3].").citations] == [("1",), ("2",), ("3",)]
    assert read("Tides turn, says the label on jar [3], and again.").citations == ()


@pytest.mark.parametrize(
    ("written", "pointed_at"),
    [
        ("Tides turn¹ and turn.² Again³⁻⁵ and⁶˒⁷ so.", [("1",), ("2",), ("3", "4", "5"), ("6", "7")]),
        ("Tides turn ¹ and turn. ² Again\u202f³⁻⁵ and “so”\u00a0⁶˒⁷.", [("1",), ("2",), ("3", "4", "5"), ("6", "7")]),
        ("Tides turn\u00a01. The report\u202f2 says so 3,\u00a04.", [("1",), ("2",), ("3", "4")]),
        ("Tides „turn“1 and „fall.“2,3 Again «so»4–6 and they „rise“.7", [("1",), ("2", "3"), ("4", "5", "6"), ("7",)]),
        ("Tides turn (1) and turn (2, 3). Again (4–6) by Fig. (2) so (7).", [("1",), ("2", "3"), ("4", "5", "6"), ("7",)]),
        ("Tides turn.1 They turn again.2,3 So they do,4–6 and that is all.7", [("1",), ("2", "3"), ("4", "5", "6"), ("7",)]),
        (
            "Tides turn 1. The report 2 says so 3, 4. Again in Table 3 they 5– 7. Of 6 boats, 4 left 5.",
            [("1",), ("2",), ("3", "4"), ("5", "6", "7"), ("5",)],
        ),
        ("In 1999¹ they turned^(2,3) and by 2003⁴ again^(5–7).", [("1",), ("2", "3"), ("4",), ("5", "6", "7")]),
        ("In 19991 they turned.2,3 In 2003,4 again.5–7", [("1",), ("2", "3"), ("4",), ("5", "6", "7")]),
        (
            "Tides turn.1 They wet 12 km2 of mud.2 By log10 they fell off HMS HOLM.3,4 So it is.5",
            [("1",), ("2",), ("3", "4"), ("5",)],
        ),
        (
            "Tides turn 1. They wet 12 km 2 of mud 2, 3. As Ek et al. 1 saw, it dries 4. So do 3 of 9 boats 5.",
            [("1",), ("2", "3"), ("1",), ("4",), ("5",)],
        ),
    ],
)
def test_numbers_without_brackets(written: str, pointed_at: list[tuple[str, ...]]) -> None:
    article = read(f"The tide at Holm\n\n{written}{NOTES}")
    assert [c.references for c in article.citations] == pointed_at


def test_exponents_and_units_are_no_markers() -> None:
    assert markers(f"The tide at Holm\n\nIt covers 12 km² or 10⁶ m³, or x^(2), they say.¹{NOTES}") == [("¹", ("1",))]
    powers = "40 metres², 7 square metres ², 10 m ², 3 cm ³, 5 μm², 6 Meter², 5 mètres², 8 м², 90 g per m², E = mc², 5 litres ²"
    assert markers(f"The tide at Holm\n\nIt rose.¹ It covers {powers}.\n\nWe came in² then.{NOTES}") == [
        ("¹", ("1",)),
        ("²", ("2",)),
    ]


@pytest.mark.parametrize(
    ("written", "name"),
    [("Tides turn<sup>1</sup>.", "a.md"), ("Tides turn^1^.", "a.md"), ("Tides turn [1](https://tide.example/1).", "a.md")],
)
def test_markdown_writes_them_in_other_ways(written: str, name: str) -> None:
    assert [c.references for c in read(f"# The tide\n\n{written}{NOTES}", name).citations] == [("1",)]


def test_a_linked_number_without_a_list_is_its_own_reference() -> None:
    (reference,) = read("Tides turn [[1]](https://tide.example/one), they say.", "a.md").references
    assert (reference.id, reference.url, reference.span) == ("1", "https://tide.example/one", None)


def test_a_linked_amount_is_a_link_and_no_number_of_a_reference() -> None:
    text = "They paid 100 a day, [100](https://tide.example/court), in [2020](https://tide.example/year), it says [1](https://t.example/a)."
    article = read(text, "a.md")
    assert [(r.id, r.url.rpartition("/")[2]) for r in article.references] == [("1", "a"), ("2", "court"), ("3", "year")]
    assert [c.references for c in article.citations] == [("2",), ("3",), ("1",)]


def test_footnotes_and_numbers_are_two_things() -> None:
    text = f"Tides turn[^1] and turn [1], or[^no] not.\n\n[^1]: A note of 1999.{LIST}"
    article = read(text, "a.md")
    assert [(c.references, c.missing) for c in article.citations] == [(("^1",), ()), (("1",), ()), ((), ("no",))]


def test_code_holds_no_marker() -> None:
    assert markers(f"Tides turn [1], but `x[2]` is [code `[3]`](https://t.example/[4]).\n\n    y [5]\n\n{LIST}", "a.md") == [
        ("[1]", ("1",)),
        ("code `[3]`", ("13",)),
    ]


NAMED = """

References

Doe, J. (2019a). Nets. Holm.

Doe, J. (2019b). Traps. Holm.

Håkon, E. (2007). Moons. Holm.

———. (2014). Tides. Holm.

Holm Tide Office. (n.d.). Tables.

Lee, A., & Smith, B. (2020). Eels. Holm.

Rye, A.-M. (in press). Bread. Holm.

van der Aa, C., Doe, J., & Ek, T. (2021). Fish. Holm.
"""


@pytest.mark.parametrize(
    ("written", "pointed_at"),
    [
        ("(Lee & Smith, 2020)", [("(Lee & Smith, 2020)", ("Lee & Smith 2020",))]),
        ("(Lee and Smith 2020; Doe 2019a)", [("(Lee and Smith 2020; Doe 2019a)", ("Lee & Smith 2020", "Doe 2019a"))]),
        ("Håkon (2007, 2014)", [("Håkon (2007, 2014)", ("Håkon 2007", "Håkon 2014"))]),
        ("Hakon’s (2014)", [("Hakon’s (2014)", ("Håkon 2014",))]),
        ("However, van der Aa et al. (2021)", [("van der Aa et al. (2021)", ("van der Aa et al. 2021",))]),
        ("(see van der Aa et al., 2021, p. 4)", [("(see van der Aa et al., 2021, p. 4)", ("van der Aa et al. 2021",))]),
        ("(Lee; Smith, 2020; Doe, 2019a)", [("(Lee; Smith, 2020; Doe, 2019a)", ("Lee & Smith 2020", "Doe 2019a"))]),
        ("(see the tables; Doe, 2019a)", [("(see the tables; Doe, 2019a)", ("Doe 2019a",))]),
        ("(Doe, 2019a,b)", [("(Doe, 2019a,b)", ("Doe 2019a", "Doe 2019b"))]),
        ("[Lee and Smith 2020]", [("[Lee and Smith 2020]", ("Lee & Smith 2020",))]),
        ("(Holm Tide Office, n.d.)", [("(Holm Tide Office, n.d.)", ("Holm Tide Office",))]),
        ("(a thing which nobody had looked at before Doe, 2019b)", [("Doe, 2019b", ("Doe 2019b",))]),
        ("(Doe, 2019a; 2019b)", [("(Doe, 2019a; 2019b)", ("Doe 2019a", "Doe 2019b"))]),
        ("Doe (2019a and 2019b)", [("Doe (2019a and 2019b)", ("Doe 2019a", "Doe 2019b"))]),
        ("(Doe 2019a–b)", [("(Doe 2019a–b)", ("Doe 2019a", "Doe 2019b"))]),
        ("(Doe 2019a, Håkon 2007)", [("(Doe 2019a, Håkon 2007)", ("Doe 2019a", "Håkon 2007"))]),
        ("(vgl. Lee/Smith 2020, S. 4)", [("(vgl. Lee/Smith 2020, S. 4)", ("Lee & Smith 2020",))]),
        ("(e.g., Doe, 2019a; Håkon, 2007)", [("(e.g., Doe, 2019a; Håkon, 2007)", ("Doe 2019a", "Håkon 2007"))]),
        ("(as in the eel, Lee and Smith, 2020)", [("(as in the eel, Lee and Smith, 2020)", ("Lee & Smith 2020",))]),
        ("(Lee & Smith 2020a)", [("(Lee & Smith 2020a)", ("Lee & Smith 2020",))]),
        ("(Rye, in press)", [("(Rye, in press)", ("Rye",))]),
        ("as Lee and Smith, 2020, say,", [("Lee and Smith, 2020", ("Lee & Smith 2020",))]),
        ("(by the tables (of tides) of Doe, 2019a)", [("Doe, 2019a", ("Doe 2019a",))]),
        ("(Holm Tide Office [HTO], n.d.)", [("Holm Tide Office [HTO], n.d.", ("Holm Tide Office",))]),
        ("in Doe, 2018, or in May, 2020,", []),
        ("(in 2020)", []),
        ("(March 2020)", []),
    ],
)
def test_authors_and_years(written: str, pointed_at: list[tuple[str, tuple[str, ...]]]) -> None:
    assert markers(f"The tide at Holm\n\nTides turn, and {written} it is said.{NAMED}") == pointed_at


def test_authors_that_have_no_reference() -> None:
    text = (
        "Tides\n\nIt turns (Lee & Smith, 2020), so Doe (2019a) and Håkon (2007). Not so (Brandt, 2018; "
        f"Oe et al., 2011), (May 2018), (Rye, 2001).{NAMED}"
    )
    assert [c.missing for c in read(text).citations if c.missing] == [("Oe et al. 2011",), ("Rye 2001",)]


SPELLINGS = [
    ("Sørensen", ("Sorensen", "Soerensen", "SØRENSEN")),
    ("Wałęsa", ("Walesa",)),
    ("Ærø", ("Aero", "Æro")),
    ("Đoković", ("Dokovic", "Djoković")),
    ("Weiß", ("Weiss",)),
    ("Müller", ("Muller", "Mueller")),
    ("O’Hara", ("O'Hara", "OʼHara")),
    ("Garc\u00eda‐Paz", ("Garcia-Paz", "Garci\u0301a‑Paz")),
]


@pytest.mark.parametrize(("listed", "marker"), [(name, other) for name, others in SPELLINGS for other in (name, *others)])
def test_a_name_links_in_any_spelling(listed: str, marker: str) -> None:
    text = f"Tides\n\nThey turn ({marker}, 2020), and Ek and {marker} (2021) agree.\n\nReferences\n\n"
    text += f"{listed}, A. (2020). Nets. Holm.\n\nEk, B., & {listed}, A. (2021). Traps. Holm.\n"
    assert [c.references for c in read(text).citations] == [(f"{listed} 2020",), (f"Ek & {listed} 2021",)]


@pytest.mark.parametrize(
    ("listed", "marker"),
    [
        ("Ministry of Seas. (2020). Nets.", "(MoS, 2020)"),
        ("Ministry of Seas and Salt. (2020). Nets.", "(MSS, 2020)"),
        ("Stadt Holm (Hg.) (2020): Nets.", "(Stadt Holm 2020)"),
        ("Holm, A. (Eds.). (2020). Nets.", "(Holm, 2020)"),
        ("Holm, Anna / Ek, Bo (2020): Nets.", "(Holm/Ek 2020)"),
    ],
)
def test_a_marker_gives_initials_and_leaves_out_who_edited(listed: str, marker: str) -> None:
    article = read(f"Tides\n\nThey turn {marker}.\n\nReferences\n\n{listed}\n")
    assert [c.references for c in article.citations] == [(article.references[0].id,)]


SAME_YEAR = """

References

Doe, J. (2019). Nets. Holm.

Doe, J. (2019). Traps. Holm.

Ek, T., & Doe, J. (2019). Two hands. Holm.

Ek, T., Doe, J., & Oe, K. (2019). Three hands. Holm.

Ek, T. (2019). One hand. Holm.
"""


@pytest.mark.parametrize(
    ("written", "titles", "ambiguous"),
    [
        ("Doe, 2019", (), ("Nets", "Traps")),
        ("Doe, 2019a", ("Nets",), ()),
        ("Doe, 2019b", ("Traps",), ()),
        ("Doe, 2019c", (), ()),
        ("Ek, 2019", ("One hand",), ()),
        ("Ek & Doe, 2019", ("Two hands",), ()),
        ("Ek et al., 2019", ("Three hands",), ()),
        ("Ek, Doe, and Oe 2019", ("Three hands",), ()),
        ("Ek & Lee, 2019", (), ()),
        ("Ek, 2019; Doe, 2019", ("One hand",), ("Nets", "Traps")),
    ],
)
def test_works_of_one_name_and_year(written: str, titles: tuple[str, ...], ambiguous: tuple[str, ...]) -> None:
    article = read(f"The tide\n\nTides turn, says Ek (2019). They turn again ({written}).{SAME_YEAR}")
    citation = [c for c in article.citations if c.start > 40]
    titles_of = [tuple(article.reference_by_id[i].title for i in ids) for c in citation for ids in (c.references, c.ambiguous)]
    assert titles_of in ([titles, ambiguous], [] if not titles and not ambiguous else None)


@pytest.mark.parametrize(
    ("written", "titles", "ambiguous", "missing"),
    [
        ("( , 2018)", ("Weirs",), (), ()),
        ("(, 2018a, p. 4; Lee & Smith, 2020)", ("Weirs", "Eels"), (), ()),
        ("(Lee & Smith, 2020; , 2018)", ("Eels", "Weirs"), (), ()),
        ("( , 2019)", (), ("Nets", "Traps"), ()),
        ("by Oe ( , 2019)", ("Traps",), (), ()),
        ("( , 2003)", (), (), ("2003",)),
    ],
)
def test_a_year_whose_authors_were_lost(
    written: str, titles: tuple[str, ...], ambiguous: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    entries = "Doe, J. (2019). Nets. Holm.\n\nOe, K. (2019). Traps. Holm.\n\nAbel, T. (2018). Weirs. Holm.\n\n"
    entries += "Lee, A., & Smith, B. (2020). Eels. Holm.\n\nEk, T. (2017). Fish. Holm."
    body = "They turn (Ek, 2017), and (Lee & Smith, 2020) agree, with Ek (2017). " + "The tide is high at Holm. " * 9
    article = read(f"The tide\n\n{body}It ebbs again, {written}.\n\nReferences\n\n{entries}")
    last = article.citations[-1]
    assert [tuple(article.reference_by_id[i].title for i in ids) for ids in (last.references, last.ambiguous)] == [
        titles,
        ambiguous,
    ]
    assert last.missing == missing


BOATS = ("barges", "boats", "ferries", "ships", "tugs", "yawls", "yoles")
"""The words before spaced numbers: one that stands before 1, 2 and 3 counts."""
STYLES = {
    "raised": lambda numbers: ",".join(map(str, numbers)).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")),
    "flat": lambda numbers: ",".join(map(str, numbers)),
    "spaced": lambda numbers: f" of {BOATS[numbers[0] % len(BOATS)]} {', '.join(map(str, numbers))}",
    "parenthesis": lambda numbers: f" ({', '.join(map(str, numbers))})",
    "bracket": lambda numbers: f" [{', '.join(map(str, numbers))}]",
}
STRAYS = ("", "The gap was [6pt] wide. ", "Let F[1,2] be the flow. ", "As [2P] shows, it ebbs. ", "Between [3, 9] it is low. ")


def numbered_text(marker: Callable[[Sequence[int]], str], groups: Sequence[Sequence[int]], stray: str, length: int) -> str:
    sentences = " ".join(f"The tide turns at the pier{marker(group)}." for group in groups)
    entries = "\n".join(f"{n}. Oke, A. ({1900 + n}). Work of the year. Holm." for n in range(1, length + 1))
    return f"The tide at Holm\n\n{stray}{sentences}\n\nReferences\n\n{entries}"


@given(
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(STRAYS),
    st.lists(st.integers(1, 30), min_size=20, unique=True).map(sorted),
    st.data(),
)
def test_neither_a_gap_nor_a_stray_bracket_loses_a_marker(
    style: str, stray: str, numbers: list[int], data: st.DataObject
) -> None:
    groups = [(number,) for number in numbers]
    for again in data.draw(st.lists(st.sampled_from(numbers), max_size=5)):
        place = data.draw(st.integers(groups.index((again,)) + 1, len(groups)))
        groups.insert(place, (again,))
    article = read(numbered_text(STYLES[style], groups, stray, 30))
    end = article.text.index(" The tide turns at the pier") if stray else 0
    links = [tuple(map(int, c.references)) for c in article.citations if c.start > end]
    assert links == groups
    assert style == "bracket" or len(links) == len(article.citations)


@pytest.mark.parametrize("style", sorted(STYLES))
def test_a_list_in_the_order_of_the_alphabet_is_cited_in_any_order(style: str) -> None:
    groups = [((7 * place) % 20 + 1,) for place in range(20)]
    article = read(numbered_text(STYLES[style], groups, STRAYS[1], 20))
    assert [tuple(map(int, c.references)) for c in article.citations] == groups


def test_a_number_before_its_turn_counts_unless_its_turn_comes() -> None:
    groups = [(1,), (2,), (3,), (18, 19), (4,), (5,), (6,), (7,), (8,), (9,), (10,), (11,)]
    text = numbered_text(STYLES["flat"], groups, "The log of Holm9 is old. ", 20)
    assert [tuple(map(int, c.references)) for c in read(text).citations] == groups


def test_raised_digits_after_a_capital_are_markers_where_they_fit_the_list_and_are_no_power() -> None:
    groups = [(number,) for number in range(1, 14)]
    text = numbered_text(STYLES["raised"], groups, "", 20).replace("\n\nReferences", "{}\n\nReferences")
    more = " Boats of type A¹⁴ and grade C¹⁵,¹⁶ came in¹², R² was low on 5 km², and a² was 4¹⁰. Kind B⁷ is like E¹⁹."
    cited = [tuple(map(int, c.references)) for c in read(text.format(more)).citations]
    assert cited == [*groups, (14,), (15, 16), (12,), (19,)]


def test_a_single_raised_digit_after_a_capital_is_a_marker_in_its_turn() -> None:
    text = numbered_text(STYLES["raised"], [(n,) for n in (1, 2, 3, 4, 6, 7)], "", 8).replace(
        "pier⁶", "pier of kind A⁵, or B⁶⁷, or⁶"
    )
    assert [c.references for c in read(text).citations] == [("1",), ("2",), ("3",), ("4",), ("5",), ("6",), ("7",)]


def test_a_number_of_a_thing_is_no_marker_and_one_after_a_plural_is() -> None:
    text = "It turns 1, as in Tables 2 and 3. The boats of two groups 2, see Box 1, had it for years 3. It ebbs 4, 5."
    assert [c.references for c in read(f"The tide\n\n{text}{NOTES}").citations] == [("1",), ("2",), ("3",), ("4", "5")]


def test_the_charge_of_an_ion_is_no_marker() -> None:
    entries = "".join(f"{number}. Rask O. Lamps of pier {number}. Harbour; 1999.\n" for number in range(1, 4))
    text = f"It was lit¹ with Mg²⁺, Fe³+ and SO₄²⁻ in its oil.²⁻³ And so on.\n\nReferences\n\n{entries}"
    assert markers(text) == [("¹", ("1",)), ("²⁻³", ("2", "3"))]


def test_numbers_that_count_the_items_of_a_sentence_are_no_markers() -> None:
    entries = "".join(f"{number}. Rask O. Lamps of pier {number}. Harbour; 1999.\n" for number in range(1, 5))
    text = (
        "It was lit (1) by a keeper (2), and its oil froze (3,4). They looked for (1) lamps of the north; (2) piers; and (3) "
        f"oil that does not freeze. He came at ten (1), and left at two (2).\n\nReferences\n\n{entries}"
    )
    assert markers(text) == [("(1)", ("1",)), ("(2)", ("2",)), ("(3,4)", ("3", "4")), ("(1)", ("1",)), ("(2)", ("2",))]


def test_two_styles_in_one_text() -> None:
    notes = "Notes\n\n1. The mayor, on the pier, 3 May 2019.\n2. A letter of 2020.\n3. The log of 2021."
    text = f"The tide\n\nTides turn [1], and again [2] (Lee & Smith, 2020). Doe (2019a) saw it [3].\n\n{notes}{NAMED}"
    assert [c.references for c in read(text).citations] == [("1",), ("2",), ("Lee & Smith 2020",), ("Doe 2019a",), ("3",)]
    box = numbered_text(STYLES["bracket"], [(n,) for n in range(1, 13)], "", 20)
    box = box.replace(
        "\n\nReferences", "\n\nIn a box" + "".join(f" it ebbs.{n} Then" for n in range(13, 21)) + " all.\n\nReferences"
    )
    assert [int(c.references[0]) for c in read(box).citations] == list(range(1, 21))


@pytest.mark.parametrize("stray", ["[Doe 2019a] says so.", "It is in [1, 5].", "So [1] and [5]; [3].", "F[1,2] is."])
def test_a_stray_bracket_leaves_authors_and_years(stray: str) -> None:
    text = "It turns (Lee & Smith, 2020), by Håkon (2007), or Håkon (2014), as (Doe, 2019b) and (Rye, in press) say, and van"
    article = read(f"The tide\n\n{stray} {text} der Aa et al. (2021).{NAMED}")
    labels = [article.label_of(c.references[0]) for c in article.citations if c.start > 10 + len(stray)]
    if labels[0].isdecimal():  # three brackets may number a list of eight entries
        labels = [article.reference_by_id[label].text.split(".")[0].split(",")[0] for label in labels]
        assert labels == ["Lee", "Håkon", "———", "Doe", "Rye", "van der Aa"]
    else:
        assert labels == ["Lee & Smith 2020", "Håkon 2007", "Håkon 2014", "Doe 2019b", "Rye", "van der Aa et al. 2021"]


@pytest.mark.parametrize("name", ["F", "DJ", "to"])
def test_an_index_of_a_short_name_is_no_marker(name: str) -> None:
    text = f"Tides turn [1], and turn [2] again [3]. {name}[4] is the flow, [5] says.{LIST}"
    assert [c.references for c in read(text).citations] == [("1",), ("2",), ("3",), ("5",)]
    assert len(read(text.replace(" [", "[")).citations) == 5


@given(st.text(st.sampled_from(list("[]()1234, –-;aSmith.²【】^&é\n0129")), max_size=60))
def test_markers_stand_in_the_text_and_point_at_what_there_is(text: str) -> None:
    for name, rest in (("a.txt", LIST), ("a.md", NOTES), ("a.txt", NAMED)):
        article = read("x" + text + rest, name)
        last = 0
        for citation in article.citations:
            assert last <= citation.start < citation.end <= len(article.text)
            assert all(known in article.reference_by_id for known in citation.references)
            assert citation.references or citation.missing or citation.ambiguous
            last = citation.end


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_short_list_before_the_one_that_the_markers_cite_has_none_of_them(name: str) -> None:
    def entries(count: int, place: str) -> str:
        return "".join(
            f"{number}. Lee, B. ({1980 + number}). Tides of {place}. Holm Press.\n" for number in range(1, count + 1)
        )

    body = "# The tide\n\nTides turn [1], and turn again [2, 9]. They wet the mud [3], the pier [8] and the lamps [7].\n\n"
    text = f"{body}## Key Sources\n\n{entries(3, 'Vik')}\n## Works cited\n\n{entries(9, 'Moe')}"
    article = read(text, name)
    cited = [article.reference_by_id[name].text for citation in article.citations for name in citation.references]
    assert [text for text in cited if "Moe" not in text] == []
    assert [text.split("(")[1][:4] for text in cited] == ["1981", "1982", "1989", "1983", "1988", "1987"]


def test_a_short_list_stands_before_one_whose_entries_have_several_numbers() -> None:
    body = " ".join(f"Finding {number} holds [{number}]." for number in range(1, 10))
    short = "\n\n".join(
        f"{number}. Reed, Ann{number}. *Letters {number}* (Harbour Press, 1{number}99)." for number in range(1, 5)
    )
    entries = "\n\n".join(
        f"[{first}] [{first + 1}] The Gazette, issue {first}\n\n<https://gazette.example/issues/{first}>"
        for first in (1, 3, 5, 7)
    )
    text = f"# Tolls\n\n{body}\n\n## Further reading\n\n{short}\n\n## Sources\n\n{entries}\n\n[9] The Herald, 2021\n"
    article = read(text, "report.md")
    cited = [reference for citation in article.citations for reference in citation.references]
    titles = {reference.id: reference.text for reference in article.references}
    assert [titles[name].split(",")[0] for name in cited] == ["The Gazette"] * 8 + ["The Herald"]


@pytest.mark.parametrize("stray", [("", ""), (" Or [4, 5] and [6].", ""), ("", " Or not [7].")])
def test_lists_of_chapters_keep_their_own_markers(stray: tuple[str, str]) -> None:
    def chapter(place: str, count: int, more: str) -> str:
        entries = "".join(
            f"[{number}] Lee, B. (1988). Tides of {place} {number}. Holm Press.\n" for number in range(1, count + 1)
        )
        cited = ", and turn ".join(f"[{number}]" for number in range(1, min(3, count) + 1))
        return f"Tides turn {cited}.{more}\n\nNotes\n\n{entries}\n"

    article = read(f"{chapter('Vik', 3, stray[0])}{chapter('Moe', 6, stray[1])}{chapter('Ness', 7, '')}", "a.txt")
    cited = [article.reference_by_id[name].text for citation in article.citations for name in citation.references]
    assert [text.split("of ")[1][:3] for text in cited] == ["Vik"] * 3 + ["Moe"] * 3 + ["Nes"] * 3
    assert [name for c in article.citations for name in c.missing] == [c for c in "".join(stray) if c.isdecimal()]


@pytest.mark.parametrize("heading", ["## {}\n\n", "## {}: a tide of 1988\n\n", "{}\n\n"])
@pytest.mark.parametrize("label", ["{}. ", "[{}] ", "{} "])
@pytest.mark.parametrize("sizes", [(2, 3), (3, 2, 3)])
def test_the_notes_of_all_chapters_may_stand_at_the_end(heading: str, label: str, sizes: tuple[int, ...]) -> None:
    chapters = [(f"Chapter {'ABC'[place]}", range(1, size + 1)) for place, size in enumerate(sizes)]
    body = "".join(heading.format(name) + " ".join(f"It turns [{n}]." for n in numbers) + "\n\n" for name, numbers in chapters)
    entries = "".join(
        f"{heading.format(name).replace('##', '###')}"
        + "".join(f"{label.format(number)}Lee, B. (1988). Tides of {name} {number}. Holm Press.\n" for number in numbers)
        + "\n"
        for name, numbers in chapters
    )
    article = read(f"{body}{heading[:3].strip('{')}Notes\n\n{entries}", "a.md" if heading.startswith("#") else "a.txt")
    cited = [article.reference_by_id[name].text for citation in article.citations for name in citation.references]
    assert [text.split("Chapter ")[1][:3] for text in cited] == [f"{name[-1]} {n}" for name, ns in chapters for n in ns]


@pytest.mark.parametrize("are_notes_first", [True, False])
@pytest.mark.parametrize("label", ["¹²³", ("1. ", "2. ", "3. ")])
def test_notes_and_references_may_have_the_same_numbers(label: Sequence[str], *, are_notes_first: bool) -> None:
    notes = "".join(f"{number}Lee, B. (198{place}). Notes {place}. Holm Press.\n" for place, number in enumerate(label, 1))
    listed = "".join(f"[{number}] Roe, A. (199{number}). Works {number}. Holm Press.\n" for number in range(1, 5))
    lists = [f"Notes\n\n{notes}", f"References\n\n{listed}"][:: 1 if are_notes_first else -1]
    article = read("It turns¹ [1] and goes [2] out² and in [3] once³ more [4].\n\n" + "\n".join(lists))
    cited = [article.reference_by_id[name].text for citation in article.citations for name in citation.references]
    assert [text.split("). ")[1][:7] for text in cited] == [
        *("Notes 1", "Works 1", "Works 2", "Notes 2", "Works 3", "Notes 3", "Works 4"),
    ]


NOTE_ITEMS = """<section class="footnotes">
<ol>
<li id="fn1"><p>Lee, Tides, 1988.<a href="#fnref1">↩</a></p></li>
<li id="fn2">Nobody saw it. <a href="#fnref2">↩︎</a></li>
</ol>
</section>
"""


@pytest.mark.parametrize(
    ("markers", "notes"),
    [
        (("[^1]", "[^2]"), "[^1] Lee, Tides, 1988.\n\n[^2] Nobody saw it.\n"),
        (("[^1]", "[^2]"), "[^1] Lee, Tides, 1988.\n[^2] Nobody saw it.\n"),
        (("[^1]", "[^2]"), "## Notes\n\n[^1]: Lee, Tides, 1988.\n\n[^2] Nobody saw it.\n"),
        (("<sup>1</sup>", "<sup>2</sup>"), NOTE_ITEMS),
        (('<sup id="fnref1"><a href="#fn1">1</a></sup>', '<sup><a href="#fn2">2</a></sup>'), NOTE_ITEMS),
        (("<sup>[1](#fn1)</sup>", "<sup>[2](#fn2)</sup>"), NOTE_ITEMS),
    ],
)
def test_notes_of_markdown_without_a_colon_or_as_items_of_a_page(markers: tuple[str, str], notes: str) -> None:
    article = read(f"# The tide\n\nTides turn{markers[0]} each day. They wet the mud.{markers[1]}\n\n{notes}", "a.md")
    cited = [article.reference_by_id[name].text for citation in article.citations for name in citation.references]
    assert cited == ["Lee, Tides, 1988.", "Nobody saw it."]
    assert [reference.remark for reference in article.references] == [False, True]


@pytest.mark.parametrize(
    ("name", "count"),
    [("tab", 0), ("step-", 0), ("fn", 2), ("cite_note-", 2), ("R", 2), ("_ftn", 2), ("ref-CR", 2), ("nota", 2)],
)
def test_items_of_a_page_are_notes_only_if_their_ids_say_so(name: str, count: int) -> None:
    items = "".join(f'<li id="{name}{number}">The pane {number}</li>\n' for number in (1, 2))
    assert len(read(f"# The tide\n\nIt rose¹ by the old² bay.\n\n<ul>\n{items}</ul>\n", "a.md").references) == count


def test_a_marker_that_begins_a_paragraph_is_no_note_unless_it_was_called_before() -> None:
    article = read("# The tide\n\n[^1] Tides turn each day.\n\nThey wet the mud.[^1]\n\n[^1]: Lee, Tides, 1988.\n", "a.md")
    assert [(article.text[c.start : c.end], c.references) for c in article.citations] == [("[^1]", ("^1",))] * 2


def test_an_example_in_code_is_no_note() -> None:
    article = read(
        "# Notes\n\nWrite `[^a]`, or here[^a], and below:\n\n```\n[^a] The words.\n```\n\n`[^b]`\n\n[^b] Not called.\n", "a.md"
    )
    assert article.references == ()


@pytest.mark.parametrize(
    "entry", ["- **[S{}]** Guide {}. https://guide.example/{}", "| S{} | Guide {} | https://guide.example/{} |"]
)
def test_labels_of_a_letter_and_a_number_may_be_bold_or_a_cell(entry: str) -> None:
    head = "| Id | Title | Link |\n|---|---|---|\n" if entry.startswith("|") else ""
    entries = "\n".join(entry.format(number, number, number) for number in range(1, 5))
    text = f"The ferry paid a toll [S1]. Boats did not [S2, S4].\n\n## Sources\n\n{head}{entries}\n"
    assert markers(text, "report.md") == [("[S1]", ("S1",)), ("[S2, S4]", ("S2", "S4"))]
