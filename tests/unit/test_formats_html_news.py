"""Linked news: what stands around an article is set aside, and what its words link to are its references."""

from __future__ import annotations

import json
import re

import pytest

from reader.article.article import Article
from reader.article.model import NoiseReason
from reader.cli.parse import article_record
from reader.formats import parse_article
from tests.unit import news_pages, site_builders
from tests.unit.news_pages import BODY, HOME, TITLE
from tests.unit.test_formats_hostile import check

PAGES = news_pages.PAGES | site_builders.PAGES
SENTENCE = "The keeper rowed out to the lamp every evening for sixty years, and nobody thanked him for it, or asked him why."


ADDRESS = '<link rel="canonical" href="https://gazette.example/lamps.html">'


def read(body: str, head: str = "") -> Article:
    data = f"<!DOCTYPE html><html><head><title>Lamps</title>{head}</head><body><h1>Lamps</h1>{body}</body></html>"
    article = parse_article(data.encode(), "https://gazette.example/lamps.html")
    check(article)
    return article


def linked(article: Article) -> list[tuple[str, str]]:
    return [(article.text[c.start : c.end], article.reference_by_id[c.references[0]].url) for c in article.citations]


def shown(article: Article) -> str:
    return " ".join(str(article_record(article)["shown"]).split())


@pytest.mark.parametrize("name", PAGES)
def test_a_news_page_is_its_story_and_what_that_links_to(name: str) -> None:
    page = PAGES[name]
    article = parse_article(page.html.encode(), "story.html")
    check(article)
    text = shown(article)
    assert article.title == TITLE
    assert (article.about.site, article.about.address) == ("The Gazette", f"{HOME}/2023/05/02/no-drills")
    assert linked(article) == list(page.sources)
    assert {c.kind for c in article.citations} == {"words"}
    assert [line for line in BODY if line not in text] == []
    assert [line for line in page.noise if line in text] == []
    assert [line for line in page.noise if line not in " ".join(article.text.split())] == list(page.controls)


def test_an_address_that_is_linked_twice_is_one_reference() -> None:
    article = read(
        f'<p>{SENTENCE} <a href="https://www.a.example/x/">First</a> and <a href="http://a.example/x#part">again</a>, then <a'
        ' href="https://a.example/x?p=2">more</a>.</p>'
    )
    assert [(r.label, r.url) for r in article.references] == [
        ("1", "https://www.a.example/x/"),
        ("2", "https://a.example/x?p=2"),
    ]
    assert [c.references for c in article.citations] == [("1",), ("1",), ("2",)]


def test_what_leads_to_no_source_is_none() -> None:
    article = read(
        f'<p>By <a href="/ana">Ana Rask</a></p><p>{SENTENCE} <a href="mailto:a@b.example">Write</a>, '
        f'<a href="#lamps">look</a>, <a'
        ' href="https://gazette.example/lamps.html#c">here</a>, <a href="javascript:x()">now</a>, '
        '<a rel="tag" href="/t/l">lamps</a>,'
        ' <a rel="nofollow sponsored" href="https://shop.example/l">buy</a>, <a href="https://c.example/i">'
        '<img alt="A lamp at night"></a>'
        '<a href="https://d.example/"> </a>.</p><h2><a href="https://news.gazette.example/e">Heading</a></h2>',
        '<link rel="canonical" href="https://gazette.example/lamps.html">',
    )
    assert linked(article) == []


@pytest.mark.parametrize(
    "line",
    [
        '<p><a href="/floods.html">The flood that took the lower town</a></p>',
        '<ul><li><a href="/fog.html"><img src="fog.jpg" alt=""><div>Fog for a week</div></a></li></ul>',
        '<p>By <a href="https://gazette.example/desk/ann">Ann Lee, our keeper of lamps</a></p>',
        '<p>The flood took the lower town in a night, and with it… <a href="/floods.html">Read more</a></p>',
        '<p>The flood took the lower town in a night, and with it… <a href="/floods.html">Read more about it</a></p>',
        '<p>Ann Lee has kept lamps for years. She is to be found as <a href="https://twitter.com/annlee">@annlee</a>.</p>',
        '<p>Our keepers are glad of letters. You may also <a href="https://www.facebook.com/gazette/">follow us</a>.</p>',
        '<p>The story by our keeper <a href="/people/ann-lee">Ann Lee</a> of last week was read by many.</p>',
        '<p>What do you think of it, and what of <a href="/lamps.html#comment-12">the first answer</a> to it?</p>',
        '<p>The picture of the lamp is free, by <a href="https://creativecommons.org/licenses/by/4.0/">its licence</a>.</p>',
    ],
)
def test_teasers_people_and_tools_of_a_page_are_no_sources(line: str) -> None:
    story = f'<p>{SENTENCE} So says <a href="https://log.example/keeper">his log</a>.</p>'
    article = read(f"<article>{story}{line}<p>{SENTENCE[:-1]}, he said.</p></article>", ADDRESS)
    assert linked(article) == [("his log", "https://log.example/keeper")]


