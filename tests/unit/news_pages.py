"""News pages as several kinds of publishing systems write them: what is the article, what it links to, what is around it.

Each page tells the same story in markup of its own; what differs is how the system wraps it and what it puts before, between
and behind the paragraphs.
"""

from __future__ import annotations

from typing import Final, NamedTuple

HOME: Final = "https://gazette.example"
SELF: Final = "https%3A%2F%2Fgazette.example%2F2023%2F05%2F02%2Fno-drills"


class NewsPage(NamedTuple):
    """A page, what a person would call its sources (linked words and address), and lines that aren't the article.

    `controls` are those of the lines that are no text at all, such as the words on a button.
    """

    html: str
    sources: tuple[tuple[str, str], ...]
    noise: tuple[str, ...]
    controls: tuple[str, ...] = ()


def link(words: str, address: str) -> str:
    """Return a link."""
    return f'<a href="{address}">{words}</a>'


AUDIT = ("the audit that the ministry published in March", "https://ministry.example/audits/2023-14.pdf")
SPEECH = ("told parliament", "https://parliament.example/debates/771?speaker=12")
EARLIER = ("reported by this paper in January", f"{HOME}/2023/01/17/ferry-drills-on-paper")
RECORDS = ("ferry records", "https://data.example/ferries")
STUDY = ("a study of 41 ports", "https://doi.org/10.5555/ports.41")
ANNEX = ("The annex with the forms", "https://ministry.example/audits/2023-14-annex.pdf")
LETTER = ("The owners’ letter", f"{HOME}/documents/letter-of-the-owners.pdf")
SOURCES: Final = (AUDIT, SPEECH, EARLIER, RECORDS, STUDY)

TITLE: Final = "Ferries sailed for two years without a rescue drill"
BODY: Final = (
    "Three of the five ferries that cross the strait sailed for two years without a single rescue drill, according to"
    " the audit that the ministry published in March. The crews were told to tick the form all the same.",
    "“Nobody asked, and so nobody drilled,” the harbour master told parliament on Tuesday. He had warned the owners twice,"
    " as was reported by this paper in January, and twice he was thanked for his letter.",
    "What the forms say",
    "The ferry records show 212 drills in 2022. On 190 of those days the ships lay in the yard.",
    "No other port counts drills that way: a study of 41 ports found that the forms and the logs differ by three per cent.",
    "The owners did not answer our questions. The ministry says it will look at the forms again in autumn.",
)
PARAGRAPHS: Final = tuple(
    line.replace(AUDIT[0], link(*AUDIT))
    .replace(SPEECH[0], link(*SPEECH))
    .replace(EARLIER[0], link(EARLIER[0], EARLIER[1].removeprefix(HOME)))
    .replace(RECORDS[0], link(*RECORDS))
    .replace(STUDY[0], link(*STUDY))
    for line in BODY
)
"""The body with its links; the one to the paper's own story is relative."""

COOKIES: Final = "We and our 180 partners store information on your device to show you what you want to see."
MENU: Final = ("Island news", "Money", "Weather desk", "The Sunday page", "Puzzles", "Our shop")
STORIES: Final = (
    "Lighthouse keeper finds a map behind the stove",
    "Why the price of ice has doubled since spring",
    "Council wants benches back on the quay",
)


def head(more: str = "") -> str:
    """Return the head of a page."""
    return (
        f'<head><title>{TITLE} | The Gazette</title><link rel="canonical" href="{HOME}/2023/05/02/no-drills">'
        f'<meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="The Gazette">{more}</head>'
    )


def menu(tag: str = "li") -> str:
    """Return the links of a menu, each in an element."""
    return "".join(f"<{tag}>{link(words, f'/{n}')}</{tag}>" for n, words in enumerate(MENU))


def paragraphs(heading: str = "h2", between: tuple[str, ...] = ("", "")) -> str:
    """Return the body in paragraphs, with other things behind the second and the fourth of them."""
    one, two, title, four, five, six = PARAGRAPHS
    made = f"<p>{one}</p><p>{two}</p>{between[0]}<{heading}>{title}</{heading}>"
    return f"{made}<p>{four}</p>{between[1]}<p>{five}</p><p>{six}</p>"


