"""Records: what is kept comes back, fields of a later version included, and plain JSON carries it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from reader.review import records
from reader.review.model import Annotation, Bookmark, Selector, Tag
from tests.unit.making import annotations, selectors, tags, texts, values


def through_json(record: dict[str, object]) -> dict[str, object]:
    return json.loads(json.dumps(record))


@given(annotations())
def test_an_annotation_comes_back_from_its_record(annotation: Annotation) -> None:
    record = through_json(records.annotation_to_record(annotation))
    assert records.annotation_from_record(record) == annotation
    assert records.annotation_to_record(records.annotation_from_record(record)) == record


@given(tags())
def test_a_tag_comes_back_from_its_record(tag: Tag) -> None:
    assert records.tag_from_record(through_json(records.tag_to_record(tag))) == tag


@given(selectors())
def test_a_selector_comes_back_from_its_record(selector: Selector) -> None:
    assert records.selector_from_record(through_json(records.selector_to_record(selector))) == selector


@given(st.dictionaries(texts, st.integers(0, 9999), max_size=5))
def test_bookmarks_come_back_from_their_record(places: dict[str, int]) -> None:
    bookmarks = tuple(Bookmark(name, start) for name, start in places.items())
    assert records.bookmarks_from_record(through_json(dict(records.bookmarks_to_record(bookmarks)))) == bookmarks


@given(st.dictionaries(st.sampled_from(["id", "selector", "tags", "judgements", "note", "kind"]), values))
def test_a_record_that_others_wrote_badly_is_read_all_the_same(record: dict[str, object]) -> None:
    records.annotation_from_record(record)
    records.tag_from_record(record)
    records.bookmarks_from_record(record)


@given(annotations())
def test_annotations_can_stand_in_sets(annotation: Annotation) -> None:
    assert len({annotation, records.annotation_from_record(records.annotation_to_record(annotation))}) == 1
