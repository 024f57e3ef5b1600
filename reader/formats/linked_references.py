"""Turn the links of a text into citations of their addresses.

Newspapers, blogs and language models cite like this. The linked words are the marker, and as a rule also words of the text.
Where a reference list has the address, its entry is cited; other addresses become references outside the text.

A list of links at the end whose pages the text links to is a list of entries.

These links are not sources: links before the first sentence (byline, date), links marked as advertisements, tags or authors
(https://microformats.org/wiki/existing-rel-values), buttons to share a page, rows of links to a person's pages, pictures, and
on a page links in headings unless they lead to another site, credits of pictures, offers to sign up or to buy, and notes that
ask people to follow their author.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from reader.article.article import Article
from reader.article.labels import characters_beyond_ascii, decimal_number, split_label
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Block, BlockKind, Citation, Reference, Style, StyleKind, entry_ranges, markup_ranges
from reader.article.phrases import READ_MORE
from reader.article.ranges import Ranges, Span, block_at, merge_ranges, within
from reader.article.reference_parser import find_doi
from reader.article.references import leads_back, one_line
from reader.formats.budget import current_budget, with_notice
from reader.printable import plural

_KINDS_WITHOUT_LINKS: Final = frozenset({BlockKind.CODE, BlockKind.RULE})
_KINDS_WITHOUT_TEXT: Final = _KINDS_WITHOUT_LINKS | {BlockKind.HEADING}
_PICTURE_ADDRESS: Final = lazy_pattern(r"\.(?:jpe?g|png|gif|webp|avif|svg)(?:[?#]|$)", re.IGNORECASE)
_NO_SOURCE: Final = lazy_pattern(
    r"https?://(?:www\.)?(?:orcid\.org/|(?:twitter|x)\.com/(?:intent|share|home\?)|facebook\.com/(?:sharer|share\.php|dialog/)"
    r"|linkedin\.com/(?:share|cws/share)|reddit\.com/submit|pinterest\.com/pin/create|(?:t\.me|telegram\.me)/share|wa\.me/\?"
    r"|api\.whatsapp\.com/send|creativecommons\.org/(?:licenses|publicdomain)/|news\.google\.com/publications/|news\.ycombinator\.com/submitlink|(?:[^/]+/)+(?:tags?(?:_\w+)?|hashtag|authors?|auteurs?|autor(?:en)?|journalistes?)/"
    r"[^/?#]+/?(?:[?#].*)?$)",
    re.IGNORECASE,
)
_PROFILE: Final = lazy_pattern(
    r"https?://(?:www\.)?(?:[^/]+/@[\w.-]+|bsky\.app/profile/[^/]+|linkedin\.com/(?:in|company|school)/[^/]+|t\.me/\w+"
    r"|(?:twitter|x|facebook|instagram|threads|tiktok|pinterest|github)\.(?:com|net)/[\w.-]+|youtube\.com/(?:c|channel|user)/[^/]+"
    r"|[\w-]+\.(?:substack|medium|tumblr)\.com|(?:buymeacoffee|patreon|ko-fi)\.com/[\w.-]+|researchgate\.net/profile/[^/]+"
    r"|scholar\.google\.[\w.]+/citations)/?(?:[?#].*)?$|mailto:",
    re.IGNORECASE,
)
"""Match the pages of a person or a firm, which are sources within a sentence but not in a row of such links."""
_NETWORKS: Final = frozenset(
    {"twitter", "x", "instagram", "facebook", "threads", "tiktok", "pinterest", "mastodon", "bluesky", "linkedin", "telegram"}
    | {"youtube", "us"}
)
"""The last word of a link to a profile that names no person: "on Twitter", "follow us"."""
_OWN_PAGES: Final = lazy_pattern(
    r"https?://[^?#]*/(?:people|staff|profiles?|contributors?|reporters?|writers?|by|users?|members?)/[^/?#]+/?(?:[?#].*)?$"
    r"|[^#]*#(?:comments?|respond|disqus_thread|comment-\w+)$|[^?#]*/(?:feed|rss)/?$",
    re.IGNORECASE,
)
"""The addresses of a site's own authors, comments and feeds."""
_BROKERS: Final = frozenset(
    {"eepurl.com", "mailchi.mp", "list-manage.com", "tidd.ly", "awin1.com", "linksynergy.com", "shareasale.com", "viglink.com"}
    | {"skimresources.com", "anrdoezrs.net", "dpbolvw.net", "tkqlhce.com", "kqzyfj.com", "jdoqocy.com", "pxf.io", "sjv.io"}
    | {"prf.hn", "avantlink.com", "howl.me", "rstyle.me", "shop-links.co", "tradedoubler.com", "partnerize.com", "digidip.net"}
)
"""The sites of lists to sign up for, and of brokers whom a shop pays for a link."""
_SIGN_UP_PAGE: Final = lazy_pattern(
    r"[^?#]+/(?=[ans])(?:newsletters?|subscribe|subscriptions?|sign-?up|abonnements?|abonnieren|abonner)/?(?:[?#]|$)"
    r"|https?://(?:subscribe|subscriptions?)\.[^/]+/|[^?#]*\?(?:[^#]*&)?sub_confirmation=1",
    re.IGNORECASE,
)
_SHOP: Final = lazy_pattern(r"https?://(?:amzn\.to/|geni\.us/|(?:www\.)?amazon\.[\w.]+/[^?#]*\?(?:[^#]*&)?tag=)", re.IGNORECASE)
"""Match the addresses of goods in a shop that pays for the link. In a sentence they may name a book that it is about."""
_SIGN_UP_WORDS: Final = lazy_pattern(
    r"(?:please |click here to |you can )?(?:subscribe (?:to|on|now|here|today)|sign up (?:for|to|now|here|today)|sign me up)\b"
    r"|(?:subscribe|sign ?up|(?:our |the )?newsletters?|abonnieren|s’abonner|s'abonner|suscríb(?:ete|ase)|iscriviti|assine)$"
    r"|.{0,40}\b(?:newsletter|rss-feed|channel|kanal) (?:abonnieren|bestellen)$"
)
_CREDIT: Final = lazy_pattern(
    r"\W*(?:(?:featured|lead|header|cover|title|main|top|hero) )?"
    r"(?:photo(?:graph)?s?|images?|pictures?|fotos?|bild(?:er|quellen?|nachweis)?|(?:titel|beitrags)(?:bild|foto)|cr[ée]dits?|imagen"
    r"|immagine|zdjęcie|фото)(?: (?:credits?|courtesy|source|nachweis))?(?: ?\([^()]*\))?"
    r"(?:\s*[:©|/]|\s+(?:by|via|courtesy|von|par|por|di|de|door)\b(?=.{0,48}$))"
    r"|\W*(?:©|ⓒ|copyright\b|\(c\) )"
    r"|\W*(?:(?:this|the) (?:article|story|piece|post|essay) )?(?:was |has been )?"
    r"(?:originally|first) (?:published|appeared) (?:by|on|in|at|as)\b",
    re.IGNORECASE,
)
"""Match the beginning of the credit of a picture, of a notice of copyright, or of a note on where an article was first."""
_FOLLOW: Final = lazy_pattern(
    r"(?:\b(?:[Ff]ollow|[Ff]ind|[Ll]ike|[Rr]each) (?:him|her|them|us|me|the (?:author|reporter|writer)s?)"
    r"|\bFollow (?:the |our )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,3})"
    r" (?:(?:on|at|via) (?:Twitter|X|Facebook|Instagram|LinkedIn|Mastodon|Bluesky|Threads|YouTube|TikTok|Google)\b|@)"
)
"""Match where a note about an author or a site asks to be followed."""
_FOLLOW_WORDS: Final = ("ollow ", "ind ", "ike ", "each ")
"""Parts of words, one of which such a note has: most lines have none, and to search them for the pattern takes long."""
_MAX_CREDIT_LENGTH: Final = 160
_MAX_FOLLOW_LENGTH: Final = 500
_TRACKING: Final = lazy_pattern(r"(?:utm_\w{1,60}|gclid|fbclid|msclkid|mc_[ce]id|igshid|ref_src)=[^&#]*&?", re.IGNORECASE)
_TEXT_FRAGMENT: Final = lazy_pattern(r"#:~:text=.*")
_MAX_GAP: Final = 2_000
"""The most code points between two links of a run: an address and signs."""
_MAX_SIGNS: Final = 6
_TEASER_SIGNS: Final = " .…:[]()«»‹›<>→»≫▸►*"
_READ_MORE_BEGINNINGS: Final = tuple(f"{phrase} " for phrase in sorted(READ_MORE) if " " in phrase)
_LINK_SEPARATORS: Final = lazy_pattern(r"[\s,;·|&()\[\]\u200b]*")
_MORE_SOURCES: Final = lazy_pattern(r"\s*\+\d{1,3}$")
_SOURCE_WORDS: Final = frozenset(
    {"source", "link", "ref", "quelle", "fuente", "fonte", "bron", "источник", "出典", "来源", "來源", "المصدر"}
)
_MIN_RUNS_APART: Final = 3
_MIN_SHARE_APART: Final = 0.5
"""How many of the links of a text must stand between sentences, where titles and names are markers then."""
_MIN_TRAILING_LINKS: Final = 2
_MAX_BLOCKS_AFTER_LINKS: Final = 3
_MAX_WORDS_BESIDE_LINK: Final = 12
_MAX_WORDS_PER_PROFILE: Final = 3
_MAX_WORDS_OF_BIO: Final = 12
"""How many words for each link a row of links to a person's pages may have, in the text and at its end."""
_MIN_LINKS_FOR_REMARK: Final = 2
"""The least number of links for each footnote that make the links, not the footnotes, the sources of a text."""
_MAX_ADDRESSES: Final = 4096