def weblog() -> NewsPage:
    """Return a page of a weblog's theme: sharing, an author's box, related posts, comments, a side column."""
    share = "".join(
        f'<li class="share-{name}">{link(f"Click to share on {name.title()}", f"https://{name}.example/share?u=x")}</li>'
        for name in ("chirp", "facepage", "pinup")
    )
    related = "".join(
        f'<div class="jp-relatedposts-post"><h4>{link(words, f"/r{n}")}</h4><p class="date">May {n + 1}, 2023</p>'
        f'<p>In "Quay"</p></div>'
        for n, words in enumerate(STORIES)
    )
    comment = "I was on that ferry, and the whistle of my vest was painted on, as I told everybody who would hear it."
    return NewsPage(
        f"""<!DOCTYPE html><html lang="en-GB">{head()}<body class="single post-template-default">
<a class="skip-link screen-reader-text" href="#content">Skip to content</a>
<header id="masthead" class="site-header"><p class="site-title">{link("The Gazette", "/")}</p>
<nav class="main-navigation"><ul>{menu()}</ul></nav></header>
<div id="content" class="site-content"><div id="primary" class="content-area"><main id="main" class="site-main">
<article class="post type-post hentry category-quay tag-ferries"><header class="entry-header">
<span class="cat-links"><a href="/quay" rel="category tag">Quay</a></span><h1 class="entry-title">{TITLE}</h1>
<div class="entry-meta"><span class="byline">by <a class="url fn n" href="/author/ana" rel="author">Ana Rask</a></span>
<time class="entry-date" datetime="2023-05-02T08:00:00+01:00">2 May 2023</time></div></header>
<div class="entry-content">{paragraphs()}
<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3><ul>{share}</ul></div>
<div id="jp-relatedposts" class="jp-relatedposts"><h3>Related</h3>{related}</div></div>
<footer class="entry-footer"><span class="tags-links">Tagged <a href="/tag/ferries" rel="tag">ferries</a>,
<a href="/tag/safety" rel="tag">safety at sea</a></span></footer></article>
<div class="author-bio"><h3>About Ana Rask</h3><p>Ana Rask has written about ships and those who sail them for
the Gazette since 2009. Her {link("book on pilots", "https://books.example/pilots")} was published last year.</p></div>
<nav class="post-navigation"><div class="nav-previous">{link(f"Previous: {STORIES[0]}", "/p1")}</div></nav>
<div id="comments" class="comments-area"><h2>2 thoughts on “{TITLE}”</h2><ol class="comment-list"><li>
<div class="comment-author">{link("Old salt", "https://salt.example/")}</div><p>{comment}</p></li></ol>
<div id="respond"><form><p>Your email address will not be published. Required fields are marked *</p></form></div></div>
</main></div><aside id="secondary" class="widget-area"><section class="widget"><h2>Recent Posts</h2><ul>
{"".join(f"<li>{link(words, f'/s{n}')}</li>" for n, words in enumerate(STORIES))}</ul></section></aside></div>
<footer id="colophon"><p>Proudly printed with {link("Press", "https://press.example")} on recycled electrons.</p></footer>
<div id="cookie-law-info-bar"><p>{COOKIES}</p></div></body></html>""",
        SOURCES,
        (*MENU, *STORIES, COOKIES, comment, "Click to share", "Share this", "About Ana Rask", "safety at sea", "recycled"),
    )


