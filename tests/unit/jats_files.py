"""JATS files that are made in memory."""

from __future__ import annotations

from reader.article.article import Article
from reader.formats import parse_article
from tests.unit.test_formats_hostile import check

NAMESPACES = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:mml="http://www.w3.org/1998/Math/MathML"'
REFS = """<ref-list><title>References</title>
<ref id="r1"><label>1</label><mixed-citation><name><surname>Rask</surname><given-names>O</given-names></name>
(<year>1999</year>) <article-title>Lamps of the north</article-title>. <source>Coast</source>
<volume>3</volume>: 4.</mixed-citation></ref>
<ref id="r2"><label>2.</label><mixed-citation>Vik A. Piers. 2001.</mixed-citation></ref>
<ref id="r3"><label>[3]</label><mixed-citation>Lund B. Tides. 2002.</mixed-citation></ref>
<ref id="r4"><label>4</label><mixed-citation>Moe C. Winds. 2003.</mixed-citation></ref>
<ref id="r5"><label>5</label><mixed-citation>Dahl D. Rain. 2004.</mixed-citation></ref></ref-list>"""
NOTES = """<fn-group><fn id="n1"><label>1</label><p>Nobody saw it.</p></fn><fn id="n2"><label>2</label><p>Rask 1999, see
<ext-link ext-link-type="uri" xlink:href="https://rask.example/">there</ext-link>.</p></fn>
<fn id="n3"><p>No interests.</p></fn></fn-group>"""


def jats(body: str = "<p>Words.</p>", back: str = "", front: str = "", more: str = "", doctype: str = "") -> bytes:
    title = "" if "title-group" in front else "<title-group><article-title>The lamp</article-title></title-group>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE article PUBLIC "-//NLM//DTD" "x.dtd"{doctype}>'
        f'<article article-type="research-article" {NAMESPACES}><front><article-meta>{title}{front}</article-meta></front>'
        f"<body>{body}</body><back>{back}</back>{more}</article>"
    ).encode()


def read(body: str = "<p>Words.</p>", back: str = "", front: str = "", more: str = "") -> Article:
    article = parse_article(jats(body, back, front, more), "lamp.xml")
    assert article.format == "jats"
    check(article)
    return article


def x(rid: str, text: str, kind: str = "bibr") -> str:
    return f'<xref ref-type="{kind}" rid="{rid}">{text}</xref>'