@pytest.mark.parametrize(
    "line",
    [
        '<p>He had told <a href="/keeper.html">all of this to the Gazette</a>.</p>',
        '<p>He told it <a href="https://twitter.com/keeper/status/12">in a post</a>, and nobody answered him at all.</p>',
        '<p>Read more <a href="https://map.example/lamps">in the map of the lamps</a> that Moe drew in the same year.</p>',
    ],
)
def test_links_in_the_prose_are_sources_even_within_the_site(line: str) -> None:
    assert len(linked(read(f"<article><p>{SENTENCE}</p>{line}<p>{SENTENCE[:-1]}, he said.</p></article>", ADDRESS))) == 1


def test_credits_and_the_links_of_an_embedded_post_are_no_sources() -> None:
    article = read(
        f'<p>{SENTENCE} <a href="https://chirp.example/log/1">So says the log</a>.</p>'
        '<figure><img src="a.jpg"><figcaption>The lamp. <a href="https://pictures.example/9">Rask</a></figcaption></figure>'
        '<blockquote class="twitter-tweet"><p>Oil for the lamp! <a href="https://t.example/x">pic.example/x</a></p>'
        '<a href="https://chirp.example/keeper/2">May 2</a></blockquote><blockquote><p>Rowing is work. '
        '<a href="https://port.example/minutes">Minutes of 1912</a></p></blockquote>'
    )
    assert [words for words, _ in linked(article)] == ["So says the log", "Minutes of 1912"]


def test_a_heading_links_to_a_source_only_on_another_site() -> None:
    body = (
        f'<p>{SENTENCE}</p><h2>What <a href="https://port.example/log">the log</a> says</h2><p>And {SENTENCE}</p>'
        f'<h2><a href="https://www.gazette.example/lamps">More on lamps</a></h2><p>So {SENTENCE}</p>'
    )
    assert linked(read(body, '<link rel="canonical" href="https://gazette.example/lamps.html">')) == [
        ("the log", "https://port.example/log")
    ]
    assert linked(read(body)) == []


def test_linked_words_with_a_doi_or_an_address_say_no_more_than_that() -> None:
    article = read(
        f'<p>{SENTENCE} See <a href="https://doi.org/10.5555/Lamp.1">the study</a> and '
        f'<a href="https://a.example/x">a.example/x</a>.</p>'
    )
    assert [(r.text, r.doi, r.url) for r in article.references] == [
        ("the study. https://doi.org/10.5555/Lamp.1", "10.5555/lamp.1", "https://doi.org/10.5555/Lamp.1"),
        ("https://a.example/x", "", "https://a.example/x"),
    ]


def test_a_page_with_a_list_has_no_references_by_its_links() -> None:
    article = read(
        f'<p>{SENTENCE} <a href="https://a.example/x">Linked</a><sup><a href="#n1" id="r1">1</a></sup>.</p>'
        '<ol><li id="n1">Rask, 1999. <a href="#r1">↩</a></li></ol>'
    )
    assert [r.text for r in article.references] == ["Rask, 1999."]


def test_a_page_of_links_alone_keeps_them() -> None:
    article = read(
        '<p>Sources</p><ul><li><a href="https://a.example/1">The audit of the harbour</a></li>'
        '<li><a href="https://b.example/2">The log of the ship</a></li></ul>'
    )
    assert [url for _, url in linked(article)] == ["https://a.example/1", "https://b.example/2"]


