"""What a source lacks of a claim is told, and nothing that it has in another form: numbers, dates and names."""

import json
from importlib import util
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.evidence_details import flags
from reader.review.details.finder import DATE, NAME, NUMBER, WORD, SourceIndex, find_missing_details
from tests.hypothesis_profiles import CHARACTERS
from tests.unit.number_forms import AGREEING, DIFFERING, LATER_AGREEING, LATER_DIFFERING

BENCH = Path(__file__).resolve().parents[3] / "shared" / "bench" / "evidence"
ABOUT = "This is what was written of it at the time, and all of that is as it was. "

SAME = [
    # numbers
    ("It sold 1,000 copies", "they had sold 1000 of it"),
    ("It sold 1000 copies", "they had sold 1 000 of it"),
    ("There were 50 boats", "fifty of the boats"),
    ("There were fifty boats", "50 of the boats"),
    ("He was 21st in the race", "the twenty-first man in it"),
    ("He was third in the race", "he came 3rd in it"),
    ("It cost 2.5 million euros", "it was 2,500,000 euros"),
    ("It cost 2.5 million euros", "it was exactly 2,498,112 euros"),
    ("It cost $2.5m", "it was 2.5 million dollars"),
    ("It cost 3 million euros", "it was 2 to 3 million euros"),
    ("It cost 2 million euros", "it was €2–3m"),
    ("It cost three billion", "at a price of 3bn"),
    ("Over 3,000 people came", "the 3,142 people of the town"),
    ("Over 3000 people came", "the 3,142 people of the town"),
    ("Nearly 500 people came", "the 487 people of the town"),
    ("About 50% of them left", "half of them left"),
    ("Some 49 percent of them left", "it was 48.7 per cent of them"),
    ("About two-thirds of them left", "it was 66 percent of them"),
    ("A third of them left", "it was 33% of them"),
    ("A dozen of them left", "twelve of them left"),
    ("Half a million of them left", "there were 500,000 of them"),
    ("Two of them left", "both of them left"),
    ("It is 5km from there", "it is 5 kilometres from there"),
    ("It began at 17:30", "it began at 5:30 p.m."),
    ("The war of 1939-45", "from 1939 to 1945"),
    ("The season of 2019–20", "it was in 2020, after 2019"),
    ("One hundred and twenty of them", "there were 120 of them"),
    ("In nineteen eighty-four it was over", "it was 1984"),
    ("World War II was over", "World War Two was over"),
    ("World War Two was over", "World War II was over"),
    ("It is 2½ metres long", "it is 2.5 metres"),
    ("Nearly every man of 200 left", "two hundred men left"),
    ("The team won 3–1", "they won by three to one"),
    ("Hundreds of them left", "there were many of them"),
    ("They lost 12 boats", "they lost between 10-12 of them"),
    ("They came second in it", "they came in at no. 2 of it"),
    ("It was their first boat", "it was their debut boat"),
    ("At first they left it", "they left it"),
    ("The price rose in that time", "the price grew in that time, and fell"),
    ("They never left it there", "they didn't leave it there"),
    ("They left the vocal coach", "they left the coaching of vocals"),
    ("They met in Q2 2021", "they met in May 2021"),
    ("They met in the second quarter", "they met in Q2 of it"),
    # dates
    ("On May 3, 2019 it was over", "it was over on 2019-05-03"),
    ("On 3 May 2019 it was over", "it was over on May 3rd, 2019"),
    ("On 3 May 2019 it was over", "it was over on 03/05/2019"),
    ("On 03/05/2019 it was over", "it was over on 3 May 2019"),
    ("On 2019-05-03 it was over", "it was over on May 3, 2019"),
    ("In 2019-05 it was over", "it was over in 2019, after all 5 of them"),
    ("On the 3rd of May 2019 it was over", "it was over on 5/3/2019"),
    ("In September 2019 it was over", "it was over in Sept. 2019"),
    ("On May 3, 2019 it was over", "it was over on May 3, and that of 2019, not of May 3, 2018"),
    ("On May 3, 2019 it was over", "it was 2019; on May 3, 2018 and on 2019-05-03"),
    ("On 14 March it was over", "it was from 12 to 14 March"),
    ("On 14 March it was over", "it was on March 3, 9 and 14"),
    ("In the 1990s it was over", "it was over in the nineties"),
    ("In the 1990s it was over", "it was over in 1994"),
    ("In the '90s it was over", "it was over in the 1990s"),
    ("In the 90s it was over", "it was over in 1994"),
    ("In the 1990s it was over", "it was over in the ’90s"),
    ("In the 19th century it was over", "it was over in 1843"),
    ("May was over when they left", "they left when it was June"),
    ("They may leave it in time", "they left it"),
    # names
    ("They sailed to Kraków", "it was the port of Krakow"),
    ("It was Aldo’s boat", "the boat was that of ALDO"),
    ("It was by Jean-Luc Moreau", "it was by Jean Luc Moreau"),
    ("It was by Jean Luc Moreau", "it was by JeanLuc Moreau"),
    ("It was on the YouTube page", "it was on the You Tube page"),
    ("The boats of the Spaniards left", "the boats of Spain left"),
    ("It was a Norwegian boat", "it was a boat from Norway"),
    ("They sailed to Finland", "they were with the Finnish sailors"),
    ("It was signed by the WHO", "it was signed by the World Health Organization"),
    ("It was signed by the World Health Organization", "it was signed by the WHO"),
    ("They sailed to the United States", "they sailed to the U.S. in it"),
    ("They sailed to the United Kingdom", "they sailed to Britain in it"),
    ("It was written by Aldo Moreau", "it was written by A. R. Moreau"),
    ("She was there with Mr Moreau", "she was there with Moreau"),
    ("They met President Moreau there", "they met with Moreau"),
    ("They met Zelenskyy there", "they met Zelensky there"),
    ("They met MacAllister there", "they met McAllister there"),
    ("Sailing to it was a risk", "they sailed to it"),
    ("The Boats Left the Port and the Sailors Never Came", "they were there"),
    ("THE BOATS LEFT THE PORT AND THE SAILORS STAYED", "they were there"),
    ("They did NOT stay with it", "they did not stay"),
    ("However, they left it there", "they left it there"),
    ("They left it to the Sailors' Union", "they left it to the union of the sailors"),
    ("They left a Su-25 there", "they left a SU25 there"),
]
LACKING = [
    ("It sold 1,000 copies", "they had sold 10,000 of it", [(NUMBER, "1,000 copies")]),
    ("It sold 2,847 copies", "they had sold 2.8 of it", [(NUMBER, "2,847 copies")]),
    ("It cost 2.5 million euros", "it was 2,600,000 euros", [(NUMBER, "2.5 million euros")]),
    ("Fifty-one boats and 7 men", "there were fifty boats", [(NUMBER, "Fifty-one"), (NUMBER, "7")]),
    ("Over 3,000 people came", "the 2,142 people of the town", [(NUMBER, "3,000")]),
    ("It was over in 2018, not later", "it was over in 2019, not before", [(DATE, "in 2018")]),
    ("On May 3, 2019 it was over", "it was on June 3, 2018", [(DATE, "On May 3, 2019")]),
    ("On 3 May 2019 it was over", "it was over on 4 May 2019", [(DATE, "3")]),
    ("On May 3, 2019 it was over", "it was over on May 3, 2018, and in 2019 too", [(DATE, "On May 3, 2019")]),
    ("On 2019-05-03 it was over", "it was over on May 4, 2019", [(DATE, "On 2019-05-03")]),
    ("In the 1990s it was over", "it was over in 1989", [(DATE, "In the 1990s")]),
    ("They left it on Monday", "they left it on Tuesday", [(DATE, "on Monday")]),
    ("They sailed to Porto Alegre in May", "they left it there", [(NAME, "Porto Alegre"), (DATE, "in May")]),
    ("It was a Norwegian boat of NATO", "it was a boat from Sweden", [(NAME, "Norwegian"), (NAME, "NATO")]),
    ("It was Zoé O’Reilly’s boat", "it was the boat of Reilly", [(NAME, "Zoé")]),
    ("It was written by Aldo Moreau", "it was written by B. R. Moreau", [(NAME, "Aldo")]),
    ("Moreau Smith left the US", "it left us there", [(NAME, "Moreau Smith"), (NAME, "US")]),
    ("World War II was over", "the World War was over", [(NUMBER, "II")]),
    ("They met in Q3 2021", "they met in the first quarter of 2021", [(DATE, "in Q3 2021")]),
    ("They met in March 2016", "they met in March 2014, and then in 2016", [(DATE, "in March 2016")]),
    ("On 9 October they left", "they left 2016-10-05", [(DATE, "On 9 October")]),
    # a number in a date, a time, a score or a name is no count, and no place in a row
    ("They lost eleven boats", "they lost boats on 11 July", [(NUMBER, "eleven")]),
    ("They lost 8 boats", "they lost the iPhone 8 at 8:30 and were beaten 9-8", [(NUMBER, "8 boats")]),
    ("They came 5th in it", "they came to it on May 5, with 5 of them", [(NUMBER, "5th")]),
    ("It was their first boat", "it was a boat of theirs", [(NUMBER, "first")]),
    # the whole phrase, and no word of it that the source has of its own
    ("They left from Porto Alegre in it", "they left it", [(NAME, "from Porto Alegre")]),
    ("They left from Norwegian boats", "they left the boats", [(NAME, "Norwegian")]),
    ("It was the Alegre Press who left", "it was the Marine Press who left", [(NAME, "Alegre Press")]),
    ("It was Moreau Smith who left", "it was Smith who left", [(NAME, "Moreau")]),
    ("It was Moreau's boat", "it was a boat", [(NAME, "Moreau's")]),
    ("It was Zoé R. Moreau", "it was Moreau", [(NAME, "Zoé R.")]),
    ("They met Lyon of the Alegre Press", "they met the Marine Press", [(NAME, "Lyon of the Alegre Press")]),
    ("They met Lyon and 7 of Alegre", "they met", [(NAME, "Lyon"), (NUMBER, "7"), (NAME, "Alegre")]),
    ("It was over in early 1987", "it was over", [(DATE, "in early 1987")]),
    ("They had five children", "they had some", [(NUMBER, "five children")]),
    ("They had five children", "they had a child", [(NUMBER, "five")]),
    # words whose opposite is there, and phrases of which nothing is there
    ("The price rose in that time", "the price fell in that time", [(WORD, "rose")]),
    ("It was a private boat", "it was public, that boat", [(WORD, "private")]),
    ("They never left it there", "they left it there", [(WORD, "never")]),
    ("They left the swimming pool of the vocal coach", "they left it", [(WORD, "swimming pool of the vocal coach")]),
]
OTHER_LANGUAGES = [
    # German writes its nouns like names: only abbreviations are asked for
    ("Der Umsatz der Firma stieg auf 2,5 Millionen Euro und mehr", "Das sind nicht mehr als 2.500.000 Euro mit der Bank", []),
    ("Der Umsatz der Firma stieg auf 1.500 Euro, sagte der Vorstand", "Das sind nicht mehr als 1500 mit der Bank", []),
    ("Der Vorstand der Firma hat 12 Boote", "Die Bank hat zwölf und nicht mehr von den anderen", []),
    ("Der Vorstand ist nicht in der NATO und hat 77 Boote", "Die Bank ist in der Stadt", [(NAME, "NATO"), (NUMBER, "77")]),
    # French and Spanish do not, and say numbers in their own words
    (
        "Il est parti avec les trois bateaux de Lyon le 3 mai 1987",
        "Elle est avec les bateaux et trois sont dans Lyon en 1987",
        [],
    ),
    ("Il est parti dans les bateaux de Marseille", "Elle est avec les bateaux dans la ville de Lyon", [(NAME, "Marseille")]),
    ("Los barcos de la ciudad son 5 y no más", "El puerto es de la ciudad con cinco de los barcos", []),
    # a source in another language than the claim: its names may be translated, its numbers are not
    ("They sailed from Munich to the port in 1987", "Das Boot ist von München zu dem Hafen, und das war 1987", []),
    (
        "They sailed from Munich to the port in 1988",
        "Das Boot ist von München zu dem Hafen, und das war 1987",
        [(DATE, "in 1988")],
    ),
    # no language that is known
    ("Kokous pidettiin Helsingissä 1987", "Suomalaiset kokoontuivat vuonna 1987 kaupungintalolla", []),
    ("船は約500隻で、1987年に出た", "1987年に船が500隻あった", []),
    ("船は約600隻で、1987年に出た", "1987年に船が500隻あった", [(NUMBER, "600")]),
]
claims = st.one_of(
    st.text(CHARACTERS, max_size=60),
    st.lists(
        st.sampled_from(
            [claim for claim, *_ in chain(SAME, LACKING, OTHER_LANGUAGES)]
            + [
                "12",
                "May",
                ".",
                ",",
                "-",
                " ",
                "\u0301",
                "½",
                "²",
                "ß",
                "ﬁ",
                "XL",
                "’s",
                "million",
                "twenty",
                "and",
                "İ",
                "2016-01-02T10:20:30Z",
                "3/5/2019",
                "3.5.19",
            ]
        ),
        max_size=8,
    ).map(" ".join),
    st.lists(st.sampled_from("19 0.,-/:'²½smkMayx\u00ad\u0301"), max_size=24).map("".join),
)


