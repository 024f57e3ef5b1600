"""The story of `news_pages` as site builders, paywalls and publishing platforms write it.

Their names describe how an element looks or behaves, so words such as "paywall", "widget" and "sidebar" are on the article too.
"""

from __future__ import annotations

from typing import Final

from tests.unit.news_pages import (
    COOKIES,
    HOME,
    MENU,
    PARAGRAPHS,
    SOURCES,
    STORIES,
    TITLE,
    NewsPage,
    head,
    link,
    menu,
    paragraphs,
)

OFFER: Final = "Read on for a penny a week. Cancel whenever you like, and keep the tote bag with the ferry on it."
ABOUT: Final = "The Gazette has printed the news of the strait since 1871, in good weather and in bad, on paper made of kelp."


def teasers(wrap: str = "<div><h3>{}</h3></div>") -> str:
    """Return the other stories of the site, each in an element."""
    return "".join(wrap.format(link(words, f"/t{n}")) for n, words in enumerate(STORIES))


def paywall() -> NewsPage:
    """Return a page whose paragraphs all have the classes of the paywall, with the offer between them."""
    body = paragraphs().replace("<p>", '<p class="paywall premium-only">')
    return NewsPage(
        f"""<html>{head()}<body class="has-paywall subscriber-only"><nav><ul>{menu()}</ul></nav>
<article class="story has-paywall gated" data-module="paywall-article"><h1>{TITLE}</h1>{body}
<div class="paywall subscribe-box"><h3>Subscribe</h3><p>{OFFER}</p><a class="btn" href="/subscribe">See the offers</a>
</div></article>
<div class="paywall-footer"><p>{ABOUT}</p></div></body></html>""",
        SOURCES,
        (*MENU, OFFER, ABOUT, "See the offers"),
    )


def boxes() -> NewsPage:
    """Return a page of a builder that calls every part of the page a widget, and has no element for an article."""

    def widget(kind: str, content: str) -> str:
        return (
            f'<div class="elementor-element elementor-widget elementor-widget-{kind}" data-widget_type="{kind}.default">'
            f'<div class="elementor-widget-container">{content}</div></div>'
        )

    column = '<div class="elementor-column"><div class="elementor-widget-wrap elementor-element-populated">{}</div></div>'
    share = link("Share on Facepage", f"https://facepage.example/s?u={SELF_ADDRESS}")
    return NewsPage(
        f"""<html>{head()}<body class="elementor-default single-post"><div class="elementor-location-header">
{widget("nav-menu", f"<ul>{menu()}</ul>")}</div><div class="elementor-location-single post">
<section class="elementor-section">{column.format(widget("theme-post-title", f"<h1>{TITLE}</h1>"))}</section>
<section class="elementor-section elementor-with-sidebar">{column.format(widget("theme-post-content", paragraphs()))}
{column.format(widget("share-buttons", share) + widget("posts", teasers()))}</section></div>
<div class="elementor-location-footer">{widget("text-editor", f"<p>{ABOUT}</p>")}</div></body></html>""",
        SOURCES,
        (*MENU, *STORIES, ABOUT, "Share on Facepage"),
    )


def columns() -> NewsPage:
    """Return a page whose whole content is in a wrapper that is named for the side column, with text in `div`s."""
    parts = "".join(f'<div class="text-module">{text}</div>' for text in PARAGRAPHS)
    return NewsPage(
        f"""<html>{head()}<body class="et_right_sidebar"><div class="banner-top"><a href="/">The Gazette</a></div>
<div class="et_pb_section et_section_with_sidebar sidebar-right"><div class="row"><div class="et_pb_column">{parts}</div>
<div class="et_pb_column et_pb_widget_area sidebar"><h4>About us</h4><p>{ABOUT}</p><ul>{teasers("<li>{}</li>")}</ul></div></div>
</div><div class="et_social_media_follow"><a href="https://chirp.example/gazette">Follow us on Chirp</a></div></body></html>""",
        SOURCES,
        (*STORIES, ABOUT, "Follow us on Chirp"),
    )