def with_linked_references(article: Article, excluded: Collection[str] = (), *, beside_list: bool = False) -> Article:
    """Return the article with its links as citations, except of addresses in `excluded`.

    Beside other references, only links to the addresses of a list are citations. `beside_list`: all links are, unless the
    article has footnotes that name sources. Addresses beyond the limit of the import are no references, which a notice at the
    end of the text says.
    """
    most = current_budget().limits.linked_sources
    left_out: set[str] = set()
    noise = Ranges(article.noise)
    links = [link for link in _web_links(article, noise) if link.target not in excluded]
    numbered = [reference for reference in article.references if not reference.id.startswith("^")]
    listed = [] if beside_list and article.format == "html" else numbered  # a page has its footnotes by number
    notes = article.references[len(listed) :]
    can_add = not article.references or (beside_list and _can_add_to(notes, listed, links))
    addressed = [r for r in reversed(listed) if r.url and (r.span or r.text == r.url)]  # of two on one page, the first is it
    names = {page_address(reference.url): reference.id for reference in addressed}
    exact = {reference.url: reference.id for reference in addressed}
    if not links or not (can_add or names):
        return article
    article = replace(article, citations=_without_contradicted(article, links, addressed))
    hidden = markup_ranges(article.styles)
    entry_spans = entry_ranges(r for r in article.references if not (can_add and r.remark))
    number = max((decimal_number(name) for r in numbered for name in split_label(r.label)), default=0)
    cited = [citation for citation in article.citations if citation.references or citation.ambiguous]
    cited_ranges = Ranges(merge_ranges(citation.span for citation in cited))
    references: list[Reference] = []
    cited_links: dict[Style, str] = {}
    for block, link in _trailing_links(article, links, hidden, noise) if can_add and not listed else ():
        number += 1
        words = one_line(article.text, link.start, link.end, hidden)
        references.append(_link_reference(str(number), words, link.target)._replace(start=block.start, end=block.end))
        names[page_address(link.target)] = references[-1].id
    entries = Ranges(merge_ranges([*entry_spans, *entry_ranges(references)]))
    for link in links:
        if entries.contains(link.start) or cited_ranges.contains(link.start) or within(cited, link.start, link.end):
            continue
        name = page_address(link.target)
        if name not in names:
            words = one_line(article.text, link.start, link.end, hidden)
            if not can_add or not words:
                continue
            if len(references) >= most:
                left_out.add(name)
                continue
            number += 1
            references.append(_link_reference(str(number), words, link.target))
            names[name] = references[-1].id
        cited_links[link] = exact.get(link.target) or names[name]
    runs = list(_link_runs(article.text, list(cited_links), hidden))
    apart = [_stands_apart(article.text, article.blocks, run) for run in runs]
    is_custom = _MIN_RUNS_APART <= sum(apart) >= _MIN_SHARE_APART * len(runs)
    citations = [
        Citation(link.start, link.end, (cited_links[link],), kind=kind)
        for run, is_apart in zip(runs, apart, strict=True)
        for link, kind in _citation_kinds(article.text, run, is_marker=is_custom and is_apart)
    ]
    kept = [citation for citation in article.citations if not within(citations, citation.start, citation.end)]
    article = replace(
        article,
        references=tuple(sorted((*article.references, *references), key=lambda reference: reference.start)),
        citations=tuple(_merge_overlapping([*kept, *citations])),
    )
    if not left_out:
        return article
    return with_notice(
        article,
        f"{plural(len(left_out), 'linked address', 'linked addresses')}, beyond the first {most:,}, did not become references.",
    )