@pytest.mark.parametrize(
    "furniture",
    [
        '<nav><a href="/a">Island news</a></nav>',
        '<div role="navigation"><a href="/a">Island news</a></div>',
        '<div class="breadcrumbs"><a href="/">Home</a> › <a href="/n">Island news</a></div>',
        '<div class="social-share"><a href="https://x.example/s">Tell others</a></div>',
        '<div class="relatedPosts"><p>Island news</p></div>',
        '<div data-component="newsletter-signup"><p>Island news, every Friday, in your inbox.</p></div>',
        '<section aria-label="Comments"><p>I was there, and it was not so, as everybody knows.</p></section>',
        '<div id="cookie-consent"><p>We keep crumbs to know you by, and you may say no.</p></div>',
        '<div><h3>Island news</h3><p>Every Friday.</p><div><input type="email"><span>Go</span></div></div>',
        '<div><b>On this page</b><ul><li><a href="#a">First part</a></li><li><a href="#b">Second part</a></li></ul></div>',
        '<p>READ MORE: <a href="/m">Why the price of ice has doubled</a></p>',
        '<p><a href="/m">Watch | Why the price of ice has doubled</a></p>',
        '<p>Filed under: <a href="/f">Ice</a>, <a href="https://www.gazette.example/g">Lamps</a></p>',
        "<form><label>Island news</label><input></form>",
        "<div class='modal'><p>You have read your last free story, says the machine.</p></div>",
        '<div><a href="/m"><div>The price of ice</div><div>It has doubled, and nobody knows why.</div></a></div>',
        '<div class="wp-block-button"><a class="link" href="#recipe">Jump to the list</a></div>',
        "<p class='button-wrapper'><a href='/share?p=1'>Tell others</a></p>",
        "<div><div><h3><a href='/1'>One story</a></h3></div><div><h3><a href='/2'>Another story</a></h3></div></div>",
    ],
)
def test_furniture_between_the_paragraphs_is_set_aside(furniture: str) -> None:
    article = read(
        f"<div><p>{SENTENCE}</p><p>{SENTENCE[:-1]} at all.</p>{furniture}<p>And {SENTENCE}</p><p>So {SENTENCE}</p></div>"
    )
    assert {noise.reason for noise in article.noise} <= {NoiseReason.CHROME, NoiseReason.READ_ALSO}
    assert shown(article) == f"Lamps {SENTENCE} {SENTENCE[:-1]} at all. And {SENTENCE} So {SENTENCE}"
    assert not article.references


@pytest.mark.parametrize(
    "kept",
    [
        '<p>More: <a href="https://other.example/r">the report</a></p>',
        "<p>The tags on the lamps say what they weigh.</p>",
        '<div class="content-share-prices"><p>{0}</p><p>{1}</p></div>',
        '<h3>Documents</h3><ul><li><a href="/d1.pdf">The first letter</a></li><li><a href="/d2.pdf">The second letter'
        "</a></li></ul>",
        '<section id="related-work"><h2>Related work</h2><p>{0}</p></section>',
        '<section id="cookies" class="level2"><h2>Cookies</h2><p>{0}</p></section>',
        '<h2 id="social-media">Social media</h2><p>{0}</p><h2 id="sponsors" class="title">Sponsors</h2><p>{1}</p>',
        '<p class="buttons">Brass buttons, sewn on by hand.</p>',
        '<p>Press <a class="btn" href="/oil">the red one</a> first.</p>',
        '<p class="button"><a href="https://other.example/r">Read the report</a></p>',
        '<div><a href="https://other.example/r"><div>The report</div><div>What the divers saw there.</div></a></div>',
        '<figure><a href="/lamp.jpg"><figcaption><p>The lamp in 1912.</p><p>Picture: Rask</p></figcaption></a></figure>',
        "<blockquote><p>Short words.</p><footer>The keeper</footer></blockquote>",
        "<table><tr><th>Year</th><td>1939</td></tr><tr><th>Height</th><td>9 m</td></tr></table>",
    ],
)
def test_what_only_looks_like_furniture_stays(kept: str) -> None:
    kept = kept.format(SENTENCE.replace("rowed", "sailed"), SENTENCE.replace("rowed", "swam"))
    article = read(f"<div><p>{SENTENCE}</p>{kept}<p>And {SENTENCE}</p></div>")
    assert not article.noise


def test_what_stands_between_the_title_and_the_text_introduces_it() -> None:
    text = "".join(f"<p>{SENTENCE[:-1]} on day {day}.</p>" for day in range(15))
    article = read(
        f"<div><p>Island news</p></div><header><p>{SENTENCE[:-1]}, they say.</p><p>2 May</p></header><div>{text}</div>"
        f"<div><p>{SENTENCE[:-1]}, too.</p></div>"
    )
    assert [article.text[n.start : n.end] for n in article.noise] == ["Island news", "2 May", f"{SENTENCE[:-1]}, too."]


