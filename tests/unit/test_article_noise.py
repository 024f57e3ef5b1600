"""Noise: what a paste brings along is set aside, and nothing that a person may have written."""

from __future__ import annotations

import pytest

from reader.article.article import Article
from reader.article.model import NoiseReason
from reader.article.ranges import Span
from reader.formats import parse_article

CHROME, ALSO, TWICE = NoiseReason.CHROME, NoiseReason.READ_ALSO, NoiseReason.DUPLICATE
BODY = (
    "The lighthouse at Kap Orn was lit for the last time in 1987, and the keeper went home.\n\n"
    "Since then a lamp on a pole has done its work. Nobody visits it, and nobody needs to.\n\n"
)


def read(text: str, name: str = "plain.txt") -> Article:
    return parse_article(text.encode("utf-8"), name)


def aside(text: str, name: str = "plain.txt") -> list[tuple[str, NoiseReason]]:
    article = read(text, name)
    return [(article.text[noise.start : noise.end], noise.reason) for noise in article.noise]


@pytest.mark.parametrize(
    "line",
    [
        *(
            "Skip to content",
            "SKIP TO MAIN CONTENT",
            "Accept all cookies",
            "Share on Facebook",
            "Advertisement",
            "Subscribe now",
        ),
        *("Home | News | Sport | Opinion", "Share Facebook X WhatsApp Email", "Zum Inhalt springen", "12 comments"),
        *("We and our 80 partners use cookies to show you things.", "© 2020 The Orn Herald. All rights reserved."),
        *("Wir verwenden Cookies, um Ihnen Dinge zu zeigen.", "Nous utilisons des cookies.", "Мы используем файлы cookie."),
        *("Sign up for our newsletter and never miss a lamp", "Your email address will not be published.", "Реклама"),
        *("By signing up, you agree to our terms, which are long. " * 5 + "Really.", "Follow us on Mastodon", "3 Kommentare"),
        *("Downloaded from https://orn.example/lamps by guest on 4 May 2020", "Page 3 of 12", "© 2019 Orn Press Ltd."),
        *("Already a subscriber? Log in", "Comments are closed.", "Was this helpful?", "ChatGPT said:", "版权所有"),
    ],
)
def test_chrome_is_set_aside_wherever_it_stands(line: str) -> None:
    assert aside(f"{line}\n\nThe last lamp of Kap Orn\n\n{BODY}{line}\n\n{BODY}") == [(line, CHROME), (line, CHROME)]
    assert read(f"{line}\n\nThe last lamp of Kap Orn\n\n{BODY}").title == "The last lamp of Kap Orn"


def test_lines_of_furniture_that_pass_for_a_paragraph_are_set_aside() -> None:
    lines = "This page was last edited on 3 May, at 11:02.\nText is available under the Holm Licence; other terms may apply."
    assert aside(f"The last lamp of Kap Orn\n\n{BODY}{lines}\n") == [(lines, CHROME)]
    assert aside(f"The last lamp of Kap Orn\n\n{BODY}Nobody knows.\n{lines}\n") == []


MENU = "News\nLamps\nBuoys and bells\n\nHarbour life\n\nWeather\n\nAbout us\n\nThe Orn Herald\n\nSearch\n\n"
TEXT = BODY + BODY.replace("lamp", "light").replace("Nobody", "No one")
FOOTER = "More lamps\n\nNew lamp for Holm pier at last\n\nBusiness\nWeather\nAdvertise with us\n\nOrn Media Group\n\n"


def test_the_menus_around_an_article_are_set_aside_and_its_titles_are_not() -> None:
    titles = "Seas and ships\n\nThe last lamp of Kap Orn goes out\n\nBy Ada Holm\n\n"
    article = read(f"{MENU}{titles}{TEXT}{FOOTER}")
    shown = [article.text[block.start : block.end] for block in article.blocks if not article.is_noise(block.span)]
    assert "\n\n".join([*shown, ""]) == f"{titles}{TEXT}More lamps\n\nNew lamp for Holm pier at last\n\n"
    assert article.title == "Seas and ships"


@pytest.mark.parametrize("end", ["Pears\n\nPlums\n\nOil\n\nLamps\n\n", "Weather\n\nCold\n\nLamps\n\nRain\n\n"])
def test_short_lines_at_the_end_stay_if_few_are_known_from_menus(end: str) -> None:
    assert aside(f"The last lamp of Kap Orn\n\n{TEXT}{end}") == []


def test_furniture_above_a_reference_list_stays_with_it() -> None:
    article = read(
        f"{MENU}The last lamp of Kap Orn\n\n{TEXT}It burned [1].\n\n{FOOTER}References\n\n[1] Holm A. Lamps. 2019.\n\n{FOOTER}"
    )
    assert [reference.text for reference in article.references] == ["Holm A. Lamps. 2019."]
    assert not article.is_noise(Span(article.text.index(FOOTER), 0))
    assert article.is_noise(Span(article.text.rindex("Orn Media"), 0))


def test_words_of_menus_count_only_in_company() -> None:
    assert aside(f"Menu\n\nSearch\n\nThe last lamp of Kap Orn\n\n{BODY}") == [("Menu", CHROME), ("Search", CHROME)]
    assert aside(f"The last lamp of Kap Orn\n\n{BODY}Search\n\n{BODY}") == []
    assert aside(f"# The last lamp\n\n{BODY}## Tools\n\n## Search\n\n{BODY}", "a.md") == []


