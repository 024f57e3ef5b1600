"""What may leave with an export: the same names for the same people everywhere, no path, no account, no mail address."""

import re
import uuid
from dataclasses import replace

import pytest

from reader.article.model import About
from reader.exchange import ExportOptions
from reader.exchange.identity import (
    People,
    article_iri,
    disclose,
    public_address,
    public_description,
    public_origin,
    stable_iri,
)
from reader.review.description import SourceDescription
from reader.review.model import ClaimLink, DecidedPlace, Source, Tag
from tests.unit.golden_review import SOURCE, report
from tests.unit.review_strategies import article

ASIS = ExportOptions(with_paths=True)


def test_a_disclosed_report_holds_no_path_and_no_account_and_everything_else() -> None:
    made = report()
    item = made.items[0]
    later = replace(
        item.annotation,
        places={"0" * 64: DecidedPlace(1, 2, by="ana", extra={"x": SOURCE})},
        links={"1": ClaimLink(False, "", "ana")},
        conflicts={"note": ({"by": "ana"},)},
        extra={"new": SOURCE},
    )
    failed = Source("s", failed_address=SOURCE, failure=f"{SOURCE} is a folder")
    made = replace(
        made,
        items=(replace(item, annotation=later), *made.items[1:]),
        references=(replace(made.references[0], source=failed), *made.references[1:]),
    )
    (public,) = disclose([made], ExportOptions())
    shown = repr(public)
    assert not re.search(r"/home|ferry\.txt|/texts|\bana\b|'ben'", shown)
    assert "https://port.example/gate" in shown
    assert public.article.source == f"urn:sha256:{made.article.digest}"
    assert public.article.digest == made.article.digest
    assert [i.annotation.creator for i in public.items] == ["Reviewer 1"] * len(made.items)
    assert {row.dismissal.by for row in public.dismissed_findings if row.dismissal} == {"Reviewer 2"}
    assert [i.selector for i in public.items] == [i.selector for i in made.items]
    assert list(disclose([made], ASIS)) == [made]
    assert list(disclose([public], ExportOptions())) == [public]


@pytest.mark.parametrize(
    ("kept", "leaves"),
    [
        ("/home/ana lind/tapes/tape 4.m4a", "tape 4.m4a"),
        ("tape 4 (/home/ana/4.m4a)", "tape 4 (4.m4a)"),
        ("tape 4: C:\\Users\\Ana Lind\\4.m4a", "tape 4: 4.m4a"),
        ("on \\\\nas\\ana\\4.m4a", "on 4.m4a"),
        ("see ~ana/4.m4a", "see 4.m4a"),
        ("smb://nas/ana/4.m4a", "4.m4a"),
        ("FILE:///home/ana/4.m4a", "4.m4a"),
        ("/home/ana\n/home/ben/4.m4a", "4.m4a"),
        *((same, same) for same in ("QA/76/L5", "Box 3 / folder 4", "~5 min in, box 3/4", "https://tapes.example/a/4")),
    ],
)
def test_of_where_a_source_is_kept_no_folder_leaves(kept: str, leaves: str) -> None:
    assert public_description(SourceDescription("recording", kept=kept)).kept == leaves


def test_a_person_has_one_name_in_all_reports_of_an_export() -> None:
    made = report()
    chosen = replace(made, public_names=frozenset({"ben", "ana@paper.example"}))
    mailed = replace(made.items[0], annotation=replace(made.items[0].annotation, creator="ana@paper.example"))
    first, second = disclose([chosen, replace(chosen, items=(mailed, *made.items))], ExportOptions())
    names = [{i.annotation.creator for i in made.items} for made in (first, second)]
    assert names == [{"Reviewer 1"}, {"Reviewer 1", "Reviewer 3"}]
    assert {row.dismissal.by for row in second.dismissed_findings if row.dismissal} == {"ben"}


def test_who_made_a_tag_gets_the_name_of_that_person() -> None:
    tag = Tag("t1", "doubt", creator="ana", conflicts={"definition": ("of /home/ana",)}, extra={"later": "ana"})
    (public,) = disclose([replace(report(), codebook=(tag,))], ExportOptions())
    (shown,) = public.codebook
    assert shown == Tag("t1", "doubt", creator=public.items[0].annotation.creator)


def test_no_two_people_get_one_name() -> None:
    people = People()
    people.add_report(replace(report(), public_names=frozenset({"Reviewer 2", "Reviewer 4"})))
    names = [people.name_of(person) for person in ("ana", "ben", "Reviewer 2", "cem", "dee")]
    assert len({*names}) == len(names)
    assert names[2] == "Reviewer 2"


def test_a_filter_leaves_people_their_names() -> None:
    made = report()
    by_ben = next(item for item in made.items if item.pairs and item.pairs[0].judgement and item.pairs[0].judgement.by == "ben")
    (filtered,) = disclose([replace(made, items=(by_ben,), unfiltered=made)], ExportOptions())
    (pair,) = filtered.items[0].pairs
    assert pair.judgement is not None
    assert pair.judgement.by == "Reviewer 2"
    assert filtered.unfiltered is not None
    assert filtered.unfiltered.items[0].annotation.creator == "Reviewer 1"


def test_an_address_with_an_account_in_it_is_not_public() -> None:
    assert public_origin("https://ana:secret@paper.example/a") == ""
    assert public_origin("https://paper.example/@desk") == "https://paper.example/@desk"
    assert public_origin("pasted text") == "pasted text"
    assert public_origin("/home/ana/a.txt") == public_origin("file:///home/ana/a.txt") == ""
    read = replace(article(source=SOURCE), about=About(address="https://ana@paper.example/a"))
    assert public_address(read) == ""
    assert article_iri(read) == f"urn:sha256:{read.digest}"


def test_an_id_is_the_uuid_of_its_name_whatever_the_name_holds() -> None:
    names = [str(number) for number in range(64)] + ["é", "claim\nreference"]
    space = uuid.UUID("6f5b7a52-6f0c-5c0e-9b58-3c6b1f0a7d11")
    assert [stable_iri(*name.split("\n")) for name in names] == [uuid.uuid5(space, name).urn for name in names]
    assert uuid.UUID(stable_iri("\ud800")) != uuid.UUID(stable_iri("\ud801"))
