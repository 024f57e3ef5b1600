"""JATS files that are broken or made to hurt: an article as far as it goes, or an error for people."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from reader.errors import ReaderError
from reader.formats import parse_article
from tests.hypothesis_profiles import examples
from tests.unit.jats_files import NOTES, REFS, jats, x
from tests.unit.mutations import check_any, mutate
from tests.unit.test_formats_hostile import check


def test_entities_from_outside_are_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of the lamp")
    entities = (
        f' [<!ENTITY in "inside"><!ENTITY out SYSTEM "{secret.as_uri()}"><!ENTITY % dtd SYSTEM "{secret.as_uri()}"> %dtd;]'
    )
    article = parse_article(jats("<p>Here &in; and &out; it is.</p>", doctype=entities), "lamp.xml")
    assert "Here" in article.text
    assert "secret" not in article.text


def bomb() -> bytes:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    return jats("<p>Boom &e12;</p>", doctype=f' [<!ENTITY e0 "lamp lamp">{entities}]')


@pytest.mark.parametrize(
    "data",
    [
        jats("<sec>" * 100_000 + "<p>deep</p>" + "</sec>" * 100_000),
        jats("<p>" + "<italic>" * 100_000 + "deep" + "</italic>" * 100_000 + "</p>"),
        jats("<sec><title>a</title>" * 200 + "<p>deep</p>" + "</sec>" * 200),
        jats("<p>" + "<bold><xref ref-type='bibr' rid='r'>" * 110 + "deep" + "</xref></bold>" * 110 + "</p>"),
        jats("<list><list-item><p>" * 80 + "deep" + "</p></list-item></list>" * 80),
        jats("<p><mml:math>" + "<mml:msup>" * 240 + "<mml:mi>x</mml:mi>" + "</mml:msup>" * 240 + "</mml:math></p>"),
        jats("<table-wrap><table>" + "<tr><td colspan='99999' rowspan='99999'>a</td></tr>" * 300 + "</table></table-wrap>"),
        jats("<p>" + x("r1", "1") + ", " + (x("r1", "1") + ", ") * 5000 + "</p>", REFS),
        jats("<p>It was lit.")[:-40],
        bomb(),
        jats("<p>It was lit &amp; seen.</p><p>" + "<![CDATA[" * 100_000),
    ],
    ids=["sections", "italics", "headings", "markers", "lists", "math", "spans", "many", "cut", "bomb", "cdata"],
)
def test_a_hostile_file_is_read_as_far_as_it_goes(data: bytes) -> None:
    article = parse_article(data, "lamp.xml")
    check(article)
    assert len(article.text) < 10_000_000


@pytest.mark.parametrize("data", [b"<!DOCTYPE article>", b"<!DOCTYPE article><<<", jats("").replace(b"The lamp", b"")])
def test_a_file_without_an_article_is_refused_with_a_hint(data: bytes) -> None:
    with pytest.raises(ReaderError) as refused:
        parse_article(data, "lamp.xml")
    assert "lamp.xml" in refused.value.what
    assert refused.value.hint


WHOLE = jats(
    f"<sec><label>1</label><title>Lit</title><p>It<sup>{x('r1', '1')},{x('r3', '3')}</sup> was &nbsp; "
    f"[{x('r2', '2')}–{x('r5', '5')}]{x('n1', '*', 'fn')} 10<sup>6</sup>.</p>"
    f"<table-wrap><table><tr><th>a</th><td colspan='2'>b {x('r4', '4')}</td></tr></table></table-wrap>"
    "<list list-type='order'><list-item><p>One.</p></list-item></list></sec>",
    NOTES + REFS,
)


@settings(max_examples=examples(250))
@given(mutate(WHOLE))
def test_a_broken_file_is_an_article_or_an_error_for_people(data: bytes) -> None:
    check_any(lambda: parse_article(data, "lamp.xml"))