@pytest.mark.parametrize("head", ["Read also:", "READ MORE", "Related articles", "Lesen Sie auch:", "À lire aussi"])
def test_read_also_at_the_end_takes_all_that_is_left(head: str) -> None:
    teasers = ["Latest", "Harbour gets a new crane", "The crane is 40 metres high and came by sea. It was late..."]
    text = f"The last lamp of Kap Orn\n\n{BODY}{head}\n\n" + "\n\n".join(f"    {line}" for line in teasers)
    assert aside(text) == [(line, ALSO) for line in (head, *teasers)]


def test_read_also_in_the_middle_takes_only_what_is_no_prose() -> None:
    text = f"The last lamp of Kap Orn\n\n{BODY}Read also:\n\nHarbour gets a new crane\n\n{BODY * 8}"
    assert aside(text) == [("Read also:", ALSO), ("Harbour gets a new crane", ALSO)]
    text = f"The last lamp of Kap Orn\n\n{BODY}Read also: Harbour gets a new crane\n\n{BODY}"
    assert aside(text) == [("Read also: Harbour gets a new crane", ALSO)]


def test_references_after_read_also_stay() -> None:
    text = (
        f"The lamp [1]\n\n{BODY}Read also:\n\nHarbour gets a new crane\n\n[1] Orn, K. (1990). "
        "Lamps.\n\n[2] Orn, K. (1991). Poles."
    )
    assert aside(text) == [("Read also:", ALSO), ("Harbour gets a new crane", ALSO)]
    assert len(read(text).references) == 2


def test_the_first_copy_of_a_title_and_a_deck_stays() -> None:
    title, deck = "The last lamp of Kap Orn", "A lighthouse keeper goes home, and a pole takes over from him."
    assert aside(f"{title}\n\n{deck}\n\nPhoto: Orn Herald\n\n{title}\n\n{deck}\n\n{BODY}") == [(title, TWICE), (deck, TWICE)]
    assert read(f"{title}\n\n{title}\n\n{BODY}").title == title


@pytest.mark.parametrize("cut", ["The last lamp of Kap Orn goes...", "The last lamp of Kap Orn goes…"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_of_a_copy_that_was_cut_short_the_full_one_stays(cut: str, gap: str) -> None:
    full = "The last lamp of Kap Orn goes out, and a keeper goes home"
    article = read(f"{cut}{gap}{full}\n\n{BODY}")
    assert aside(article.text) == [(cut, TWICE)]
    assert article.title == full


def test_what_says_a_heading_again_is_set_aside_however_short() -> None:
    assert aside(f"# Kap Orn\n\n**Kap Orn**\n\nA lighthouse.\n\n{BODY}", "a.md") == [("**Kap Orn**", TWICE)]
    assert aside(f"# Kap Orn\n\nSee also: Vik\n\nKap Orn\n\n{BODY}## Oil\n\n## Oil\n\n{BODY}", "a.md") == [
        ("Kap Orn", TWICE),
        ("## Oil", TWICE),
    ]
    kept = f"# Kap Orn\n\n{BODY}## Oil\n\n{BODY}Oil\n\nVik\n\n{BODY}## Lamps[1]\n\nLamps[1]\n\n[1] Rask, 1999.\n"
    assert aside(kept, "a.md") == []


def test_what_a_person_wrote_stays() -> None:
    refrain = "\n\n".join(["And the sea came in, and the sea went out.", *BODY.strip().split("\n\n")] * 9)
    assert aside(f"The last lamp of Kap Orn\n\n{refrain}") == []
    assert aside(f"The last lamp of Kap Orn\n\nHe thought for a long while...\n\n{BODY}") == []
    assert aside(f"The last lamp\n\n{BODY}| Lamp | Pole | Keeper |\n|---|---|---|\n| Menu | Search | Home |\n", "a.md") == []


def test_front_matter_is_set_aside_and_gives_the_title() -> None:
    text = f"---\ntitle: 'The last lamp'\ntags: [a]\n---\n\n# Another title\n\n{BODY}"
    article = read(text, "a.md")
    assert article.title == "The last lamp"
    assert [(noise.start, noise.reason) for noise in article.noise] == [(0, CHROME)]


def test_noise_is_whole_blocks() -> None:
    article = read(f"Skip to content\nMain menu\nLog in\n\nThe last lamp of Kap Orn\n\n{BODY}Read also:\nA crane\nA ship\n")
    spans = {block.span for block in article.blocks}
    assert len(article.noise) == 5
    assert all((noise.start, noise.end) in spans for noise in article.noise)


def test_the_heads_and_numbers_of_printed_pages_are_set_aside() -> None:
    prose = (
        "The keepers of Kap Orn counted the ships in every winter since the lamp was lit, and in some of the summers, too, if "
    )
    pages = [f"{prose}they saw {number} of them.\n\n{number}\n\nOrn Notes 12\n" for number in (41, 42, 43)]
    text = "Lamps\n\n" + "\n".join(pages) + f"\n{prose}And so on.\n"
    assert [line for line, _ in aside(text)] == ["41", "Orn Notes 12", "42", "Orn Notes 12", "43", "Orn Notes 12"]


def test_numbered_stanzas_with_a_refrain_stay() -> None:
    words = ("low", "high", "dry")
    stanzas = "\n\n".join(f"{number}\n\nThe lamp is {word}\n\nRow on, my dear" for number, word in enumerate(words, 1))
    assert aside(f"The song\n\n{stanzas}\n") == []
