"""Wikitext: what the page "Edit" of a wiki holds, as people paste and save it."""

from __future__ import annotations

import pytest

from reader.article.article import Article
from reader.article.model import BlockKind, StyleKind
from reader.errors import ReaderError
from reader.formats import parse_article

PAGE = """{{Short description|Lamp on a pier}}
{{Infobox lighthouse
| name = Holm Light
| built = 1874<ref name=log/>
| map = {{Location map|Holm|width=200}}
}}
[[File:Holm.jpg|thumb|The light in [[fog]]]]
The '''Holm Light''' is a lamp on the [[Pier (sea)|old pier]] of ''[[Holm]]''.<ref name="log">{{cite book |last=Rask |first=Olga
|title=Log of the light |date=1999 |publisher=Pier Press |isbn=978-1-23}}</ref> It burns {{convert|40|l|gal}} of oil a
night.<ref>{{cite web|url=https://lamps.example/oil|title=Oil of lamps|website=Lamps|access-date=2 May 2020}} At night.</ref>
Keepers slept little.{{sfn|Vik|Moe|2004|p=12}}{{efn|Nobody asked them.}}<!-- really? --> It went out in 1911.<ref name="log" />

== History ==
{{Main|History of Holm}}
* The first lamp, {{lang|no|fyrlykt}}, was of iron.
** It rusted.
* The second had [https://glass.example/lens a lens].

{| class="wikitable"
! Year !! Oil
|-
| style="width:3em" | 1874 || 40
|}

== Notes ==
{{notelist}}

== References ==
{{reflist|30em}}

== Books ==
* {{cite book|last1=Vik|first1=Ida|last2=Moe|first2=Arne|year=2004|title=Keepers|doi=10.1234/keep}}

[[Category:Lamps]]
[[no:Holm fyr]]
"""


def read(text: str, name: str = "-") -> Article:
    return parse_article(text.encode(), name)


def cited(article: Article) -> list[tuple[str, tuple[str, ...]]]:
    """Return the markers with the texts of the entries that they cite."""
    by_id = article.reference_by_id
    return [(article.text[c.start : c.end], tuple(by_id[name].text for name in c.references)) for c in article.citations]


@pytest.mark.parametrize("name", ["-", "holm.txt", "holm.wiki", "https://wiki.example/index.php?title=Holm&action=raw"])
def test_a_page_reads_as_the_wiki_shows_it(name: str) -> None:
    article = read(PAGE, name)
    assert (article.format, article.title) == ("wikitext", "Holm Light")
    log = "Rask, Olga (1999). Log of the light. Pier Press. ISBN 978-1-23."
    assert cited(article) == [
        ("[1]", (log,)),
        ("[2]", ("Oil of lamps. Lamps. At night.",)),
        ("[3]", ("Vik & Moe 2004, p. 12",)),
        ("[a]", ("Nobody asked them.",)),
        ("[1]", (log,)),
    ]
    assert article.reference_by_id[article.citations[1].references[0]].url == "https://lamps.example/oil"
    blocks = [(block.kind, article.text[block.start : block.end]) for block in article.blocks]
    assert blocks[0] == (BlockKind.PARAGRAPH, "The light in fog")
    assert blocks[1] == (
        BlockKind.PARAGRAPH,
        "The Holm Light is a lamp on the old pier of Holm.[1] It burns 40 l of oil a night.[2] Keepers slept little.[3][a] "
        "It went out in 1911.[1]",
    )
    assert [text for kind, text in blocks if kind is BlockKind.HEADING] == ["History", "Notes", "References", "Books"]
    assert [text for kind, text in blocks if kind is BlockKind.ITEM][:3] == [
        "• The first lamp, fyrlykt, was of iron.",
        "◦ It rusted.",
        "• The second had a lens.",
    ]
    assert any(kind is BlockKind.TABLE and "1874" in text and "style" not in text for kind, text in blocks)
    assert {article.text[s.start : s.end] for s in article.styles if s.kind is StyleKind.STRONG} == {"Holm Light"}
    assert not any(sign in article.text for sign in ("{{", "}}", "[[", "]]", "'''", "thumb", "Category", "fyr]"))


