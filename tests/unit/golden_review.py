"""One reviewed article with everything that can be said of one, the same in every run: what the golden files show."""

from functools import cache

from reader.article.article import Article
from reader.article.audit.audit import audit_findings
from reader.article.audit.finding import FUTURE_YEAR
from reader.article.reference_identity import reference_identity
from reader.exchange import ExportOptions, Report, build_report
from reader.review.description import SourceDescription
from reader.review.health import (
    BEFORE_ARTICLE,
    BY_DOI,
    DIFFERS,
    RETRACTION,
    FieldDifference,
    RecordCheck,
    RetractionNotice,
)
from reader.review.index import ReviewItems
from reader.review.model import (
    Annotation,
    Attachment,
    ClaimLink,
    Dismissal,
    Evidence,
    Judgement,
    Selector,
    Source,
    SourceText,
    Tag,
)
from reader.review.scale import ADD_SOURCE, DROP_CLAIM, FIX_WORDING, LEAVE_AS_IS, UNAVAILABLE
from reader.review.selector import make_selector
from reader.review.session import ReviewSession
from reader.review.vocabulary import ABSTRACT, CLAIM, LATER, NOT_CLAIM, OWN_RECORD
from tests.unit.review_strategies import TEXT, article, where

AT = "2026-01-15T10:00:00.000Z"


NEVER_CITED = "[4] Rask, O. (2031). Plans of the *pier*. https://rask.example/plans\n"
MANY_SCRIPTS = (
    "Pilots call the old harbour “⛴\ufe0f נמל ישן”, and 300 of them asked in Ma\u0308rz for its repair [1][2]. "
    "The list ends there.\n\n"
)
"""A paragraph with an emoji of two code points, words from right to left and a letter with a combining mark."""
HOSTILE_NOTE = "=SUM(A1) <script>alert(1)</script> ]]> {0} %s [[x]] \x00 end"
SOURCE = "/home/ana/articles/ferry.txt"
"""A path with the name of an account, which is also the creator's: neither may leave with an export."""
OPTIONS = ExportOptions(address="https://desk.example/checks/ferry")
"""The choices that some formats ask for."""
SOURCES = (
    Source(
        "source-1",
        texts=(
            SourceText(
                "c" * 64,
                title="Interview with Kai *Holm*",
                origin=OWN_RECORD,
                extent="record",
                by="ana",
                description=SourceDescription("interview", "Kai *Holm*", "3 May 2024", "/home/ana/tapes/tape [4].m4a"),
            ),
        ),
        current="c" * 64,
    ),
    Source(
        "source-2",
        texts=(
            SourceText("1" * 64, title="Counting, a draft", origin="/texts/draft.txt"),
            SourceText(
                "0" * 64,
                title="Counting at the *gate*",
                origin="https://archive.example/20240301/https://port.example/gate",
                requested="https://port.example/gate",
                archived_at="2024-03-01T10:20:30Z",
            ),
        ),
        current="0" * 64,
    ),
    Source("source-4", texts=(SourceText("4" * 64, title="Plans", extent=ABSTRACT),), current="4" * 64),
)
"""What is behind the first, the second and the fourth reference: the second had another text before, the first is described."""
NOTICE = RetractionNotice(
    RETRACTION, "2025-03-04", BEFORE_ARTICLE, "10.5555/n.1", title="Counting at the *gate*", reasons=("=Error in <b>data</b>",)
)
RECORD = RecordCheck(
    DIFFERS,
    "Crossref",
    "2026-01-10",
    "10.5555/plans",
    BY_DOI,
    "Plans of the =pier",
    ("Rask, O.",),
    "2030",
    "https://registry.example/10.5555/plans",
    (FieldDifference("year", "2031", "2030"),),
)
"""What others have recorded about the same two."""
SAID = Evidence("c" * 64, Selector("“Forty-one thousand, =more or less*”, he said.", start=3, end=49))
"""What was said in the described source."""


def annotation(read: Article, number: int, quote: str, kind: str = CLAIM, **said: object) -> Annotation:
    """Return an annotation on the first place of a quote; on none, when the article lacks it."""
    selector = (
        make_selector(read.text, where(read, quote)) if quote in read.text else Selector(quote, "before ", " after", 7, 20)
    )
    return Annotation(
        id=f"01900000-0000-7000-8000-{number:012d}",
        article="the-article",
        edition=read.digest,
        selector=selector,
        kind=kind,
        created_at=f"2026-01-15T09:0{number}:00.000Z",
        updated_at=f"2026-01-15T09:3{number}:00.000Z",
        creator="ana",
        **said,  # pyright: ignore[reportArgumentType]  # the fields of Annotation, by name
    )