@lru_cache(_MAX_ADDRESSES)
def page_address(address: str) -> str:
    """Return the address of a page without scheme, "www.", fragment and tracking parameters: a name for its content."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    query = _TRACKING.sub("", parts.query).rstrip("&")
    return f"{parts.netloc.casefold().removeprefix('www.')}{parts.path.rstrip('/')}{f'?{query}' if query else ''}"


def without_tracking(address: str) -> str:
    """Return an address without tracking parameters and text fragment."""
    path, mark, query = _TEXT_FRAGMENT.sub("", address).partition("?")
    query, hash_sign, fragment = query.partition("#")
    query = _TRACKING.sub("", query).rstrip("&")
    return f"{path}{mark if query else ''}{query}{hash_sign}{fragment}"


def _can_add_to(notes: Sequence[Reference], listed: Sequence[Reference], links: Sequence[Style]) -> bool:
    """Whether links count as references beside a list and footnotes: no footnote names a source, and links are the rule."""
    if not notes:
        return True
    return not listed and all(note.remark for note in notes) and len(links) > _MIN_LINKS_FOR_REMARK * len(notes)


def _without_contradicted(article: Article, links: Sequence[Style], addressed: Sequence[Reference]) -> tuple[Citation, ...]:
    """Return the citations of an article without those by the number of another list, as in a file of several answers.

    Their number is a link, "[3](https://…)", to the page of an entry with another number, or to no page of the list in a block
    with more such links than links to the page of their own number.
    """
    numbers = [link for link in links if _is_number(article.text[link.start : link.end])]
    if not numbers or not addressed:
        return article.citations
    pages: defaultdict[str, set[str]] = defaultdict(set)
    for reference in addressed:
        pages[page_address(reference.url)].add(reference.id)
    with_address = {reference.id for reference in addressed}
    starts = [citation.start for citation in article.citations]
    wrong: defaultdict[int, set[int]] = defaultdict(set)
    unknown: defaultdict[int, set[int]] = defaultdict(set)
    agreed: Counter[int] = Counter()
    for link in numbers:
        place = bisect_left(starts, link.end) - 1
        cited = article.citations[place].references if place >= 0 and article.citations[place].end > link.start else ()
        if not cited or not with_address.issuperset(cited):
            continue
        block = block_at(article.blocks, link.start)
        ids = pages.get(page_address(link.target), set())
        if ids.isdisjoint(cited):
            (wrong if ids else unknown)[block].add(place)
        else:
            agreed[block] += 1
    for block, places in unknown.items():
        if len(wrong[block]) > agreed[block]:
            wrong[block] |= places
    left_out = set[int]().union(*wrong.values())
    return tuple(citation for place, citation in enumerate(article.citations) if place not in left_out)


def _is_number(words: str) -> bool:
    """Whether the words of a link are a number, "3", or a marker with one, as "[3]" is written in Markdown."""
    return words.strip("[]\\^").isdecimal()


def _web_links(article: Article, noise: Ranges) -> Iterator[Style]:
    """Yield the links of an article that may lead to sources, in order."""
    own_address, site = page_address(article.about.address), site_domain(article.about.address)
    first = _first_sentence_start(article, noise)
    is_page = article.format == "html"
    links = _links_by_block(article)
    rows = _profile_rows(article, links)
    for place, own in links.items():
        block = article.blocks[place]
        if place in rows or block.kind in _KINDS_WITHOUT_LINKS:
            continue
        own = [
            link
            for link in own
            if link.start >= first and link.target.lower().startswith(("http:", "https:")) and not noise.contains(link.start)
        ]
        if not own or (is_page and _is_credit_or_bio(article.text[block.start : block.end])):
            continue
        for link in own:
            address = link.target
            if (
                _is_no_source(address)
                or page_address(address) == own_address
                or leads_back(article.text[link.start : link.end])
            ):
                continue
            is_within = site in ("", site_domain(address))
            if is_within and ((is_page and block.kind is BlockKind.HEADING) or _PICTURE_ADDRESS.search(address)):
                continue
            if is_page and _is_offer(article, block, address):
                continue
            if is_page and _is_page_tool(article.text[link.start : link.end], address, is_within=is_within and bool(site)):
                continue
            if not article.text.startswith(("[image:", "![", "<img"), link.start) and not article.text.endswith(
                "![", 0, link.start
            ):
                yield link


def _links_by_block(article: Article) -> dict[int, list[Style]]:
    """Return the links of an article by the indices of their blocks, both in order."""
    links: dict[int, list[Style]] = {}
    block, own = Block(0, 0), list[Style]()
    for style in article.styles:
        if style.kind is StyleKind.LINK:
            if not block.start <= style.start < block.end:  # it is in another block than the link before it
                place = block_at(article.blocks, style.start)
                block, own = article.blocks[place], links.setdefault(place, [])
            own.append(style)
    return links


def _profile_rows(article: Article, links: Mapping[int, Sequence[Style]]) -> set[int]:
    """Return the indices of the blocks that are rows of links to a person's pages, in one block or one below the other."""
    rows: dict[int, int] = {}
    hidden: list[Span] | None = None
    for place, own in links.items():
        if all(_is_profile(link.target) or _is_no_source(link.target) for link in own):
            hidden = markup_ranges(article.styles) if hidden is None else hidden
            block = article.blocks[place]
            words = len(one_line(article.text, block.start, block.end, hidden).split())
            inside = sum(len(article.text[link.start : link.end].split()) for link in own)
            is_bio = len(own) > 1 and place >= len(article.blocks) - _MAX_BLOCKS_AFTER_LINKS
            if words - inside <= (_MAX_WORDS_OF_BIO if is_bio else _MAX_WORDS_PER_PROFILE) * len(own):
                rows[place] = len(own)
    return {place for place, count in rows.items() if count > 1 or rows.keys() & {place - 1, place + 1}}