def fields() -> NewsPage:
    """Return a page of a system of fields and blocks, where no element says that it is the article."""
    block = "".join(
        f'<div class="views-row"><span class="field-content">{link(words, f"/node/{n}")}</span></div>'
        for n, words in enumerate(STORIES)
    )
    letter = "Get the Gazette by letter: one mail every Friday with the best of the week."
    return NewsPage(
        f"""<!DOCTYPE html><html lang="en">{head()}<body class="html not-front node-type-story"><div id="page-wrapper">
<div id="header"><div class="region region-header"><div id="block-menu-main" class="block block-menu"><ul>{menu()}</ul></div>
</div></div><div id="breadcrumb">{link("Home", "/")} » {link("Quay", "/quay")} » {TITLE}</div>
<div class="region region-content"><div class="block block-system"><div class="content"><div id="node-214" class="node">
<h1 class="title" id="page-title">{TITLE}</h1>
<div class="submitted">Submitted by {link("Ana Rask", "/users/ana")} on Tue, 05/02/2023 - 08:00</div>
<div class="field field-name-body field-type-text-with-summary"><div class="field-items"><div class="field-item even">
{paragraphs("h3", ('<div class="read-also"><strong>Read also:</strong> ' + link(STORIES[0], "/n7") + "</div>", ""))}
<h3>Documents</h3><ul><li>{link(*ANNEX)}</li><li>{link(LETTER[0], LETTER[1].removeprefix(HOME))}</li></ul>
</div></div></div>
<div class="field field-name-field-tags"><div class="field-label">Tags:&nbsp;</div><div class="field-items">
<div class="field-item">{link("Ferries", "/tags/ferries")}</div>
<div class="field-item">{link("Ministry of ports", "/tags/m")}</div>
</div></div><ul class="links inline"><li>{link("Add new comment", "/comment/reply/214#comment-form")}</li>
<li>{link("Printer-friendly version", "/print/214")}</li></ul></div></div></div></div>
<div class="region region-sidebar-second"><div class="block block-views"><h2>Latest from the quay</h2>{block}</div>
<div class="block block-simplenews"><p>{letter}</p></div></div>
<div class="region region-footer">
<p>The Gazette is printed by the Gazette Trust, 1 Quay Street. {link("Contact the editors", "/c")}
if you find a mistake in what we print.</p></div></div></body></html>""",
        (*SOURCES, ANNEX, LETTER),
        (*MENU, *STORIES, letter, "Read also", "Printer-friendly", "Ministry of ports", "Contact the editors", "Latest from"),
    )


def app() -> NewsPage:
    """Return a page that a script wrote: classes that mean nothing, sections between the paragraphs."""
    newsletter = (
        '<section aria-label="Newsletter"><div class="css-1q"><h3 class="css-9z">The Morning Tide</h3>'
        '<p class="css-2">Make sense'
        ' of the day’s ferries, every morning, in your inbox.</p><form><input type="email"><button>Get it</button>'
        "</form></div>"
        "</section>"
    )
    also = (
        '<aside class="css-77"><p class="css-3">More on this story</p><ul>'
        + "".join(f"<li>{link(words, f'/m{n}')}</li>" for n, words in enumerate(STORIES[:2]))
        + "</ul></aside>"
    )
    share = "".join(
        f'<a class="css-5" aria-label="Share on {name}" href="https://{name}.example/intent?url={SELF}"><svg></svg>'
        f'<span class="css-6">Post to {name}</span></a>'
        for name in ("Chirp", "Facepage")
    )
    ad = '<div class="css-ad"><div>Advertisement</div><div id="gpt-slot-3"></div></div>'
    cards = "".join(
        f'<li class="css-k"><a href="/k{n}"><div><h3>{words}</h3><p>By Odd Vik</p></div></a></li>'
        for n, words in enumerate(STORIES)
    )
    data = (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "'
        + TITLE
        + '", "datePublished": "2023-05-02T08:00:00Z", "author": [{"@type": "Person", "name": "Ana Rask"}]}</script>'
    )
    return NewsPage(
        f"""<!DOCTYPE html><html lang="en">{head(data)}<body><div id="root"><div class="css-a"><div class="css-b">
<div class="css-c"><ul class="css-d">{menu()}</ul><button>Log in</button></div></div>
<div class="css-e"><div class="css-f"><h1 class="css-g">{TITLE}</h1><div class="css-h">
<p>By {link("Ana Rask", "/by/ana-rask")}</p>
<p>Published 2 May 2023</p></div><div class="css-i">{share}<button class="css-j">Save for later</button></div></div>
<section name="body"><div class="css-l"><figure class="css-m"><img src="a.jpg" alt="A ferry at the quay with its ramp down">
<figcaption><span>A ferry at the quay.</span></figcaption></figure>{paragraphs("h2", (newsletter + ad, also))}
<div class="css-i">{share}</div></div></section>
<div class="css-n"><h2 class="css-o">More in Island news</h2><ol>{cards}</ol></div></div>
<div class="css-p"><div><p>© 2023 The Gazette Company</p><ul><li>{link("Work with us", "/jobs")}</li>
<li>{link("Your ad choices", "/ads")}</li></ul></div></div></div></div></body></html>""",
        SOURCES,
        (*MENU, *STORIES, "inbox", "Morning Tide", "Advertisement", "More on this story", "Post to Chirp", "Save for later",
         "More in Island news", "Work with us", "Your ad choices"),
        ("Save for later",),
    )  # fmt: skip


