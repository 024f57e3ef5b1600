"""Plan what of a file comes into a review: places, kinds, verdicts, and what is there already. A plan changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property
from types import MappingProxyType
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import BlockKind
from reader.article.ranges import Span
from reader.article.reference_identity import plain_words
from reader.errors import ReaderError
from reader.exchange.identity import stable_iri
from reader.exchange.offsets import CodePointOffsets
from reader.formats import without_collection
from reader.formats.progress import report
from reader.imports import ReadFile
from reader.imports.annotation import (
    ImportedAnnotation,
    ImportedDocument,
    ImportedReference,
    ImportedVerdict,
    LeftOut,
    OffsetUnit,
)
from reader.imports.matches import ReferenceFinder, find_editions, find_quote_edition
from reader.imports.own_review import OTHER_ASIDE, OTHER_READING, ReviewPart, plan_parts, restore_annotation, restore_judgements
from reader.imports.shown_text import ShownText
from reader.imports.words import to_kind, to_verdict
from reader.printable import plural, shorten_words
from reader.review.declaration import EMPTY_MAPPING, join_texts
from reader.review.edits import trim_span
from reader.review.index import AnnotationIndex
from reader.review.model import Annotation, ClaimLink, Judgement, Selector, clean_tag_name, is_long_tag, now
from reader.review.pairs import claim_references
from reader.review.placement import PlacementIndex
from reader.review.scale import DECISIONS, PROBLEMS, UNAVAILABLE, decision_title, problem_title
from reader.review.selector import PhraseIndex, make_selector
from reader.review.session import ReviewSession
from reader.review.vocabulary import CLAIM, NOISE_KINDS, SENTENCE_CHANGED

_STEP: Final = 100
_SIGNS = lazy_pattern(r"[^\w\s]+|\n")
"""What parts the phrases of a note."""


class ImportPlan(NamedTuple):
    """What an import does.

    `annotations` come in; those in `unsure` need a look, those in `lost` have no place, nor have those in `ambiguous`, whose
    quotes the text has several times, those in `whole` are about all of it.
    `parts` are what else comes in of a review. `present` counts the annotations that are there already, `wordless` those
    without a quote, `blank` those without any word. `words` counts the labels and verdicts that became tags, by what became
    of them, `long_tags` the tags with names that are too long, which went into notes; `omissions` counts what is left out.
    """

    file: ReadFile
    annotations: tuple[Annotation, ...] = ()
    parts: tuple[ReviewPart, ...] = ()
    unsure: tuple[Annotation, ...] = ()
    lost: tuple[Annotation, ...] = ()
    ambiguous: tuple[Annotation, ...] = ()
    whole: tuple[Annotation, ...] = ()
    judged: int = 0
    present: int = 0
    wordless: int = 0
    blank: int = 0
    words: Mapping[str, int] = EMPTY_MAPPING
    long_tags: int = 0
    omissions: Mapping[LeftOut, int] = MappingProxyType({})

    @property
    def items(self) -> tuple[Annotation | ReviewPart, ...]:
        """All that comes in."""
        return (*self.annotations, *self.parts)


def plan_import(session: ReviewSession, file: ReadFile, kind: str = CLAIM) -> ImportPlan:
    """Return what comes into a review of a file. What names no kind gets this `kind`.

    Raises ReaderError if the file holds no annotation, or none that is about the article.
    """
    content = file.content
    if not (content.annotations or content.parts):
        raise _other_article_error(file, session.title)
    with without_collection():
        plan = _Planner(session, file, kind).plan()
    without_place = len(plan.lost) + len(plan.ambiguous)
    if plan.lost and without_place == len(plan.annotations) and not plan.present:
        raise ReaderError(
            f"{file.name} has {plural(without_place, 'quote')}, none of which has a place in “{session.title}”",
            "It is about another article, or another version of it. Nothing was imported",
        )
    return plan


def _other_article_error(file: ReadFile, title: str) -> ReaderError:
    content = file.content
    if not content.others:
        others = ", ".join(plural(number, what.one, what.several) for what, number in content.omissions.items())
        has = f"It has {others}, which cannot come in. " if others else ""
        return ReaderError(f"{file.name} holds no annotations of passages", f"{has}Nothing was imported")
    names = ", ".join(f"“{shorten_words(name)}”" for name in content.other_names)
    rest = content.other_documents - len(content.other_names)
    about = f"It is about {names}{f' and {rest:,} more' if rest else ''}. " if names else ""
    return ReaderError(f"Nothing in {file.name} is about “{title}”", f"{about}Nothing was imported")


class _Planner:
    """Turn the annotations of a file into those of one review."""

    def __init__(self, session: ReviewSession, file: ReadFile, kind: str) -> None:
        self._session = session
        self._index = session.index
        self._article = session.index.article
        self._file = file
        self._kind = kind
        self._at = now()
        self._references = ReferenceFinder(self._article)
        self._verdicts = frozenset((*(verdict.id for verdict in self._index.scale.verdicts), UNAVAILABLE))
        self._words = Counter[str]()
        self._omissions = Counter(file.content.omissions)
        documents = file.content.documents
        self._editions = find_editions(documents)
        shared = Counter(self._editions)
        pairs = zip(self._editions, documents, strict=True)
        texts = {edition: one.text for edition, one in pairs if one.text is not None and shared[edition] == 1}
        self._places = PlacementIndex(
            self._article.text, self._article.digest, lambda edition: texts.get(edition) or self._index.text_of(edition)
        )
        self._offsets = [_offsets_of(document, self._article.text) for document in documents]
        self._tag_name = cache(clean_tag_name)
        self._long_tags = 0
        self._is_part = cache(self._find_part)
        self._seen = Counter[str]()
        self._first: dict[str, ImportedAnnotation] = {}
        self._others: dict[str, dict[str, int]] = {}

    @cached_property
    def _shown_text(self) -> ShownText:
        return ShownText(self._article)

    @cached_property
    def _phrases(self) -> PhraseIndex:
        return PhraseIndex(" ".join(self._article.text.split()))

    @cached_property
    def _title_span(self) -> Span:
        """The range that a note on the whole article is kept on: its title, else its first heading or other block."""
        article, title = self._article, plain_words(self._article.title)
        blocks = [block for block in article.blocks if not article.is_noise(block.span)] or list(article.blocks)
        headings = [block for block in blocks if block.kind is BlockKind.HEADING]
        same = (block for block in blocks if title and plain_words(article.text[block.start : block.end]) == title)
        block = next(same, next(iter(headings), next(iter(blocks), None)))
        start, end = block.span if block is not None else (0, min(1, len(article.text)))
        for hidden in article.markup:
            start = hidden.end if hidden.start <= start < hidden.end < end else start
        return trim_span(article.text, Span(start, end))

    def _find_part(self, text: str) -> bool:
        return bool(self._phrases.find(" ".join(text.split())))

    def plan(self) -> ImportPlan:
        items = self._file.content.annotations
        present_names = set(_names_in(self._index))
        taken, whole = list[Annotation](), list[Annotation]()
        unsure, lost, ambiguous = list[Annotation](), list[Annotation](), list[Annotation]()
        present = wordless = blank = judged = 0
        words = Counter[str]()
        for number, item in enumerate(items):
            if number % _STEP == 0:
                report("annotation", number, len(items))
            if not (item.quote.strip() or item.is_about_whole):
                blank += not item.note.strip()
                wordless += bool(item.note.strip())
                continue
            if item.details is not None and not self._is_same_edition(item) and NOISE_KINDS.intersection(item.labels):
                self._omissions[OTHER_ASIDE] += 1
                continue
            key, is_first = self._key(item)
            if key in present_names or (is_first and item.id in present_names):
                present += 1
                continue
            words.clear()
            annotation, place = self._take(item, key, words)
            if place is not None and self._adds_nothing(annotation, place):
                present += 1
                continue
            present_names.add(key)
            if words:
                self._words.update(words)
            taken.append(annotation)
            judged += any(judgement.verdict for judgement in annotation.judgements)
            if item.is_about_whole:
                whole.append(annotation)
            elif place is None:
                (ambiguous if self._shown_text.has_several(item.quote) else lost).append(annotation)
            elif annotation.edition != self._article.digest and self._article.digest not in annotation.places:
                unsure.append(annotation)
        return ImportPlan(
            self._file,
            tuple(taken),
            plan_parts(self._index, self._file.content.parts, self._editions, self._omissions),
            tuple(unsure),
            tuple(lost),
            tuple(ambiguous),
            tuple(whole),
            judged=judged,
            present=present,
            wordless=wordless,
            blank=blank,
            words=self._words,
            long_tags=self._long_tags,
            omissions=+self._omissions,
        )

    def _is_same_edition(self, item: ImportedAnnotation) -> bool:
        return self._editions[item.document] == self._article.digest

    def _take(self, item: ImportedAnnotation, key: str, words: Counter[str]) -> tuple[Annotation, Span | None]:
        """Return an annotation as it comes in, and its place; `words` counts what becomes a tag."""
        annotation = self._make(item, key)
        if item.details is not None and self._is_same_edition(item):
            judgements = tuple(restore_judgements(item))
            if all(self._is_known(one) for one in judgements):
                annotation, place = restore_annotation(annotation, item, item.details, self._places)
                return replace(annotation, judgements=judgements), place
        if item.details is not None:
            self._omissions[OTHER_READING] += len(item.details.readings)
        annotation, place = self._place(item, annotation)
        return self._judge(annotation, item, place, words), place

    def _is_known(self, judgement: Judgement) -> bool:
        """Whether the verdict and the problems of a judgement are those of this scale."""
        return (not judgement.verdict or judgement.verdict in self._verdicts) and PROBLEMS.keys() >= {*judgement.problems}

    def _key(self, item: ImportedAnnotation) -> tuple[str, bool]:
        """Return the id that an annotation has here, and whether it is the first in its file with its foreign id.

        The id is the same in each import of the same thing into this article.
        """
        document = self._file.content.documents[item.document]
        number = 0
        if item.id and self._first.setdefault(item.id, item) != item:
            # Some files use an id twice, and nobody's note may be lost for that.
            others = self._others.setdefault(item.id, {})
            number = others.setdefault(repr(item), len(others) + 1)
        if item.id and not number and document.article and document.article == self._session.article_id:
            return item.id, True
        name = f"{item.id} {number}" if number else item.id
        if not name:
            said = "\n".join((item.quote, str(item.start), item.note, *item.labels, "", *item.tags, item.created))
            name = f"{said}\n{self._seen[said]}"
            self._seen[said] += 1
        iri = stable_iri("import", self._session.article_id, self._file.format.name, name)
        return iri.removeprefix("urn:uuid:"), not number and bool(item.id)

    def _make(self, item: ImportedAnnotation, key: str) -> Annotation:
        kind, tags = "", list(item.tags)
        for label in item.labels:
            if found := label if item.details is not None and label in NOISE_KINDS else to_kind(label):
                kind = kind or found
            elif not to_verdict(label, self._verdicts):
                tags.append(label)
                self._count_word(label, f"the label “{shorten_words(label)}”", self._words)
        if item.decision and item.decision not in DECISIONS:
            tags.append(f"decision/{item.decision}")
            self._count_word(item.decision, f"the decision “{shorten_words(item.decision)}”", self._words)
        creator = item.author or self._session.creator
        created = item.created or self._at
        names, note = self._names_and_note(tags, item)
        return Annotation(
            id=key,
            article=self._session.article_id,
            edition=self._edition_of(item),
            selector=self._selector(item),
            kind=kind or self._kind,
            tags=names,
            note=join_texts((item.note, note)),
            created_at=created,
            updated_at=item.updated or created,
            creator=creator,
            decision=item.decision if item.decision in DECISIONS else "",
            fix=item.fix,
            foreign_id=f"{self._file.format.name}:{item.id}" if item.id and item.id != key else "",
        )

    def _edition_of(self, item: ImportedAnnotation) -> str:
        """Return the edition that an annotation was made on: a quote that its document's text does not hold has its own."""
        edition, text = self._editions[item.document], self._file.content.documents[item.document].text
        return find_quote_edition(edition) if item.start < 0 and text is not None else edition

    def _selector(self, item: ImportedAnnotation) -> Selector:
        offsets = self._offsets[item.document]
        start = offsets.from_units(item.start) if offsets is not None and item.start >= 0 else item.start
        end = start + len(item.quote) if start >= 0 else -1
        return Selector(item.quote, item.prefix, item.suffix, start, end)

    def _place(self, item: ImportedAnnotation, annotation: Annotation) -> tuple[Annotation, Span | None]:
        """Return an annotation as one of this edition if its place is certain, else as it was made; and its place."""
        if item.is_about_whole:
            selector = make_selector(self._article.text, self._title_span)
            return replace(annotation, edition=self._article.digest, selector=selector), self._title_span
        placement = self._places.placement(annotation)
        place = placement.place
        if place is None or placement.check_reason:
            exact = self._shown_text.find(annotation.selector) if placement.check_reason != SENTENCE_CHANGED else None
            if exact is None:
                return annotation, place
            place = exact
        selector = make_selector(self._article.text, place)
        if annotation.edition == self._article.digest and annotation.selector == selector:
            return annotation, place
        return replace(annotation, edition=self._article.digest, selector=selector), place

    def _judge(self, annotation: Annotation, item: ImportedAnnotation, place: Span | None, words: Counter[str]) -> Annotation:
        """Return an annotation with the verdicts and links of a file; verdicts that cannot be given become tags."""
        if not (item.verdicts or item.links or item.labels):
            return annotation
        judgements, links, tags = dict[str, Judgement](), dict[str, ClaimLink](), list[str](annotation.tags)
        by, at, remarks = annotation.creator, annotation.created_at, list[str]()
        words_of_labels = (label for label in item.labels if not to_kind(label) and to_verdict(label, self._verdicts))
        for one in (*item.verdicts, *map(ImportedVerdict, words_of_labels)):
            verdict = to_verdict(one.word, self._verdicts)
            tags.extend(problem for problem in one.problems if problem not in PROBLEMS)
            reference = self._reference(item, one.reference, place)
            reason = self._why_not(annotation, one.word, verdict, reference, is_second=reference in judgements)
            if reason:
                if one.word:
                    tags.append(f"verdict/{one.word}")
                    self._count_word(one.word, f"the verdict “{shorten_words(one.word)}”, which {reason},", words)
                remarks.append(_remark_on(one))
                continue
            known = tuple(problem for problem in one.problems if problem in PROBLEMS)
            given = (one.by or by, one.at or at) if verdict else ("", "")
            judgement = Judgement(reference, verdict, one.evidence, one.note, *given, annotation.edition, known)
            judgements[reference] = judgement
        if remarks:
            annotation = replace(annotation, note="\n\n".join(filter(None, (annotation.note, *remarks))))
        for link in item.links:
            reference = self._reference(item, link.reference, None)
            is_decided = bool(link.by or link.at or link.reason or not link.rests)
            cited = claim_references(self._article, place) if place is not None and not is_decided else ()
            if reference and reference not in cited:
                links[reference] = ClaimLink(link.rests, link.reason, link.by or by, link.at or at)
        if not judgements and not links and len(tags) == len(annotation.tags):
            return annotation
        names, note = self._names_and_note(tags, item)
        note = join_texts((annotation.note, note))
        return replace(annotation, judgements=tuple(judgements.values()), links=links or EMPTY_MAPPING, tags=names, note=note)

    def _names_and_note(self, tags: Iterable[str], item: ImportedAnnotation) -> tuple[tuple[str, ...], str]:
        """Return the names of tags, and as a note those that are too long for one; a library keeps those that it has."""
        names = dict.fromkeys(name for name in map(self._tag_name, tags) if name)
        long = {name for name in names if is_long_tag(name)} if item.details is None else set[str]()
        self._long_tags += len(long)
        return tuple(name for name in names if name not in long), "\n".join(f"#{name}" for name in names if name in long)

    def _count_word(self, word: str, what: str, words: Counter[str]) -> None:
        """Count what becomes a tag for want of another place."""
        if not is_long_tag(self._tag_name(word)):
            words[what] += 1

    def _why_not(self, annotation: Annotation, word: str, verdict: str, reference: str, *, is_second: bool) -> str:
        """Return why a verdict cannot be given, "" if it can."""
        if word and not verdict:
            return "is not in your scale"
        if annotation.kind != CLAIM:
            return "is not about a claim"
        if not reference:
            return "names no single reference of the article"
        return "is a second one on its reference" if is_second else ""

    def _reference(self, item: ImportedAnnotation, work: ImportedReference, place: Span | None) -> str:
        """Return the id of the entry that a verdict is about: the one it names, else the only one that the claim cites."""
        document = self._file.content.documents[item.document]
        if any(work):
            same_edition = self._is_same_edition(item)
            if not any((same_edition, work.doi, work.address, work.title)) and work.label.strip("[]() ").isdecimal():
                # Another edition may have other works under the same numbers.
                same_edition = document.text is not None and self._is_part(document.text)
                if not same_edition:
                    return ""
            return self._references.find(work, same_edition=same_edition)
        cited = claim_references(self._article, place) if place is not None else ()
        return cited[0] if len(cited) == 1 else ""

    def _is_said(self, note: str, annotation: Annotation) -> bool:
        """Whether an annotation says a note as it is, or each of its phrases: the words between two signs, in their order."""
        if note in annotation.note:
            return True
        said = self._words_of(annotation)
        return all(f" {plain_words(phrase)} " in said for phrase in _SIGNS.split(note) if plain_words(phrase))

    def _words_of(self, annotation: Annotation) -> str:
        """Return the words that exports make of an annotation: formats without fields for them have them in a note."""
        said = [annotation.note, annotation.fix, decision_title(annotation.decision), *annotation.tags, "open"]
        for judgement in annotation.judgements:
            verdict = self._index.scale.by_id(judgement.verdict)
            said += (verdict.label, judgement.note, *map(problem_title, judgement.problems))
            said += (self._article.label_of(judgement.reference), *(one.selector.exact for one in judgement.evidence))
        return f" {plain_words(' '.join(said))} "

    def _adds_nothing(self, annotation: Annotation, place: Span) -> bool:
        """Whether an annotation on the same passage says all that this one does."""
        return any(
            self._index.place(other) == place
            and other.kind == annotation.kind
            and {*annotation.tags} <= {*other.tags}
            and self._is_said(annotation.note, other)
            and annotation.fix in other.fix
            and annotation.decision in ("", other.decision)
            and all(_says_all(other.judgement_on(one.reference), one) for one in annotation.judgements)
            and annotation.links.keys() <= other.links.keys()
            for other in self._on(place, annotation.kind)
        )

    def _on(self, place: Span, kind: str) -> Iterable[Annotation]:
        if kind in NOISE_KINDS:
            return [mark for mark, span in self._index.noise_marks() if span == place]
        return self._index.annotations_on(place)


