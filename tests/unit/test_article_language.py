"""The language of a document: recognised by its prose, or declared."""

from __future__ import annotations

import pytest

from reader.article.article import Article
from reader.formats import parse_article

PROSE = {
    "ar": "ارتفعت أسعار القمح في الأسواق هذا العام بعد أن قلّت الأمطار. ويقول المزارعون إن الحصاد لم يكن كافيا.",
    "cs": "V roce 2019 bylo ve městě jen málo stromů, které by přežily sucho. Podle úřadu se to však má změnit.",
    "da": "Fuglene kom tilbage til søen efter tre år, men der blev ikke fundet nogen reder. Det siger noget om vandet.",
    "de": "Der See ist seit dem Sommer wieder offen, aber das Wasser ist noch nicht sauber. Im Herbst wird es geprüft.",
    "en": "The lake has been open since the summer, but its water is not clean yet. It will be tested in autumn.",
    "es": "El lago está abierto desde el verano, pero el agua todavía no es limpia. En otoño se comprobará si basta.",
    "fa": "دریاچه از تابستان باز است، اما آب آن هنوز پاک نیست. در پاییز بررسی می‌شود که آیا این کافی است یا نه.",
    "fr": "Le lac est ouvert depuis l’été, mais l’eau n’est pas encore propre. Cet automne, on vérifiera si cela suffit.",
    "he": "האגם פתוח מאז הקיץ, אבל המים עדיין אינם נקיים. בסתיו ייבדק אם זה מספיק.",
    "it": "Il lago è aperto dall’estate, ma l’acqua non è ancora pulita. In autunno si verificherà se questo basta.",
    "ja": "湖は夏から開いているが、水はまだきれいではない。秋には十分かどうかが調べられる。",
    "ko": "호수는 여름부터 열려 있지만 물은 아직 깨끗하지 않다. 가을에 충분한지 확인할 것이다.",
    "nl": "Het meer is sinds de zomer weer open, maar het water is nog niet schoon. In de herfst wordt het gemeten.",
    "no": "Fuglene kom tilbake til sjøen etter tre år, men det ble ikke funnet noen reir. Det sier noe om hva vannet gjør.",
    "pl": "Jezioro jest otwarte od lata, ale woda nie jest jeszcze czysta. Jesienią zostanie sprawdzone, czy to wystarczy.",
    "pt": "O lago está aberto desde o verão, mas a água ainda não é limpa. No outono será verificado se isso é suficiente.",
    "ru": "Озеро открыто с лета, но вода в нём ещё не чистая. Осенью проверят, достаточно ли этого.",
    "sv": "Sjön har varit öppen sedan i somras, men vattnet är inte rent än. I höst ska man pröva om det räcker.",
    "tr": "Göl yazdan beri açık, ancak su henüz temiz değil. Sonbaharda bunun yeterli olup olmadığı incelenecek.",
    "uk": "Озеро відкрите з літа, але вода в ньому ще не чиста. Восени перевірять, чи цього досить.",
    "zh": "这个湖从夏天开始开放，但是水还不干净。秋天将检查这样是否足够。",
}
NAMES = """The choirs of Łódź, São Paulo and Gdańsk sang with Dvořák's grandson, Jørgen Sørensen and Nguyễn Thị Ánh
in Malmö. Fernández-Núñez, Schröder and Çelik were there too, as the Frankfurter Allgemeine Zeitung and Le Monde wrote.
"""


def read(text: str, name: str = "lake.txt") -> Article:
    """Read a text or document."""
    return parse_article(text.encode(), name)


@pytest.mark.parametrize("language", PROSE)
def test_two_sentences_show_their_language(language: str) -> None:
    """A text that declares nothing has the language of its prose, whatever the language of its references and addresses."""
    title, other = "1\n\n", "de" if language == "en" else "en"
    sources = "".join(f"[{n}] {PROSE[other]} 2019. https://example.org/the-lake-and-the-water/{n}\n" for n in range(1, 9))
    assert read(f"{title}{PROSE[language]} [1]\n").language == language
    assert read(f"{title}{PROSE[language]} [1] [2]\n\nReferences\n\n{sources}").language == language


def test_names_and_tables_do_not_change_the_language() -> None:
    """English with foreign names is English, and so is what has no words to show a language."""
    assert read(NAMES).language == "en"
    assert (
        read("Rask Sunday 3:1 Lind Murrayfield\n\n43 Kevin Williams Boise State\n\n59 Ronnie Wolf WR Occidental").language
        == "en"
    )
    assert read("1 2 3\n").language == "en"
    assert read("Term: A word that is explained here. Other term: A second word, with a source.\n").language == "en"


@pytest.mark.parametrize(
    ("declared", "language", "expected"),
    [
        ("de-AT", "de", "de-AT"),
        ("de_AT", "de", "de-AT"),
        ("EN", "en", "en"),
        ("nb-NO", "no", "nb-NO"),
        ("en", "de", "de"),  # what the program that made the page declares
        ("en-US", "ru", "ru"),
        ("en", "ja", "ja"),
        ("da", "no", "da"),  # relatives are not told apart by that little
        ("la", "it", "la"),  # nothing is known about Latin
        ("und", "fr", "fr"),
        ("<b>", "fr", "fr"),
        ("", "pl", "pl"),
    ],
)
def test_a_declared_language_stays_unless_the_prose_is_clearly_in_another(declared: str, language: str, expected: str) -> None:
    """In pages, books and front matter alike."""
    prose = PROSE[language] * 2
    tag = declared.replace("<", "&lt;")
    assert (
        read(f'<!doctype html><html lang="{tag}"><body><h1>1</h1><p>{prose}</p></body></html>', "p.html").language == expected
    )
    if "<" not in declared:
        assert read(f"---\ntitle: 1\nlang: {declared}\n---\n\n{prose}\n", "p.md").language == expected


def test_a_short_text_keeps_the_language_that_it_declares() -> None:
    """A few words are too little evidence against it."""
    assert read('<!doctype html><html lang="nl"><body><p>The lake is open.</p></body></html>', "p.html").language == "nl"