def review_everything() -> ReviewSession:
    """Return the review: judged, open, uncited and lost claims, what is no claim, what is for later. The file has CRLF."""
    body, heading, references = TEXT.partition("References\n")
    text = f"{body}{MANY_SCRIPTS}{heading}{references}{NEVER_CITED}"
    read = article(text.replace("\n", "\r\n"), SOURCE)
    evidence = (
        Evidence("0" * 64, Selector("We counted <b>20,500</b> tickets\nat the gate.", start=210, end=255)),
        Evidence("1" * 64, Selector("=20,500 it was", start=7, end=21)),
        Evidence("f" * 64, Selector("kept on a device that is not here")),
    )
    wrong = ("wrong-number", "out-of-context")
    stamp = "2026-01-15T09:40:00.000Z"
    given = Judgement("2", "contradicts", evidence, "counts tickets, *not* heads", "ana", stamp, problems=wrong)
    links = {
        "4": ClaimLink(True, "the [plan] names it", "ana", stamp),
        "1": ClaimLink(False, "=a figure of *April*", "ana", stamp),
    }
    annotations = [
        annotation(
            read,
            1,
            "The island's ferry carried 41,000 people in May, the operator says [1]",
            tags=("numbers/passengers", "c++"),
            note="=SUM(A1) of the months?\n\n- ask the *operator*\n    [link](javascript:alert(1))",
            judgements=(Judgement("1", "partly-supports", (SAID,), by="ana", at="2026-01-15T09:39:00.000Z"),),
            decision=LEAVE_AS_IS,
        ),
        annotation(
            read,
            2,
            "“Nobody believed it,” says Ana Ko\u0301va\u0301cs",
            judgements=(given, Judgement("4", "", problems=("dead-link",))),
            tags=("numbers",),
            links=links,
            decision=FIX_WORDING,
            fix="=“Few <i>believed</i> it”\nsays Ana Kovács",
        ),
        annotation(read, 3, "passengers twice 🚢", LATER, note="which ones?"),
        annotation(read, 4, "A sign on the pier reads [b]NO [/b]<script>alert(1)</script> SWIMMING.", NOT_CLAIM),
        annotation(read, 5, "The café next to it opened in spring.", decision=ADD_SOURCE),
        annotation(
            read,
            6,
            "Its owner pays *no* rent_at_all, and =SUM(A1:A9) is what the invoice says [3]",
            judgements=(Judgement("3", UNAVAILABLE, by="ben", at="2026-01-15T09:41:00.000Z"),),
        ),
        annotation(
            read, 7, "The bridge\nwas | closed.", judgements=(Judgement("9", "overstated", by="ben"),), decision=DROP_CLAIM
        ),
        annotation(
            read,
            8,
            MANY_SCRIPTS[: MANY_SCRIPTS.index(" The list")],
            judgements=(
                Judgement("1", "supports", by="ana", at="2026-01-15T09:42:00.000Z"),
                Judgement("2", "overstated", (), "300 is the *whole* port", "ben", "2026-01-15T09:43:00.000Z"),
            ),
        ),
        annotation(
            read, 9, "נמל ישן”, and 300 of them asked in Ma\u0308rz for its repair [1][2]. The list", LATER, note=HOSTILE_NOTE
        ),
    ]
    session = ReviewSession(
        read,
        "the-article",
        ReviewItems(annotations, [Tag("t1", "numbers")], (), (_dismissed(read),), _attached(read), SOURCES),
        creator="ana",
    )
    session.health.set_notices({"2": (NOTICE,)})
    session.health.set_records({"4": RECORD})
    return session


def _attached(read: Article) -> list[Attachment]:
    return [Attachment(reference_identity(read.reference_by_id[reference]), f"source-{reference}") for reference in "124"]


def _dismissed(read: Article) -> Dismissal:
    (found,) = (f for f in audit_findings(read, year=2026) if f.kind == FUTURE_YEAR)
    return Dismissal(found.key, found.kind, found.text, "in print, says *Rask*", "ben", "2026-01-15T09:45:00.000Z")


@cache
def report() -> Report:
    """Return the report of the review. It never changes, so that all tests can have the same one."""
    session = review_everything()
    return build_report(session, AT)