def test_a_standfirst_is_told_by_its_name_too() -> None:
    text = "".join(f"<p>{SENTENCE[:-1]} on day {day}.</p>" for day in range(3))
    head = '<div class="post-subtitle"><h2>Sixty years of rowing out</h2></div><div class="bylines">Ana Rask</div>'
    article = read(f"<div>{head}</div><div>{text}</div>")
    assert [article.text[n.start : n.end] for n in article.noise] == ["Ana Rask"]


def test_links_at_the_ends_of_an_article_are_set_aside_whatever_stands_around_it() -> None:
    links = '<p><a href="/1">Home</a> | <a href="/2">Next part</a></p>'
    text = "".join(f"<p>{SENTENCE[:-1]} on day {day}.</p>" for day in range(8))
    notice = f"<td>{SENTENCE[:-1]}, we say.</td>"
    wanted = " ".join(["Lamps", *(f"{SENTENCE[:-1]} on day {day}." for day in range(8))])
    assert shown(read(f"<table><tr><td>{links}{text}{links}</td>{notice}</tr></table>")) == wanted
    assert shown(read(f'<a name="top">{links}{text}{links}</a>')) == wanted


def test_a_card_that_leads_to_another_site_is_a_source_and_a_picture_of_the_own_one_is_none() -> None:
    article = read(
        f"<p>{SENTENCE}</p>"
        '<div><a href="https://port.example/log"><div>The log</div><div>Kept by three of them.</div></a></div>'
        '<figure><a href="/lamp.jpg"><figcaption>The lamp in 1912.</figcaption></a></figure>',
        '<link rel="canonical" href="https://gazette.example/lamps.html">',
    )
    assert [(r.label, r.url) for r in article.references] == [("1", "https://port.example/log")]
    assert [words for words, _ in linked(article)] == ["The log", "Kept by three of them."]


def test_a_title_within_a_link_to_the_page_itself_is_no_teaser() -> None:
    text = "".join(f"<p>{SENTENCE[:-1]} on day {day}.</p>" for day in range(3))
    article = parse_article(
        f'<title>Oil</title><div><a href="/oil"><h1>Oil</h1><p>What it cost.</p></a>{text}</div>'.encode(), "oil.html"
    )
    assert shown(article).startswith("Oil ")


def test_a_text_in_several_boxes_of_one_name_is_one_text() -> None:
    long = "".join(f"<p>{SENTENCE[:-1]} on day {day}.</p>" for day in range(12))
    article = read(
        f'<div><div class="part wide"><div><div>{long}</div></div></div><div class="part narrow"><p>{SENTENCE}</p></div>'
        f'<div class="corner"><p>{SENTENCE[:-1]}, too.</p></div><div class="part"><a href="/a">Island news</a></div></div>'
    )
    assert [article.text[n.start : n.end] for n in article.noise] == ["Island news"]
    assert SENTENCE in shown(article)


def test_a_short_story_is_found_before_long_comments() -> None:
    said = "".join(f"<div><p>{SENTENCE[:-1]}, said reader {number}, who knew him well.</p></div>" for number in range(40))
    article = read(
        f'<div class="comments-open"><p>{SENTENCE}</p><p>And {SENTENCE}</p><div class="comments-list">{said}</div></div>'
    )
    assert shown(article) == f"Lamps {SENTENCE} And {SENTENCE}"


def test_comments_are_the_page_only_where_it_has_no_other_text() -> None:
    said = "".join(f"<div class='comment'><p>{SENTENCE[:-1]}, said reader {number}.</p></div>" for number in range(3))
    forum = read(f'<div id="menu"><a href="/">All lamps</a></div><div class="comments">{said}</div>')
    assert shown(forum) == f"Lamps {' '.join(f'{SENTENCE[:-1]}, said reader {number}.' for number in range(3))}"
    post = read(f'<article><p>Seen at six.</p></article><div class="comments">{said.replace("div", "article")}</div>')
    assert shown(post) == "Lamps Seen at six."


def test_headings_that_are_links_stand_above_the_parts_of_a_text() -> None:
    parts = "".join(
        f'<h3><a href="https://a.example/{n}">Lamp {n}</a></h3><p>{SENTENCE[:-1]} on day {n}.</p>' for n in range(3)
    )
    assert not read(f"<div>{parts}</div>").noise