def tables() -> NewsPage:
    """Return a page of the first years: tables that arrange it, breaks for paragraphs, no class and no id."""
    one, two, title, *rest = PARAGRAPHS
    text = f"{one}<br><br>{two}<br><br><b>{title}</b><br><br>{'<br><br>'.join(rest)}"
    side = "<br>".join(link(words, f"t{n}.html") for n, words in enumerate(STORIES))
    return NewsPage(
        f"""<HTML>{head()}<BODY BGCOLOR=white><TABLE WIDTH=760><TR><TD COLSPAN=3><IMG SRC=logo.gif ALT="logo"></TD></TR><TR>
<TD VALIGN=TOP WIDTH=120><FONT SIZE=1>{"<BR>".join(link(words, f"m{n}.html") for n, words in enumerate(MENU))}</FONT></TD>
<TD VALIGN=TOP><FONT SIZE=5><B>{TITLE}</B></FONT><BR><FONT SIZE=2><I>by Ana Rask</I></FONT><P><FONT FACE=Times>{text}</FONT>
<P><FONT SIZE=1>[ {link("Print this page", "print.cgi")} | {link("Mail it to a friend", "mail.cgi")} ]</FONT></TD>
<TD VALIGN=TOP WIDTH=160><B>ALSO TODAY</B><BR>{side}</TD></TR><TR><TD COLSPAN=3><FONT SIZE=1><CENTER>
{link("Home", "index.html")} | {link("Archive", "archive.html")} | {link("Masthead", "us.html")}<BR>Copyright 2003 The Gazette
</CENTER></FONT></TD></TR></TABLE></BODY></HTML>""",
        tuple(
            (words, f"{HOME}/2023/01/17/ferry-drills-on-paper" if "paper" in address else address) for words, address in SOURCES
        ),
        (*MENU, *STORIES, "Print this page", "Mail it to a friend", "ALSO TODAY", "Copyright 2003"),
    )


def broadcaster() -> NewsPage:
    """Return a broadcaster's page: topics and subdomains of its own, "around the web", credits at the end."""
    topics = "".join(f"<li>{link(words, f'https://topics.gazette.example/{n}')}</li>" for n, words in enumerate(MENU[:3]))
    tiles = "".join(
        f'<div class="tile"><a href="https://tiles.example/?c={n}"><img src="t{n}.jpg" alt="{words}"><span>{words}</span></a>'
        "<span>Sponsored by Tiles</span></div>"
        for n, words in enumerate(("Doctors hate this one net", "Ten ships you won’t believe", "She bought a boat for a penny"))
    )
    inline = f'<p class="inline-link"><a href="/w1"><strong>WATCH: {STORIES[1]}</strong></a></p>'
    return NewsPage(
        f"""<!DOCTYPE html><html lang="en">{head()}<body><div class="consent-banner" role="dialog"><p>{COOKIES}</p>
<button>Agree</button></div><div id="top"><div class="globalnav"><ul>{menu()}</ul></div></div>
<div role="main"><div class="story"><h1>{TITLE}</h1>
<div class="story__by">By {link("Ana Rask", "https://people.gazette.example/ana")}
<div class="story__social">{link("Facepage", "https://facepage.example/s")} {link("Chirp", "https://chirp.example/s")}</div></div>
<div class="story__key"><h2>Key points</h2><ul><li>Three ferries went without drills.</li><li>The forms were ticked.
</li></ul></div>
{paragraphs("h2", (inline, ""))}
<p class="story__credit">Reporting by Ana Rask; editing by Odd Vik. Write to the desk at 
<a href="mailto:desk@gazette.example">the
desk’s address</a>.</p>
<div class="story__topics"><h4>Topics in this story</h4><ul>{topics}</ul></div></div>
<div class="OUTBRAIN"><h3>Around the web</h3>{tiles}</div></div>
<div id="bottom"><div class="most-read"><h2>Most read</h2>
<ol>{"".join(f"<li>{link(w, f'/b{n}')}</li>" for n, w in enumerate(STORIES))}
</ol></div><p>The Gazette is not responsible for what other sites print. {link("Read about how we link", "/linking")}.</p></div>
</body></html>""",
        SOURCES,
        (*MENU, STORIES[0], STORIES[2], COOKIES, "Around the web", "Doctors hate", "Topics in this", "not responsible",
         "Most read"),
    )  # fmt: skip