@pytest.mark.parametrize(
    ("source", "entry"),
    [
        (
            "{{Literatur |Autor=Olga Rask |Titel=Das Feuer |Verlag=Kai |Ort=Holm |Datum=1999}}",
            "Olga Rask (1999). Das Feuer. Holm: Kai.",
        ),
        ("{{Internetquelle |url=https://kai.example |titel=Öl |werk=Kai |datum=2001}}", "Öl. Kai. 2001."),
        ("{{Lien web|auteur=O. Rask|titre=Le feu|url=https://quai.example|date=1999}}", "O. Rask (1999). Le feu."),
        ("{{книга|автор=О. Раск|заглавие=Огонь|год=1999|издательство=Пирс}}", "О. Раск (1999). Огонь. Пирс."),
        ("[https://kai.example Oil of ''lamps''], 2001", "Oil of lamps, 2001"),
        ("Rask, ''Log'', p. 4 {{dead link|date=May 2020}}", "Rask, Log, p. 4"),
        ("{{WikiLighthouse|Year=1999|ID=12}}", "WIKILIGHTHOUSE 1999 12"),
        ("<nowiki>Rask [[1999]]</nowiki>", "Rask [[1999]]"),
    ],
)
def test_an_entry_is_what_its_template_shows(source: str, entry: str) -> None:
    article = read(f"'''Holm''' is lit.<ref>{source}</ref>\n\n[[Holm]]\n\n== Lamps ==\nNone.\n<references/>\n")
    assert cited(article) == [("[1]", (entry,))]


def test_notes_that_are_defined_in_their_list_are_cited_where_they_are_called() -> None:
    article = read(
        "'''Holm''' is lit.<ref name=b /><ref name='a' group=\"nb\"/> [[Pier]]\n\n== Lamps ==\n<references group=nb>"
        "<ref name=a group=nb>Not always.</ref></references>\n"
        "{{reflist|refs=\n<ref name=b>Rask 1999.</ref>\n<ref name=c>Vik 2004.</ref>}}\n"
    )
    assert cited(article) == [("[1]", ("Rask 1999.",)), ("[nb 1]", ("Not always.",))]


def test_entries_without_a_list_stand_at_the_end() -> None:
    article = read("'''Holm''' is [[lamp|lit]].<ref>Rask 1999.</ref>\n\n== Lamps ==\nNone.\n")
    assert cited(article) == [("[1]", ("Rask 1999.",))]
    assert article.text.rstrip().endswith("Rask 1999.")