def _is_page_tool(words: str, address: str, *, is_within: bool) -> bool:
    """Whether a link on a page is one of its tools: "Read more", an author, a comment, a handle at a social network."""
    words = words.strip(_TEASER_SIGNS).casefold()
    if _SIGN_UP_WORDS.match(words):
        return True
    if _is_profile(address):
        return words.startswith("@") or words.split(" ")[-1] in _NETWORKS
    if not is_within:
        return False
    return words in READ_MORE or words.startswith(_READ_MORE_BEGINNINGS) or _is_own_page(address)


def _is_offer(article: Article, block: Block, address: str) -> bool:
    """Whether a link on a page is an offer to sign up or to buy."""
    if _is_paid_or_to_sign_up(address):
        return True
    if not _is_in_shop(address):
        return False
    return block.kind is BlockKind.HEADING or not is_sentence(article.text[block.start : block.end])


# Texts repeat their addresses, and these patterns are slow.


@lru_cache(_MAX_ADDRESSES)
def _is_no_source(address: str) -> bool:
    return _NO_SOURCE.match(address) is not None


@lru_cache(_MAX_ADDRESSES)
def _is_profile(address: str) -> bool:
    return _PROFILE.match(address) is not None


@lru_cache(_MAX_ADDRESSES)
def _is_own_page(address: str) -> bool:
    return _OWN_PAGES.match(address) is not None


