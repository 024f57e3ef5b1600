"""Turn the sources that the comments of a document give into references of the words that they are on.

A comment gives a source by an address, a DOI, the name of a file, an entry as reference lists have it, a title in quotes with
a year, or a line such as "Source: …"; a question about one gives none. Where the reference list has the work already, its
entry is cited. The words under the comment are the marker: each sentence with comments has a citation for each, on words that
no other citation has.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Final
from urllib.parse import unquote

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import COMMENTED, WORDED, Citation, Comment, Reference, entry_ranges
from reader.article.ranges import Ranges, Span, block_at, merge_ranges
from reader.article.reference_identity import reference_identity
from reader.article.reference_parser import (
    Fields,
    find_doi,
    find_dois,
    find_urls,
    parse_fields,
    reads_as_entry,
    reads_as_prose,
)
from reader.formats.budget import current_budget, with_notice
from reader.formats.linked_references import page_address, without_tracking
from reader.printable import plural

_MAX_SENTENCES: Final = 50
"""The most sentences of one comment that cite its source."""
_MAX_LINE_LENGTH: Final = 3000
_MAX_WORK_LENGTH: Final = 500
_LEAD: Final = lazy_pattern(
    r"(?:sources?|refs?|references?|quellen?|beleg|fuentes?|fonti?|fonte|fontes|bron|bronnen|kilde|källa|źródło|источник)"
    r" ?[:：] ?(?=\S)|(?:出典|来源|來源|資料來源|资料来源|المصدر) ?[:：] ?(?=\S)",
    re.IGNORECASE,
)
"""Match what a line begins with that says that the rest is a source. French has a blank before the colon."""
_NO_SOURCE: Final = lazy_pattern(
    r"(?:(?:still|is|are|please|to be|noch|bitte|encore|todavía) )*"
    r"(?:(?:missing|needed|required|unknown|unclear|none|n/?a|tbd|tba|tbc|tk|to (?:come|follow)|added|confirmed|checked|please"
    r"|(?:citation|source) (?:missing|needed)|no source|not (?:found|given|known|clear)"
    r"|fehlt(?: noch)?|unbekannt|unklar|folgt|keine|bitte(?: (?:ergänzen|prüfen|nennen|angeben))?|nachtragen"
    r"|manquante?|inconnue?|à (?:compléter|vérifier|préciser)|falta|desconocid[oa]|por confirmar|manca|mancante|da verificare"
    r"|onbekend|ontbreekt|нет|неизвест\w+)\W*$"
    r"|(?:(?:see|cf\.?|as|same as) )?(?:above|below|before|previous|ibid(?:em)?|idem)\W*$"
    r"|(?:siehe|vgl\.?|wie) (?:oben|unten)\W*$|s\. ?[ou]\.?\W*$|(?:voir|cf\.?) (?:ci-dessus|ci-dessous|supra|infra)\W*$"
    r"|(?:ask|check|add|find|insert|provide|verify|i|we|you|this is|(?:un)?clear|frag(?:e|t)?|prüfen?|ergänzen?) [^\d]*$)|\W*$",
    re.IGNORECASE,
)
"""Match what follows "Source:" where a line says that there is none yet, asks somebody for it, or points to another place."""
_QUESTION: Final = ("?", "？", "؟")
_SENTENCE_GAP: Final = lazy_pattern(r"(?<=[.!?؟])\s+|(?<=[？！。])")
_QUOTED_WORK: Final = lazy_pattern(
    r"[“\"„«]\s?(?P<title>[^“”\"„«»\s]+ [^“”\"„«»]{2,300}?)[,.]?\s?[”\"“»]\s?[,.(—–-]"
    r"[^“”\"„«»]{0,160}?(?<![\w–-])(?:1[5-9]|20)\d\d\b"
)
"""Match a title of several words in quotes at the beginning of a line, a sign, and a year."""
_ORGANISATION_ENTRY: Final = lazy_pattern(r"[^\W\d_a-z][^.,:()\d]{1,80} \((?:1[5-9]|20)\d\d[a-z]?\)[.,:] ?[^\W\d_]")
"""Match the beginning of an entry such as "Water Office (2021): Report"."""
_SHORT_FORM: Final = lazy_pattern(
    r"(?P<name>[^\W\d_][\w'’ -]{1,60}?)(?: et al\.?| (?:and|und|et|y|&) [^\W\d_][\w'’-]{0,60})?"
    r",? \(?(?P<year>(?:1[5-9]|20)\d\d)\)?"
    r"(?:[,:] ?(?:(?:pp?|S|pág|str)\. ?)?\d{1,5}(?:[–-]\d{1,5})?)?\.?$"
)
"""Match a source that names an entry as texts do: "Berg 2023, p. 4"."""
_YEAR: Final = lazy_pattern(r"(?<![\w/–-])(?:1[5-9]|20)\d\d(?![\w/–-])")
_FILE_SUFFIXES: Final = (
    frozenset({"pdf", "doc", "docx", "odt", "rtf", "txt", "md", "csv", "tsv", "xls", "xlsx", "ods", "ppt", "pptx", "odp"})
    | {"epub", "html", "htm", "eml", "msg", "zip", "jpg", "jpeg", "png", "tif", "tiff", "heic"}
    | {"mp3", "m4a", "wav", "ogg", "mp4", "mov"}
)
_PATH: Final = lazy_pattern(
    r"(?<![^\s(\[<“„«\"'])(?:file:[\\/]*|[a-z]:[\\/]|\\\\|~?/)(?=\S)[^“”\"<>|:\t]{0,300}?"
    rf"\.(?:{'|'.join(sorted(_FILE_SUFFIXES))})(?![\w/\\])",
    re.IGNORECASE,
)
"""Match a whole path with its file, which may have blanks in it."""
_CLOSING_SIGNS: Final = ")]”»\"'!"
_EDGE_SIGNS: Final = "()[]<>{}“”„«»\"'’,;:!?."
_WORD_CHARACTER: Final = lazy_pattern(r"[^\W_]")


def with_comment_sources(article: Article) -> Article:
    """Return the article with the sources of its comments as references that the words under the comments cite.

    A comment on an entry of the reference list is about that entry, and gives no source for the text. Works beyond the limit of
    the import are no references, which a notice at the end of the text says.
    """
    entries = Ranges(merge_ranges(entry_ranges(article.references)))
    most = current_budget().limits.comment_sources
    shelf = _Shelf(article.references, most)
    comments: list[Comment] = []
    for comment in article.comments:
        is_about_entry = entries.contains(comment.start)
        sources = () if is_about_entry else (source for message in comment.messages for source in _sources_in(message.text))
        ids = tuple(dict.fromkeys(name for source in sources if (name := shelf.add(source))))
        comments.append(comment._replace(references=ids))
    if not any(comment.references for comment in comments):
        return article
    placed = _Placement(article)
    for comment in sorted(comments, key=lambda comment: comment.end - comment.start):
        if comment.references:
            placed.cite(comment)
    references = sorted((*article.references, *shelf.added), key=lambda reference: reference.start)
    article = replace(
        article, references=tuple(references), citations=tuple(placed.citations), comments=tuple(sorted(comments))
    )
    if not shelf.left_out:
        return article
    return with_notice(
        article, f"{plural(shelf.left_out, 'source')} in comments, beyond the first {most:,}, did not become references."
    )


# ------------------------------------------------------------------ Sources


class _Shelf:
    """The references of an article by what identifies their works, and those that comments add to them: `most` at most."""

    def __init__(self, references: Sequence[Reference], most: int) -> None:
        self.added: list[Reference] = []
        self.left_out = 0
        self._most = most
        self._ids: dict[str, str] = {}
        self._short_forms: dict[tuple[str, str], str] = {}
        self._used = {reference.id for reference in references}
        for reference in references:
            if not reference.remark:
                for key in _keys_of(reference):
                    self._ids.setdefault(key, reference.id)
                if reference.authors and reference.year:
                    form = (reference.authors[0].split(",")[0].casefold(), reference.year)
                    self._short_forms[form] = "" if form in self._short_forms else reference.id

    def add(self, source: Reference) -> str:
        """Return the id of the reference to a work, which is added if there is none yet; "" if there are too many."""
        keys = _keys_of(source)
        name = next((self._ids[key] for key in keys if key in self._ids), "") or self._find_short_form(source)
        if not name and len(self.added) >= self._most:
            self.left_out += 1
        elif not name:
            # Not the number: a comment that is added or removed leaves the text, and so its edition, as it was.
            name = f"comment-{reference_identity(source)}"
            while name in self._used:
                name = f"{name}~"
            self._used.add(name)
            self.added.append(source._replace(id=name, label=f"comment {len(self.added) + 1}"))
        if name:
            for key in keys:
                self._ids.setdefault(key, name)
        return name

    def _find_short_form(self, source: Reference) -> str:
        """Return the id of the only entry of the list with the author and the year that a source consists of, or ""."""
        match = None if source.doi or source.url else _SHORT_FORM.match(source.text)
        return self._short_forms.get((match["name"].casefold(), match["year"]), "") if match else ""


def _keys_of(reference: Reference) -> list[str]:
    """Return what identifies the work of a reference, the surest first."""
    keys = [f"doi {reference.doi.casefold()}"] if reference.doi else []
    keys += [f"page {page_address(reference.url)}"] if reference.url else []
    return keys or [f"text {' '.join(reference.text.casefold().split())}"]


def _sources_in(text: str) -> Iterator[Reference]:
    """Yield the sources that a message gives, with the fields that it says of them. They have no ids and labels yet."""
    for line in text.split("\n"):
        line = " ".join(line[:_MAX_LINE_LENGTH].split())
        stated = _without_questions(line)
        addresses = list(dict.fromkeys(style.target for style in sorted(find_urls(stated))))
        dois = find_dois(stated)
        if len(addresses) > 1 or len(dois) > 1:
            for address in addresses:
                yield Reference("", "", address, doi=find_doi(address), url=without_tracking(address))
            inside = set(map(find_doi, addresses))
            yield from (Reference("", "", doi, doi=doi) for doi in dois if doi not in inside)
        elif addresses or dois:
            address = next(iter(addresses), "")
            fields = _fields_of(line)
            yield Reference("", "", line, -1, -1, *fields[:3], find_doi(stated), without_tracking(address))
        elif files := _files_in(stated):
            texts = [_shorten_paths(line)] if len(files) == 1 else files
            yield from (Reference("", "", text, title=file) for text, file in zip(texts, files, strict=True))
        elif _names_work(line):
            fields = _fields_of(line)
            yield Reference("", "", _without_lead(line), -1, -1, *fields[:3])


def _without_questions(line: str) -> str:
    """Return a line without its questions: what one asks about is no source of the text."""
    if not any(map(line.__contains__, _QUESTION)):
        return line
    return " ".join(part for part in _SENTENCE_GAP.split(line) if not part.rstrip(_CLOSING_SIGNS).endswith(_QUESTION))


def _fields_of(line: str) -> Fields:
    """Return authors, year and title of a line if it reads like an entry, else no fields: its words are no title."""
    bare = _without_lead(line)
    return parse_fields(bare) if _reads_as_work(bare) or (bare != line and _YEAR.search(bare)) else Fields()


def _without_lead(line: str) -> str:
    return _LEAD.sub("", line, count=1) if _LEAD.match(line) else line


def _names_work(line: str) -> bool:
    """Whether a line names a work: it says that it is a source, or reads like an entry of a reference list."""
    bare = _without_lead(line)
    if len(bare) > _MAX_WORK_LENGTH or bare.endswith(_QUESTION):
        return False
    return not _NO_SOURCE.match(bare) if bare != line else _reads_as_work(bare)


def _reads_as_work(line: str) -> bool:
    if len(line) > _MAX_WORK_LENGTH or reads_as_prose(line):
        return False
    if ((quoted := _QUOTED_WORK.match(line)) and not quoted["title"][0].islower()) or _ORGANISATION_ENTRY.match(line):
        return True
    if not reads_as_entry(line):
        return False
    fields = parse_fields(line)
    return bool(fields.authors and fields.title)


def _files_in(line: str) -> list[str]:
    """Return the names of the files that a line names, without their folders."""
    paths = [_last_part(match[0]) for match in _PATH.finditer(line)]
    words = _PATH.sub(" ", line).split()
    return list(dict.fromkeys((*paths, *filter(None, map(_file_name, words)))))


def _file_name(word: str) -> str:
    name = _last_part(word.strip(_EDGE_SIGNS))
    stem, _, suffix = name.rpartition(".")
    return name if suffix.casefold() in _FILE_SUFFIXES and _WORD_CHARACTER.search(stem) is not None else ""


def _last_part(path: str) -> str:
    name = re.split(r"[/\\]", path)[-1]
    return unquote(name) if path[:5].casefold() == "file:" else name


def _shorten_paths(line: str) -> str:
    """Return a line without the folders of the files in it: exports show no paths."""
    words = _PATH.sub(lambda match: _last_part(match[0]), line).split(" ")
    return " ".join(word.replace(word.strip(_EDGE_SIGNS), _file_name(word)) if _file_name(word) else word for word in words)


# ------------------------------------------------------------------ Citations


class _Placement:
    """The citations of an article while those of comments are added: sorted and disjoint."""

    def __init__(self, article: Article) -> None:
        self.citations = list(article.citations)
        self._article = article

    def cite(self, comment: Comment) -> None:
        """Make the words of a comment cite its references, once in each sentence that it is on."""
        for part, whole in self._parts_of(comment.span):
            place = self._free_part(part)
            own = self._find_overlaps(part)
            if place is None and (joined := next((n for n in own if self.citations[n].kind in WORDED), -1)) >= 0:
                self._join(joined, comment)
            elif place := place or self._free_part(whole):
                insort(self.citations, Citation(*place, comment.references, kind=COMMENTED), key=attrgetter("start"))
            elif own:
                self._join(own[0], comment)

    def _join(self, number: int, comment: Comment) -> None:
        citation = self.citations[number]
        references = dict.fromkeys((*citation.references, *comment.references))
        self.citations[number] = citation._replace(references=tuple(references))

    def _parts_of(self, span: Span) -> list[tuple[Span, Span]]:
        """Return what of a range is in each sentence, with the whole sentence; elsewhere what is in each block, twice."""
        blocks, sentences = self._article.blocks, self._article.sentences
        parts: list[tuple[Span, Span]] = []
        index = block_at(blocks, span.start)
        while 0 <= index < len(blocks) and blocks[index].start < span.end and len(parts) < _MAX_SENTENCES:
            own = sentences.in_block(index)
            first = bisect_right(own, span.start, key=attrgetter("end"))
            found = own[first : first + _MAX_SENTENCES]
            wholes = [one for one in found if one.start < span.end] or [blocks[index].span]
            parts += [(part, whole) for whole in wholes if (part := _intersection(span, whole)) is not None]
            index += 1
        return parts[:_MAX_SENTENCES]

    def _find_overlaps(self, span: Span) -> range:
        """Return the numbers of the citations that overlap a range."""
        first = bisect_right(self.citations, span.start, key=attrgetter("end"))
        return range(first, max(first, bisect_left(self.citations, span.end, key=attrgetter("start"))))

    def _free_part(self, span: Span) -> Span | None:
        """Return the first part of a range with letters or digits that no citation overlaps, without blanks around it."""
        at = span.start
        for number in (*self._find_overlaps(span), -1):
            end = span.end if number < 0 else self.citations[number].start
            words = self._article.text[at : max(at, end)]
            if _WORD_CHARACTER.search(words):
                start = at + len(words) - len(words.lstrip())
                return Span(start, at + len(words.rstrip()))
            at = max(at, self.citations[number].end if number >= 0 else at)
        return None


def _intersection(one: Span, other: Span) -> Span | None:
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Span(start, end) if start < end else None
