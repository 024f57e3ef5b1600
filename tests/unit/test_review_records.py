"""Records: what is kept comes back, fields of a later version included, and plain JSON carries it."""

import json
import pickle
from copy import copy, deepcopy
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.review.codec import from_record, to_record
from reader.review.model import Annotation, Assignment, Attachment, Bookmark, Correction, Dismissal, Selector, Source, Tag
from reader.review.records import (
    RecordEntry,
    bookmarks_from_record,
    entries_from_record,
    entry_value,
    item_from_record,
    item_to_record,
)
from tests.unit.review_strategies import (
    annotations,
    assignments,
    attachments,
    corrections,
    dismissals,
    selectors,
    sources,
    tags,
    texts,
    values,
)


def through_json(record: dict[str, object]) -> dict[str, object]:
    return json.loads(json.dumps(record))


@given(annotations())
def test_an_annotation_comes_back_from_its_record(annotation: Annotation) -> None:
    record = through_json(to_record(annotation))
    assert from_record(Annotation, record) == annotation
    assert to_record(from_record(Annotation, record)) == record


@given(tags())
def test_a_tag_comes_back_from_its_record(tag: Tag) -> None:
    assert from_record(Tag, through_json(to_record(tag))) == tag


@given(selectors())
def test_a_selector_comes_back_from_its_record(selector: Selector) -> None:
    assert from_record(Selector, through_json(to_record(selector))) == selector


@given(sources())
def test_a_source_comes_back_from_its_record(source: Source) -> None:
    assert from_record(Source, through_json(to_record(source))) == source


@given(
    st.dictionaries(texts, st.integers(0, 99), max_size=2),
    st.lists(dismissals()),
    st.lists(attachments()),
    st.lists(corrections()),
    st.lists(assignments()),
)
@pytest.mark.slow
def test_the_entries_of_an_article_come_back_from_its_record(
    marks: dict[str, int],
    dismissed: list[Dismissal],
    attached: list[Attachment],
    corrected: list[Correction],
    assigned: list[Assignment],
) -> None:
    bookmarks = (Bookmark(name, start) for name, start in marks.items())
    entries: list[RecordEntry] = [*bookmarks, *dismissed, *attached, *corrected, *assigned]
    last = {(entry.STORED_IN, entry.key): entry for entry in entries}
    record: dict[str, object] = {}
    for (field, key), entry in last.items():
        for part, value in item_to_record(entry).items():
            record[part] = {**cast("dict[str, object]", record.get(part, {})), **cast("dict[str, object]", value)}
        assert cast("dict[str, object]", record[field])[key] == entry_value(entry)
        assert item_from_record(entry, through_json(item_to_record(entry))) == entry
    assert entries_from_record(through_json(record)) == last


@given(st.dictionaries(texts, st.integers(0, 9999), max_size=5))
def test_bookmarks_come_back_from_their_record(places: dict[str, int]) -> None:
    bookmarks = tuple(Bookmark(name, start) for name, start in places.items())
    assert bookmarks_from_record(through_json({"bookmarks": {**places}})) == bookmarks


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "id",
                "selector",
                "tags",
                "judgements",
                "note",
                "kind",
                "links",
                "texts",
                "names",
                "dismissed",
                "attached",
                "corrected",
            ]
        ),
        values,
    )
)
def test_a_record_that_others_wrote_badly_is_read_all_the_same(record: dict[str, object]) -> None:
    from_record(Annotation, record)
    from_record(Tag, record)
    bookmarks_from_record({"bookmarks": record})
    from_record(Source, record)
    entries_from_record(record)


@given(annotations())
def test_annotations_can_stand_in_sets(annotation: Annotation) -> None:
    assert len({annotation, from_record(Annotation, to_record(annotation))}) == 1


def test_a_value_is_copied_and_pickled_and_refuses_values_that_it_has_no_field_for() -> None:
    value = Bookmark("a", 3)
    assert value == copy(value) == deepcopy(value) == pickle.loads(pickle.dumps(value)) == replace(value)
    kind: Any = Bookmark
    for few_or_many in ((), ("a",), ("a", 3, 4)):
        with pytest.raises(TypeError, match="Bookmark"):
            kind(*few_or_many)
    for name in ("name", "place"):
        with pytest.raises(TypeError, match="Bookmark"):
            kind("a", 3, **{name: "b"})