def lacking(claim: str, source: str) -> list[tuple[str, str]]:
    return [(detail.kind, detail.text) for detail in find_missing_details(claim, SourceIndex(source))]


@pytest.mark.parametrize(("claim", "source"), SAME)
def test_a_detail_that_the_source_has_in_another_form_is_not_lacking(claim: str, source: str) -> None:
    assert lacking(f"{claim}.", f"{ABOUT}{source}.") == []


@pytest.mark.parametrize(("claim", "source", "wanted"), LACKING)
def test_a_detail_that_the_source_has_in_no_form_is_lacking(claim: str, source: str, wanted: list[tuple[str, str]]) -> None:
    assert lacking(f"{claim}.", f"{ABOUT}{source}.") == wanted


@pytest.mark.parametrize(("claim", "source"), AGREEING + LATER_AGREEING)
def test_a_number_in_another_form_is_not_lacking(claim: str, source: str) -> None:
    assert lacking(claim, source) == []


@pytest.mark.parametrize(("claim", "source"), DIFFERING + LATER_DIFFERING)
def test_a_number_of_another_amount_is_lacking(claim: str, source: str) -> None:
    assert {kind for kind, _ in lacking(claim, source)} & {NUMBER, DATE}


@pytest.mark.parametrize(("claim", "source", "wanted"), OTHER_LANGUAGES)
def test_other_languages_are_read_with_care(claim: str, source: str, wanted: list[tuple[str, str]]) -> None:
    assert sorted(lacking(claim, source)) == sorted(wanted)