@pytest.mark.parametrize(
    "text",
    [
        "# Lamps\n\nSee [[Holm]] and **oil**, {{< figure src=lamp.png >}}.\n",
        "Lamps\n=====\n\nLamps [[1]], '''bold''' words.\n",
        "lamps = [[1, 2], [3, 4]]\nprint('''a''', f'{{x}}')\n",
        "{{ lamp|title }} of [[ pier ]]\n",
        "We write [[links]] so. We mark == lines == so.\n",
        "==Ask the keeper.==\n\nSee [[Holm]] and {{date|YYYY}}.\n",
        "{{c1::Holm|a town}} lies near [[the pier]].\n==Learn this==\n",
        "====== Lamps ======\nSee [[holm|Holm]] and //oil//.\n{{ :lamp.png?200|The lamp}}\n",
        "Dear {{name|friend}},\n\n== News ==\nSee [[unsubscribe]].\n",
        "if [[ $lamp == lit ]]; then echo '''oil'''; fi\ncat <<END\n== Lamps ==\nEND\n",
        "[[lamp]]\nname = '''Holm'''\ntext = \"\n== Lamps ==\n\"\n",
        "Write '''bold''', [[link]] and <ref>note</ref>:\n\n```\n{{cite web|title=Oil}}\n```\n\nAnd **that** is all.\n",
    ],
)
def test_other_texts_are_no_wikitext(text: str) -> None:
    assert read(text).format != "wikitext"
    assert read(text, "lamps.txt").format == "plain"


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("----Oil burns.", ["Oil burns."]),
        ("{|\n| Oil\n|\n{|\n| Coal\n|}\n|-\n| Gas\n|} Last.", ["Oil", "Coal", "Gas", "Last."]),
        ("{|\n|+ Fuels of Holm\n|-\n| Oil\n|}", ["Fuels of Holm", "Oil"]),
        ("[[File:Holm.jpg|thumb|alt=A lamp|Lit in fog.<ref>Rask 1999.</ref>]]", ["Lit in fog.[1]", "Rask 1999."]),
        ("<gallery>\nHolm.jpg|Lit in fog\n</gallery>", ["Lit in fog"]),
        ("See [[doi:10.5555/lamp]] of the pier.", ["See doi:10.5555/lamp of the pier."]),
        ("{{{\nlit | unlit\n}}} is {{{state|lit}}}.", ["{{{ lit | unlit }}} is lit."]),
        ("{{plainlist|\n* Oil\n* Coal\n}} {{ubl|Gas|Wood}}", ["• Oil", "• Coal", "• Gas", "• Wood"]),
        ("{{color|red|Red}} lamp.", ["Red lamp."]),
        ("It cost {{currency|5|USD}}, then {{£|6}} and {{EUR|7}}.", ["It cost USD 5, then £6 and EUR 7."]),
        ("Old.{{sfn|Rask|1999|p=4|loc=note 2}}\n\n{{reflist}}", ["Old.[1]", "Rask 1999, p. 4, note 2"]),
        ('Lit.<ref name="p > 0.5">Rask 1999.</ref> Old.<ref name="p > 0.5" /> Oil.', ["Lit.[1] Old.[1] Oil."]),
        ('Oil.<ref name="a>Moe 2004.</ref> Lit "so".', ['Oil.[1] Lit "so".', "Moe 2004."]),
        ("{{convert|5|to|6|km|mi}}, {{convert|2|m}}, {{unité|3|kg}}", ["5 to 6 km, 2 m, 3 kg"]),
        ("{{val|5.2|0.1|u=km}} {{formatnum:12345}} {{chem|H|2|O}}", ["5.2 ± 0.1 km 12345 H2O"]),
    ],
)
def test_words_that_a_page_shows_are_shown(markup: str, shown: list[str]) -> None:
    article = read(f"'''Holm''' is lit.\n\n{markup}\n", "holm.wiki")
    lines = [line.strip() for line in article.text.split("Holm is lit.")[1].splitlines()]
    assert all(any(words in line for line in lines) for words in shown)
    assert not any(sign in article.text for sign in ("|}", "{|", "thumb", "alt="))


def test_a_page_that_leads_to_another_one_is_no_list() -> None:
    article = read("#REDIRECT [[Holm Light]]\n\n'''Holm''' {{R from move}}\n", "holm.wiki")
    assert [article.text[block.start : block.end] for block in article.blocks] == ["REDIRECT Holm Light", "Holm"]


def test_entries_stand_once_even_where_lists_stand_twice() -> None:
    article = read(
        "'''Holm''' is [[lamp|lit]].<ref>Rask 1999.</ref>\n{{reflist}}\nIt burns.<ref>Vik 2004.</ref>\n{{reflist}}\n"
    )
    assert [reference.text for reference in article.references] == ["Rask 1999.", "Vik 2004."]
    assert cited(article) == [("[1]", ("Rask 1999.",)), ("[2]", ("Vik 2004.",))]
    assert article.text.count("Vik 2004.") == 1


def test_a_page_of_templates_alone_is_refused() -> None:
    with pytest.raises(ReaderError, match="templates and pictures alone"):
        read("{{Infobox|a=1}}\n[[File:Holm.jpg]]\n[[Category:Lamps]]\n", "holm.wiki")


@pytest.mark.parametrize(
    "opening", ["{{a|", "[[a|", "<ref>", "<ref name=a>{{a|", "{|\n|-\n|", "<!--", "<nowiki>", "''", "[http://a ", "*"]
)
def test_what_is_never_closed_loses_no_words(opening: str) -> None:
    article = read(f"'''Holm''' is [[lamp|lit]].\n\n== Lamps ==\nThe pier is old. {opening * 300}It burns oil.\n")
    assert "Holm is lit." in article.text
    assert "It burns oil." in article.text


@pytest.mark.parametrize("opening", ["{{efn|oil|group=", "{{cite web|title=Oil|doi="])
def test_templates_within_each_other_do_not_multiply(opening: str) -> None:
    entry = read(f"'''Holm''' is [[lamp|lit]].<ref>{opening * 20}1874{'}}' * 20}</ref>\n", "holm.wiki").references[0]
    assert len(entry.text) < 1_000