def letter() -> NewsPage:
    """Return a page of a newsletter's platform: boxes to subscribe between the paragraphs, a long discussion behind."""
    box = (
        f'<div class="subscription-widget-wrap"><div class="subscription-widget"><p>{OFFER}</p><form><input type="email">'
        '<input type="submit" value="Subscribe"></form></div></div>'
    )
    share = '<p class="button-wrapper"><a class="button primary" href="/p/no-drills?action=share"><span>Share</span></a></p>'
    remark = "My father was a stoker on that ferry and he would have had something to say about forms that tick themselves."
    said = "".join(f'<div class="comment"><a href="/@r{n}">Reader {n}</a><p>{remark} ({n})</p></div>' for n in range(9))
    return NewsPage(
        f"""<html>{head()}<body><div class="main-menu"><a href="/">The Gazette by letter</a><button>Sign in</button></div>
<div class="single-post"><article class="newsletter-post post"><div class="post-header"><h1 class="post-title">{TITLE}</h1>
<h3 class="subtitle">The crews were told to tick the form.</h3><div class="post-ufi"><a href="#like">12</a></div></div>
<div class="available-content"><div class="body markup">{paragraphs("h2", (box, share))}</div></div>
<div class="post-footer"><a href="https://chirp.example/intent?u=x">Chirp</a></div></article></div>
<div class="comments-section"><h4>Discussion about this post</h4>{said}</div>
<div class="footer"><p>© 2023 The Gazette ∙ {link("Privacy", "/privacy")} ∙ {link("Terms", "/tos")}</p></div></body></html>""",
        SOURCES,
        ("The Gazette by letter", OFFER, remark, "Discussion about", "Privacy"),
    )


def accelerated() -> NewsPage:
    """Return a page for telephones: elements of its own for the menu, the consent and the buttons."""
    return NewsPage(
        f"""<html amp>{head()}<body><amp-sidebar id="side" layout="nodisplay"><ul>{menu()}</ul></amp-sidebar>
<amp-consent id="consent" layout="nodisplay"><div id="ask"><p>{COOKIES}</p><button>Fine</button></div></amp-consent>
<main><article><h1>{TITLE}</h1><amp-social-share type="chirp">Chirp</amp-social-share>
<amp-img src="a.jpg" alt="A ferry"><noscript><img src="a.jpg" alt="A ferry"></noscript></amp-img>{paragraphs()}</article>
<amp-list src="/more.json"><p>Loading more stories of the strait for you, one moment please, they are on the next boat.</p>
</amp-list></main><footer><p>{ABOUT}</p></footer></body></html>""",
        SOURCES,
        (*MENU, COOKIES, ABOUT, "Loading more stories"),
    )


def reader_platform() -> NewsPage:
    """Return a page of a platform for writers: sections without names, claps, more of the same writer."""
    writer = "Writes about ships and those who sail them, and about the forms that both of them have to fill in these days."
    cards = "".join(
        f'<div><a href="/@ana/{n}?source=x"><h2>{w}</h2><p>A short one.</p></a></div>' for n, w in enumerate(STORIES)
    )
    return NewsPage(
        f"""<html>{head()}<body><div id="root"><div class="a b"><a href="/m/signin">Sign in</a><a href="/m/new">Write</a></div>
<div class="c"><article><div class="d"><section><div><div class="e"><h1 class="pw-post-title">{TITLE}</h1>
<div class="f"><a href="/@ana?source=post_page">Ana Rask</a><p><button>Follow</button></p><span>5 min read</span></div>
<div class="g"><button>Listen</button><button>Share</button></div>
{paragraphs().replace("<p>", '<p class="pw-post-body-paragraph h i">')}</div></div></section></div></article></div>
<div class="k"><h2><a href="/@ana">Written by Ana Rask</a></h2><p>{writer}</p><button>Follow</button></div>
<div class="l"><h2>More from Ana Rask</h2>{cards}</div></div></body></html>""",
        SOURCES,
        (*STORIES, writer, "Sign in", "Written by Ana", "More from Ana"),
    )


def shadow() -> NewsPage:
    """Return a page whose article is in a shadow tree, beside a template that is never shown."""
    return NewsPage(
        f"""<html>{head()}<body><header><ul>{menu()}</ul></header><gazette-story><template shadowrootmode="open">
<style>p {{ margin: 0 }}</style><h1>{TITLE}</h1>{paragraphs()}</template></gazette-story>
<template><p>{ABOUT}</p></template></body></html>""",
        SOURCES,
        MENU,
        controls=(),
    )


SELF_ADDRESS: Final = f"{HOME}/2023/05/02/no-drills"
PAGES: Final = {page.__name__: page() for page in (paywall, boxes, columns, letter, accelerated, reader_platform, shadow)}