def test_the_time_that_a_machine_wrote_behind_a_date_is_no_number_of_the_source() -> None:
    source = f"{ABOUT}Published 2019-05-03T04:57:12+10:00."
    assert lacking("They left 57 of the boats on 3 May.", source) == [(NUMBER, "57")]


def test_nothing_is_said_of_a_claim_without_details() -> None:
    assert lacking("", "") == lacking("they left it there", "") == []


def test_of_a_claim_of_many_pages_only_the_beginning_is_looked_at() -> None:
    assert lacking(f"They left 57 of the boats. {'So they said. ' * 1000}They left 58.", ABOUT) == [(NUMBER, "57")]


@given(claims)
def test_a_claim_never_lacks_what_stands_in_it(claim: str) -> None:
    assert find_missing_details(claim, SourceIndex(claim)) == ()


@given(claims, claims)
def test_a_detail_is_a_range_of_the_claim_and_they_are_in_order(claim: str, source: str) -> None:
    details = find_missing_details(claim, SourceIndex(source))
    assert all(claim[detail.span.start : detail.span.end] == detail.text != "" for detail in details)
    assert all(detail.kind in (NUMBER, DATE, NAME, WORD) for detail in details)
    ends = [0, *chain.from_iterable(detail.span for detail in details)]
    assert ends == sorted(ends)


