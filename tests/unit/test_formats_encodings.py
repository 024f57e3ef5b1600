"""Texts and pages in encodings older than Unicode, with a right, a wrong or no declaration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reader.formats import parse_article
from tests.unit.test_article_language import PROSE

ENCODINGS = {
    "ar": ("cp1256",),
    "cs": ("cp1250", "iso8859_2"),
    "da": ("cp1252",),
    "de": ("cp1252", "mac_roman", "cp850"),
    "es": ("cp1252",),
    "fr": ("cp1252", "mac_roman", "iso8859_15"),
    "he": ("cp1255",),
    "it": ("cp1252",),
    "ja": ("cp932", "euc_jp", "iso2022_jp"),
    "ko": ("euc_kr",),
    "pl": ("cp1250", "iso8859_2"),
    "pt": ("cp1252",),
    "ru": ("cp1251", "koi8_r", "cp866", "iso8859_5"),
    "sv": ("cp1252",),
    "tr": ("cp1254",),
    "uk": ("cp1251", "koi8_u"),
    "zh": ("gb18030",),
}
TRADITIONAL = "這個湖從夏天開始開放，但是水還不乾淨。秋天將檢查這樣是否足夠，因為沒有人知道為什麼。"
NAMES = {"cp932": "shift_jis", "gb18030": "gb2312", "cp1252": "iso-8859-1"}


def cases() -> Iterator[tuple[str, str]]:
    """Yield each text with an encoding in which it is written."""
    yield TRADITIONAL, "big5"
    for language, encodings in ENCODINGS.items():
        for encoding in encodings:
            text = PROSE[language].replace("ی", "ي").encode(encoding, "ignore").decode(encoding)
            yield f"{text} [1]", encoding


@pytest.mark.parametrize(("text", "encoding"), cases())
def test_a_short_text_is_read_in_its_encoding(text: str, encoding: str) -> None:
    article = parse_article(f"1\n\n{text}\n\nReferences\n\n[1] Vik, J. (2019). Lakes.\n".encode(encoding), "lake.txt")
    assert text in article.text
    assert [article.text[c.start : c.end] for c in article.citations] == (["[1]"] if "[1]" in text else [])


@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1", "right"])
@pytest.mark.parametrize(("text", "encoding"), cases())
def test_a_page_is_read_in_its_encoding_whatever_it_declares(text: str, encoding: str, declared: str) -> None:
    name = NAMES.get(encoding, encoding) if declared == "right" else declared
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={name}">' if name else ""
    page = f"<html><head>{head}<title>-</title></head><body><p class='lake'>{text}</p></body></html>"
    assert parse_article(page.encode(encoding), "lake.html").text.strip() == text


@pytest.mark.parametrize(
    ("language", "encoding", "declared"),
    [
        ("de", "cp1252", "windows-1251"),
        ("cs", "cp1250", "windows-1251"),
        ("uk", "koi8_u", "windows-1251"),
        ("ru", "cp1251", "koi8-r"),
        ("ja", "cp932", "windows-1251"),
        ("zh", "gb18030", "koi8-r"),
        ("he", "cp1255", "koi8-r"),
    ],
)
def test_a_page_that_declares_a_foreign_alphabet_is_read_in_its_own(language: str, encoding: str, declared: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>{PROSE[language]}</p></body></html>'
    assert parse_article(page.encode(encoding), "lake.html").text.strip() == PROSE[language]


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1251", "koi8-r", "big5"])
@pytest.mark.parametrize("language", ["de", "ja", "ru"])
def test_unicode_is_recognised_under_any_declaration(declared: str, language: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>{PROSE[language]}</p></body></html>'
    assert parse_article(page.encode(), "lake.html").text.strip() == PROSE[language]


@pytest.mark.parametrize("language", ["cs", "fr", "ja", "ru"])
def test_a_broken_byte_does_not_change_the_encoding_of_the_rest(language: str) -> None:
    data = f"{PROSE[language]}\n".encode() + b"\xff\n" + PROSE[language].encode()
    text = parse_article(data, "lake.txt").text
    assert text == f"{PROSE[language]}\n\ufffd\n{PROSE[language]}"


@pytest.mark.parametrize("text", ["café", "20 °C", "50 € “per day” – it’s", "Müller and Núñez", "§ 5", f"{'x ' * 200_000}é"])
def test_a_text_with_few_letters_beyond_ascii_is_western(text: str) -> None:
    assert parse_article(f"The lake: {text}.".encode("cp1252"), "lake.txt").text == f"The lake: {text}."
