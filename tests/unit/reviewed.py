"""One reviewed article with everything that can be said of one, the same in every run: what the golden files show."""

from reader.article.model import Article
from reader.exchange import Report, report_of
from reader.review.model import CLAIM, LATER, NOT_CLAIM, Annotation, Evidence, Judgement, Selector, Tag
from reader.review.scale import UNAVAILABLE
from reader.review.selecting import select
from reader.review.session import ReviewSession
from tests.unit.making import article, where

AT = "2026-01-15T10:00:00.000Z"


def annotation(read: Article, number: int, quote: str, kind: str = CLAIM, **said: object) -> Annotation:
    """Return an annotation on the first place of a quote; on none, when the article lacks it."""
    selector = select(read.text, where(read, quote)) if quote in read.text else Selector(quote, "before ", " after", 7, 20)
    return Annotation(
        id=f"01900000-0000-7000-8000-{number:012d}",
        article="the-article",
        edition=read.digest,
        selector=selector,
        kind=kind,
        created=f"2026-01-15T09:0{number}:00.000Z",
        updated=f"2026-01-15T09:3{number}:00.000Z",
        creator="ana",
        **said,  # pyright: ignore[reportArgumentType]  # the fields of Annotation, by name
    )


def reviewed() -> ReviewSession:
    """Return the review: judged, open, uncited and lost claims, what is no claim, what is for later."""
    read = article(source="articles/ferry.txt")
    evidence = Evidence("0" * 64, Selector("We counted <b>20,500</b> tickets\nat the gate."))
    given = Judgement("2", "contradicts", (evidence,), "counts tickets, *not* heads", "ana", "2026-01-15T09:40:00.000Z")
    annotations = [
        annotation(
            read,
            1,
            "The island's ferry carried 41,000 people in May, the operator says [1]",
            tags=("numbers/passengers", "c++"),
            note="=SUM(A1) of the months?\n\n- ask the *operator*\n    [link](javascript:alert(1))",
            judgements=(Judgement("1", "partly-supports", by="ana", at="2026-01-15T09:39:00.000Z"),),
        ),
        annotation(read, 2, "“Nobody believed it,” says Ana Ko\u0301va\u0301cs", judgements=(given,), tags=("numbers",)),
        annotation(read, 3, "passengers twice 🚢", LATER, note="which ones?"),
        annotation(read, 4, "A sign on the pier reads [b]NO [/b]<script>alert(1)</script> SWIMMING.", NOT_CLAIM),
        annotation(read, 5, "The café next to it opened in spring."),
        annotation(
            read,
            6,
            "Its owner pays *no* rent_at_all, and =SUM(A1:A9) is what the invoice says [3]",
            judgements=(Judgement("3", UNAVAILABLE, by="ben", at="2026-01-15T09:41:00.000Z"),),
        ),
        annotation(read, 7, "The bridge\nwas | closed.", judgements=(Judgement("9", "overstated", by="ben"),)),
    ]
    return ReviewSession(read, "the-article", annotations, [Tag("t1", "numbers")], creator="ana")


def report() -> Report:
    """Return the report of the review."""
    session = reviewed()
    return report_of(session.article, session, AT)