def test_links_are_seen_from_where_the_page_was_fetched() -> None:
    canonical = '<link rel="canonical" href="https://elsewhere.example/a/b">'
    page = f'<html><head>{canonical}</head><body><p>{SENTENCE} <a href="c">There</a>.</p></body></html>'.encode()
    assert parse_article(page, "https://gazette.example/x/y").references[0].url == "https://gazette.example/x/c"
    assert parse_article(page, "saved.html").references[0].url == "https://elsewhere.example/a/c"


def test_a_page_in_a_script_that_needs_few_characters_has_prose_too() -> None:
    sentence = "灯台の守り人は毎晩ボートで灯りまで漕いで行き、六十年のあいだ誰も礼を言わなかった。"
    article = read(
        f'<div><a href="/a">ニュース</a></div><div><p>{sentence}</p><p>そして{sentence}</p><p>また{sentence}</p></div>'
    )
    assert [article.text[n.start : n.end] for n in article.noise] == ["ニュース"]


STORY = "".join(f"<p>In the year {year} {SENTENCE[0].lower()}{SENTENCE[1:]}</p>" for year in range(1840, 1850))
LINES = "".join(f"<p>In the year {year} {SENTENCE[0].lower()}{SENTENCE[1:]}</p>" for year in range(1850, 1852))
MENU = "".join(
    f'<li><a href="/{topic}">All about {topic}</a></li>' for topic in ("lamps", "ferries", "fog", "tides", "nets", "rope")
)


def data_of(body: str) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "articleBody": body})}</script>'


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (f'<div style="display:none">{STORY}</div>', ""),
        (f'<div class="text" hidden>{STORY}</div>{LINES}', ""),
        (f"<noscript>{STORY}</noscript>", ""),
        ("", data_of(STORY)),
        (LINES, data_of(re.sub("<p>(.*?)</p>", r"\1\n\n", STORY))),
    ],
)
def test_a_text_that_only_a_script_would_show_is_read_if_the_page_has_hardly_any_other(body: str, head: str) -> None:
    text = shown(read(f"<ul>{MENU}</ul>{body}", head))
    assert all(f"In the year {year} the keeper" in text for year in range(1840, 1850))


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (f'{STORY}<div style="display:none">{LINES}</div>', ""),
        (f'{LINES}<div class="cookie-notice" hidden>{STORY}</div>', ""),
        (f"{STORY}<noscript>{LINES}</noscript>", ""),
        (STORY, data_of(LINES)),
    ],
)
def test_a_text_that_only_a_script_would_show_stays_hidden_beside_an_article(body: str, head: str) -> None:
    article = read(f"<ul>{MENU}</ul>{body}", head)
    kept, hidden = (1850, 1840) if body.startswith(LINES) else (1840, 1850)
    assert (f"year {kept} " in article.text, f"year {hidden} " in article.text) == (True, False)


def test_paragraphs_that_are_called_promotion_stay_with_their_links() -> None:
    lines = [f"In the year {year} {SENTENCE}" for year in range(1840, 1849)]
    linked_lines = [
        f'{line} <a href="/log/{place}">The log</a> has it.' if place % 3 == 0 else line for place, line in enumerate(lines)
    ]
    text = shown(read("".join(f'<p class="promo">{line}</p>' for line in linked_lines)))
    assert all(line in text for line in lines)


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("The keeper&#39;s lamp went out", "The keeper’s lamp went out"),
        ("Harbour: The keeper’s lamp went out - The Gazette", "Harbour The keeper’s lamp went out"),
        ("The keeper’s lamp went out", "Harbour: the keeper’s lamp went out"),
    ],
)
def test_a_headline_is_known_by_its_letters_whatever_signs_its_metadata_has(title: str, heading: str) -> None:
    lead = "For sixty years it was lit every evening, and one night it was not."
    story = "".join(f"<p>{SENTENCE.replace('sixty', str(year))}</p>" for year in range(60, 66))
    page = (
        f'<html><head><meta property="og:title" content="{title}"></head><body><div class="top"><h1>{heading}</h1></div>'
        f'<div class="a1"><div class="a2">{lead} Nobody in the harbour can say why that was so.</div></div>'
        f'<div class="a3">{story}</div></body></html>'
    )
    assert lead in shown(parse_article(page.encode(), "story.html"))