def _remark_on(verdict: ImportedVerdict) -> str:
    """Return as a remark what else was said with a verdict that cannot be given: its work, note, problems and quotes."""
    problems = (problem_title(problem) for problem in verdict.problems if problem in PROBLEMS)
    quotes = (f"“{one.selector.exact}”" for one in verdict.evidence)
    said = "\n\n".join(filter(None, (verdict.note, *problems, *quotes)))
    work = verdict.reference.title or verdict.reference.label or verdict.reference.address
    return f"{work}: {said}" if work and said else said


def _says_all(judgement: Judgement | None, new: Judgement) -> bool:
    return (
        judgement is not None
        and judgement.verdict == new.verdict
        and new.note in judgement.note
        and {*new.problems} <= {*judgement.problems}
        and all(evidence in judgement.evidence for evidence in new.evidence)
    )


def _offsets_of(document: ImportedDocument, text: str) -> CodePointOffsets | None:
    """Return what turns the offsets of a document into code points, None if they are. Without its text, that is `text`."""
    if document.unit == OffsetUnit.CODE_POINTS:
        return None
    return CodePointOffsets(text if document.text is None else document.text)


def _names_in(index: AnnotationIndex) -> Iterator[str]:
    """Yield the names under which the annotations of a review may come back: their ids, foreign ones, and those in exports."""
    annotations: Iterable[Annotation] = (*index.annotations(), *index.orphans(), *(mark for mark, _ in index.noise_marks()))
    for annotation in annotations:
        yield annotation.id
        iri = stable_iri("annotation", annotation.id)
        yield iri
        yield iri.removeprefix("urn:uuid:")