def magazine() -> NewsPage:
    """Return a magazine's page: contents of the page, things to buy through it, a box to sign up, cards of the author."""
    contents = f'<div class="toc-box"><p>In this article</p><ul><li>{link("What the forms say", "#forms")}</li></ul></div>'
    shop = (
        '<div class="affiliate-box"><h4>Our pick: a vest that floats</h4>'
        "<p>The Float-O-Mat keeps you up for nine hours, and it comes"
        " in yellow.</p>"
        '<a class="button" rel="sponsored nofollow" href="https://shop.example/vest?tag=gazette-21">$49 at Shop</a>'
        "</div>"
    )
    inline = (
        "<p>Some passengers now bring "
        '<a rel="nofollow sponsored" href="https://shop.example/vests?tag=gazette-21">vests of their'
        " own</a>, and who could blame them for it.</p>"
    )
    body = paragraphs('h2 id="forms"', (shop, inline)).replace("</h2 id", "</h2 data-id")
    author = "Ana Rask is a staff writer at the Gazette, where she covers ports, pilots and the people who wait for both."
    return NewsPage(
        f"""<!DOCTYPE html><html lang="en">{head('<meta name="author" content="Ana Rask">')}<body>
<div class="topstrip"><a href="/subscribe">Subscribe for a penny a week</a></div><header><nav><ul>{menu()}</ul></nav></header>
<article class="longread"><div class="longread-head"><div class="rubric">{link("Quay", "/quay")}</div><h1>{TITLE}</h1>
<p class="dek">The crews were told to tick the form. They did.</p><div class="bylines">
<a rel="author" href="/ana">Ana Rask</a></div>
<div class="tools"><a href="https://chirp.example/s">Chirp it</a><a href="mailto:?subject=x">Mail it</a>
<a href="/save">Keep it</a>
</div></div><div class="longread-body">{contents}<p class="disclosure">When you buy through links on our site, we may earn a
commission.</p>{body}<div class="signup-box"><h3>The Friday letter</h3><p>A long story, every Friday, for free.</p>
</div></div>
<div class="longread-foot"><div class="author-card"><p>{author} 
<a href="https://chirp.example/ana">Follow her on Chirp</a></p></div>
<div class="keywords">{link("ferries", "/k/f")} {link("safety at sea", "/k/s")}</div></div></article>
<section class="recirc"><h2>Keep reading
</h2>{"".join(f'<div><h3>{link(w, f"/z{n}")}</h3></div>' for n, w in enumerate(STORIES))}
</section><footer><p>Gazette Media Group</p></footer></body></html>""",
        SOURCES,
        (*MENU, *STORIES, "penny a week", "Float-O-Mat", "Friday letter", "staff writer", "safety at sea", "Chirp it",
         "Keep reading", "Media Group"),
    )  # fmt: skip


def rows() -> NewsPage:
    """Return a page built of rows: every paragraph in wrappers of its own, things between, long comments behind."""
    one, two, title, *rest = PARAGRAPHS
    wrap = '<div class="row-outer"><div class="row-inner"><div class="cell"><div class="rich">{}</div></div></div></div>'
    made = [wrap.format(f"<p>{text}</p>") for text in (one, two, *rest)]
    made.insert(2, wrap.format(f"<h2>{title}</h2>"))
    made.insert(1, wrap.format(f"<p>(Read also: {link(STORIES[0], '/q1')})</p>"))
    made.insert(4, '<div data-component="related-stories"><p>' + link(STORIES[1], "/q2") + "</p></div>")
    said = "I have sailed on every one of them, and what is written here is true, but the food was better than you say."
    remark = f'<div class="row-inner"><div class="cell"><b>Salty {{}}</b><p>{said} {said}</p></div></div>'
    return NewsPage(
        f"""<!DOCTYPE html><html lang="en">{head()}<body><div class="wrap"><div class="bar"><ul>{menu()}</ul></div>
<div class="row-outer"><div class="row-inner"><h1>{TITLE}</h1></div></div>{"".join(made)}
<div class="row-outer"><p>Filed under: {link("Ferries", "https://www.gazette.example/f")}, {link("Safety", "/sf")}</p></div>
<div class="row-outer" data-testid="comments-section">{remark.format("one")}{remark.format("two")}</div>
<div class="row-outer"><ul>{"".join(f"<li>{link(words, f'/v{n}')}</li>" for n, words in enumerate(STORIES))}</ul></div></div>
</body></html>""",
        SOURCES,
        (*MENU, *STORIES, said, "Salty one"),
    )


PAGES: Final = {page.__name__: page() for page in (weblog, fields, app, tables, broadcaster, magazine, rows)}