def test_prose_without_links_before_an_article_is_its_lead_unless_it_is_a_notice() -> None:
    story = (
        f'<div class="a3"><h1>Lamps</h1>{"".join(f"<p>{SENTENCE * 2} That was on day {day}.</p>" for day in range(20))}</div>'
    )
    lead = (
        "For sixty years the keepers rowed out at dusk, and nobody in the town has ever asked them what they did it for. " * 2
    )
    notice = "We keep cookies so that the harbour knows you when you come back, and nobody else is ever told about them. " * 2
    page = f'<html><body><div class="a1"><div class="a2"><p>{lead}</p></div><div class="n"><p>{notice}</p></div>{story}</div>'
    article = parse_article(page.encode(), "story.html")
    assert lead.strip() in shown(article)
    assert notice.strip() not in shown(article)


def test_things_with_linked_names_that_are_the_article_are_no_teasers() -> None:
    things = [
        f'<figure><h3><a href="/shop/{number}">Lamp {number}</a></h3><p>{SENTENCE[:-1]} with lamp {number}.</p></figure>'
        for number in range(9)
    ]
    text = shown(read(f"<p>Nine of them are left in all.</p><div>{''.join(things)}</div>"))
    assert [number for number in range(9) if f"with lamp {number}." not in text] == []


def test_short_posts_among_long_ones_are_no_teasers() -> None:
    def post(number: int, words: str) -> str:
        return f'<article class="post"><h4><a href="/posts/{number}">Post {number}</a></h4><p>{words}</p></article>'

    short = [f"The lamp was lit at {hour} in my time, and I should know, as I carried the oil." for hour in ("five", "six")]
    posts = [*(SENTENCE.replace("sixty", str(year)) * 6 for year in (10, 20, 30)), *short]
    text = shown(read(f'<div id="thread">{"".join(post(n, words) for n, words in enumerate(posts))}</div>'))
    assert [words for words in short if words not in text] == []


@pytest.mark.parametrize(
    "line",
    [
        '<p>Photo: <a href="https://pictures.example/ana">Ana Rask</a></p>',
        '<p>Featured image by <a href="https://pictures.example/1">Ana Rask via Pictures</a>.</p>',
        '<p>Beitragsbild (CC BY): <a href="https://pictures.example/1">Ana Rask</a></p>',
        '<p>© 2023 The Gazette. <a href="https://rights.example/">All rights are its own</a>.</p>',
        '<p>This story was originally published by <a href="https://herald.example/">The Herald</a>.</p>',
        '<p>Want more like this? <a href="https://lamps.eepurl.com/x1">Have the lamps in your inbox</a>.</p>',
        '<p>You can <a href="https://letters.example/join">subscribe to our letter</a> for nothing.</p>',
        '<p>The best of it is in <a href="https://gazette.example/newsletter/">our weekly mail</a>.</p>',
        '<p><a href="https://video.example/c/lamps?sub_confirmation=1">More videos of lamps</a></p>',
        '<h3><a href="https://www.amazon.com/dp/B000000000?psc=1&tag=lamps-20">Brass lamp, small</a></h3>',
        '<ul><li>See it now: <a href="https://amzn.to/1abcdef">at the shop</a></li></ul>',
        '<p>Oil can be had <a href="https://www.awin1.com/cread.php?awinmid=1">from the chandler in Harbour Street</a>.</p>',
        '<p>Ana Rask writes about piers. Follow her on Twitter or at <a href="https://rask.example/">her site</a>.</p>',
    ],
)
def test_credits_offers_and_notes_about_the_author_are_no_sources(line: str) -> None:
    source = "https://council.example/lamps"
    text = f'<p>{SENTENCE} The <a href="{source}">council</a> has the list.</p>'
    assert [reference.url for reference in read(text + line + text, ADDRESS).references] == [source]


@pytest.mark.parametrize(
    "line",
    [
        '<p>Photos from the pier that <a href="https://a.example/1">the Herald</a> has found show that no lamp was lit.</p>',
        '<p>He wrote of it in <a href="https://www.amazon.com/dp/B000000000?tag=lamps-20">The Lamps</a>, as early as 1931.</p>',
        '<p>The first list appeared in <a href="https://a.example/1">the Herald</a> and names every keeper of the lamps.</p>',
        '<p>In its <a href="https://a.example/newsletter/2019/05">letter of May</a> the council says that it knew of it.</p>',
    ],
)
def test_what_only_resembles_a_credit_or_an_offer_is_a_source(line: str) -> None:
    assert len(read(f"<p>{SENTENCE}</p>{line}", ADDRESS).references) == 1
