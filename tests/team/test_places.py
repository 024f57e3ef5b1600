"""How people write a place, and what they are told of one that is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reader.team.stores import TeamPlace, is_name, parse_place
from reader.team.stores.object_store import BadPlace
from tests.hypothesis_profiles import CHARACTERS


def test_each_part_of_a_place_is_read() -> None:
    place = parse_place("s3://news-room/city/desk/?endpoint=https://s3.example.org:9000/&region=eu-1&profile=work")
    assert place == TeamPlace("s3", "news-room", "city/desk", "https://s3.example.org:9000", "eu-1", profile="work")
    assert parse_place("az://newsroom?account=paper") == TeamPlace("az", "newsroom", account="paper")
    assert parse_place("GS://newsroom/a") == TeamPlace("gs", "newsroom", "a")
    assert parse_place("/srv/team").folder == Path("/srv/team")
    assert parse_place("~/team").folder == Path.home() / "team"


@pytest.mark.parametrize(
    "text",
    [
        "s3://newsroom",
        "s3://newsroom/a/b~c?endpoint=http://127.0.0.1:48000&region=eu-1",
        "az://newsroom/x?account=paper",
        "gs://news.room",
        "/srv/team",
    ],
)
def test_a_place_is_written_as_it_is_read(text: str) -> None:
    assert str(parse_place(text)) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is missing"),
        ("ftp://newsroom", "cannot be kept at ftp://"),
        ("s3://", "no name of a bucket"),
        ("s3://News", "no name of a bucket"),
        ("s3://newsroom/a//b", "no path of letters"),
        ("s3://newsroom/../other", "no path of letters"),
        ("s3://newsroom?endpoint=s3.example.org", "plain address of a server"),
        ("s3://newsroom?endpoint=http://x:99999", "plain address of a server"),
        ("gs://newsroom?endpoint=http://s3.example.org", "begins with https://"),
        ("s3://newsroom?account=paper", "'account' is no option of s3://"),
        ("s3://[newsroom", "cannot be read"),
    ],
)
def test_a_place_that_is_none_is_refused_with_what_to_write(text: str, words: str) -> None:
    with pytest.raises(BadPlace, match=words) as caught:
        parse_place(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "s3://AKIA:HIDDENKEY@newsroom/desk",
        "s3://newsroom?secret_access_key=HIDDENKEY",
        "s3://newsroom?HIDDENKEY",
        "s3://newsroom?HIDDENKEYHIDDENKEYHIDDENKEY=1",
        "az://newsroom?account=paper&sig=HIDDENKEY",
        "s3://newsroom?endpoint=https://me:HIDDENKEY@s3.example.org",
        "s3://newsroom/x#HIDDENKEY",
    ],
)
def test_a_key_in_a_place_is_neither_taken_nor_repeated(text: str) -> None:
    with pytest.raises(BadPlace) as caught:
        parse_place(text)
    assert "HIDDENKEY" not in f"{caught.value} {caught.value!r}"


@given(st.one_of(st.text(CHARACTERS), st.text("s3:/?&=%@#[]a.-").map("s3://newsroom".__add__)))
@example("s3://newsroom?a=%00")
@example("~nobody-of-this-name/team")
@example("a\0b")
def test_any_text_is_a_place_or_refused(text: str) -> None:
    try:
        place = parse_place(text)
    except BadPlace:
        return
    assert parse_place(str(place)) == place


@pytest.mark.parametrize("name", ["con", "NUL", "aux.json", "com1.x", ".a", "a.", "", "a b", "ä", "a:b", "a" * 201])
def test_names_that_a_folder_of_windows_cannot_hold_are_none(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize("name", ["anna-1a", "console", "0001-0002-ab.jsonl.zst", "20261127T0930", "a~b", "_"])
def test_other_plain_names_are(name: str) -> None:
    assert is_name(name)