@lru_cache(_MAX_ADDRESSES)
def _is_paid_or_to_sign_up(address: str) -> bool:
    domain = site_domain(address)
    return domain in _BROKERS or domain.partition(".")[2] in _BROKERS or _SIGN_UP_PAGE.match(address) is not None


@lru_cache(_MAX_ADDRESSES)
def _is_in_shop(address: str) -> bool:
    return _SHOP.match(address) is not None


def _is_credit_or_bio(line: str) -> bool:
    """Whether a block of a page is the credit of a picture, or a note that asks to follow someone."""
    if len(line) <= _MAX_CREDIT_LENGTH and _CREDIT.match(line):
        return True
    may_ask = len(line) <= _MAX_FOLLOW_LENGTH and any(word in line for word in _FOLLOW_WORDS)
    return may_ask and _FOLLOW.search(line) is not None


def _first_sentence_start(article: Article, noise: Ranges) -> int:
    """Return the start of the first block that reads like prose or is a list item, or 0."""
    for block in article.blocks:
        is_text = block.kind not in _KINDS_WITHOUT_TEXT and not noise.contains(block.start)
        if is_text and (block.kind is not BlockKind.PARAGRAPH or is_sentence(article.text[block.start : block.end])):
            return block.start
    return 0


def _link_reference(label: str, words: str, address: str) -> Reference:
    address = without_tracking(address)
    text = address if "." in words and words.casefold() in address.casefold() else f"{words}. {address}"
    return Reference(label, label, text, doi=find_doi(address), url=address)