@given(claims, claims)
def test_asking_again_says_the_same(claim: str, source: str) -> None:
    details = SourceIndex(source)
    first = find_missing_details(claim, details)
    find_missing_details(source, details)
    assert find_missing_details(claim, details) == first


@pytest.mark.slow
@pytest.mark.skipif(not (BENCH / "score_tokens.py").is_file(), reason="needs ../shared")
@pytest.mark.parametrize("split", ["train", "dev"])
def test_words_that_annotators_found_unsupported_are_told(split: str) -> None:
    claims = read("unsupported_tokens/wice", split)
    score = scorer().score(claims, {claim["id"]: flags(claim, find_missing_details) for claim in claims})
    assert score["P"] >= 0.93
    assert score["R"] >= 0.31
    assert score["claims_flagged"] >= 0.42


@pytest.mark.slow
@pytest.mark.skipif(not (BENCH / "score_tokens.py").is_file(), reason="needs ../shared")
@pytest.mark.parametrize(("split", "label", "least", "most"), [
    ("train", "partially_supported", 0.55, 1.0),
    ("dev", "partially_supported", 0.55, 1.0),
    ("dev", "not_supported", 0.65, 1.0),
    ("dev", "supported", 0.0, 0.11),
])  # fmt: skip
def test_claims_that_are_supported_are_left_in_peace(split: str, label: str, least: float, most: float) -> None:
    claims = [claim for claim in read("wice", split) if claim["label"] == label]
    flagged = sum(bool(find_missing_details(claim["claim"], SourceIndex("\n".join(claim["passages"])))) for claim in claims)
    assert least <= flagged / len(claims) <= most


def read(name: str, split: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (BENCH / "data" / name / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()]


def scorer() -> ModuleType:
    spec = util.spec_from_file_location("score_tokens", BENCH / "score_tokens.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