def _link_runs(text: str, links: Sequence[Style], hidden: Sequence[Span]) -> Iterator[list[Style]]:
    """Yield the links in runs with nothing but signs between them."""
    run: list[Style] = []
    for link in links:
        if run and not _are_joined(text, run[-1].end, link.start, hidden):
            yield run
            run = []
        run.append(link)
    if run:
        yield run


def _are_joined(text: str, start: int, end: int, hidden: Sequence[Span]) -> bool:
    """Whether nothing but signs and hidden ranges, and not much of these, is between two links."""
    if end - start > _MAX_GAP:
        return False
    for span in within(hidden, start, end):
        if start < span.start and not _LINK_SEPARATORS.fullmatch(text, start, span.start):
            return False
        start = max(start, span.end)
    return start >= end or _LINK_SEPARATORS.fullmatch(text, start, end) is not None


def _trailing_links(
    article: Article, links: Sequence[Style], hidden: Sequence[Span], noise: Ranges
) -> list[tuple[Block, Style]]:
    """Return the last blocks of an article that are one link each, with their links, if the text links to most of them."""
    trailing: list[tuple[Block, Style]] = []
    skipped = 0
    for block in reversed(article.blocks):
        is_near = links[0].start < block.end and block.start <= links[-1].start
        own = within(links, block.start, block.end) if is_near else links[:0]
        is_entry = len(own) == 1 and block.kind is not BlockKind.HEADING and _is_all_link(article.text, block, own[0], hidden)
        if is_entry:
            trailing.append((block, own[0]))
        elif trailing or skipped >= _MAX_BLOCKS_AFTER_LINKS:
            break
        else:
            skipped += not noise.contains(block.start)
    if len(trailing) < _MIN_TRAILING_LINKS:
        return []
    start = trailing[-1][0].start
    cited = {page_address(link.target) for link in links if link.start < start}
    pages = {page_address(link.target): (block, link) for block, link in trailing}
    is_list = sum(page in cited for page in pages) * 2 > len(pages)
    return sorted(pages.values(), key=lambda entry: entry[0].start) if is_list else []


def _is_all_link(text: str, block: Block, link: Style, hidden: Sequence[Span]) -> bool:
    """Whether a block has few words besides a link, such as the name of the site."""
    rest = f"{one_line(text, block.start, link.start, hidden)} {one_line(text, link.end, block.end, hidden)}"
    return len(rest.split()) <= _MAX_WORDS_BESIDE_LINK and not _SENTENCE_END.search(rest.rstrip())


def _stands_apart(text: str, blocks: Sequence[Block], run: Sequence[Style]) -> bool:
    """Whether links stand between two sentences of a block, and are none themselves."""
    before = text[max(0, run[0].start - _MAX_SIGNS) : run[0].start].rstrip("[<(").rstrip()
    return (
        _SENTENCE_END.search(before) is not None
        and _NEXT_SENTENCE.match(text, run[-1].end) is not None
        and not _SENTENCE_END.search(text[run[-1].start : run[-1].end])
        and text[blocks[block_at(blocks, run[0].start)].start : run[0].start].strip("[<(*_->+ ") != ""
    )


def _citation_kinds(text: str, run: Sequence[Style], *, is_marker: bool) -> Iterator[tuple[Style, str]]:
    """Yield the links of a run with their kinds: "link" for a mere marker, else "words".

    Markers are numbers, addresses, words in parentheses, and the names of sites between two sentences. `is_marker`: the text
    has all its links between sentences.
    """
    before = text[max(0, run[0].start - _MAX_SIGNS) : run[0].start].rstrip("[<").rstrip()
    is_apart = is_marker or (
        _SENTENCE_END.search(before) is not None
        and _NEXT_SENTENCE.match(text, run[-1].end) is not None
        and all(_names_site(text[link.start : link.end], link.target) for link in run)
    )
    for link in run:
        words = text[link.start : link.end]
        in_parentheses = text.endswith(("(", "([", "(<"), 0, link.start)
        is_marker = is_apart or in_parentheses or "://" in words or _is_number(words)
        yield link, "link" if is_marker else "words"


def _names_site(words: str, address: str) -> bool:
    """Whether the words of a link are the name of its site, as in "Gazette" or "gazette.example +2", or call it a source."""
    name = _MORE_SOURCES.sub("", words.rpartition("‡")[2]).casefold()
    if "." in name:
        return name in address.casefold()
    host = _HOST.match(address)
    is_page = host is not None and len(address) > host.end() + 1  # a link to the site itself is about it
    name = "".join(filter(str.isalnum, name))
    return name in _SOURCE_WORDS or (is_page and host is not None and name in host[1].casefold().replace("-", "").split("."))


def _merge_overlapping(citations: Sequence[Citation]) -> list[Citation]:
    """Return the citations in order, without those that begin inside another."""
    disjoint: list[Citation] = []
    for citation in sorted(citations, key=lambda citation: (citation.start, -citation.end)):
        if not disjoint or citation.start >= disjoint[-1].end:
            disjoint.append(citation)
    return disjoint


# ------------------------------------------------------------------ Lines and sites

_SENTENCE_END: Final = lazy_pattern(r"[.!?…:。！？][\"'”’»)\]]*$")
_NEXT_SENTENCE: Final = lazy_pattern(
    r"(?:\]\([^\s()]*\)|\]\[[^\]\n]*\])?(?:\[\]\([^()\n]{0,400}\))?(?:\s*$|\s*\n|\s+[\"“„«(]?[^\W\da-zß-öø-ÿ])"
)
"""Match what follows a link at the end of a sentence, in Markdown or elsewhere: the end, a new line or a capital."""
_HOST: Final = lazy_pattern(r"\s*(?:https?:)?//(?:www\.)?([^/?#\s:]+)", re.IGNORECASE)
_WIDE_CHARACTER: Final = lazy_pattern(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WIDE_CHARACTER_LETTERS: Final = 3
"""The number of letters that correspond to one Chinese, Japanese or Korean character."""
_MIN_PROSE_LENGTH: Final = 120
MIN_SENTENCE_LENGTH: Final = 40
"""The least width of a line that can read like prose."""
_MAX_SUFFIX_LENGTH: Final = 3


def is_sentence(text: str, size: int | None = None) -> bool:
    """Whether a line reads like prose: it is long, or it ends like a sentence and is not short. `size` is its width."""
    size = width(text) if size is None else size
    return size >= _MIN_PROSE_LENGTH or (size >= MIN_SENTENCE_LENGTH and ends_sentence(text))


def ends_sentence(text: str) -> bool:
    """Whether a line ends like a sentence."""
    return _SENTENCE_END.search(text) is not None


def width(text: str) -> int:
    """Return the length of a text, with each Chinese, Japanese or Korean character counted as several letters."""
    if text.isascii():
        return len(text)
    return len(text) + extra_width(characters_beyond_ascii(text))


def extra_width(text: str) -> int:
    """Return how many letters more than characters a text counts as. This is slow for long texts in ASCII."""
    return (_WIDE_CHARACTER_LETTERS - 1) * len(_WIDE_CHARACTER.findall(text))


@lru_cache(_MAX_ADDRESSES)
def site_domain(address: str) -> str:
    """Return the domain of a site, or "" for a relative link.

    "https://sport.gazette.example/a" gives "gazette.example", and "www.a.co.uk" gives "a.co.uk".
    """
    host = _HOST.match(address) if "//" in address else None
    labels = host[1].casefold().split(".") if host is not None else []
    count = 3 if len(labels) > 2 and len(labels[-2]) <= _MAX_SUFFIX_LENGTH else 2
    return ".".join(labels[-count:])
