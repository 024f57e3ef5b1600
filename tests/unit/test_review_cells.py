"""Cells: a record falls into them and comes back, and changes are carried over cell by cell."""

import json
import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reader.review.cells import (
    KEYED_LISTS,
    LATEST_WINS,
    MAPPING_FIELDS,
    NAME_LISTS,
    changed_cells,
    from_cells,
    is_same_record,
    is_same_value,
    rebase_cells,
    to_cells,
)
from reader.review.codec import to_record
from reader.review.model import Annotation
from tests.hypothesis_profiles import examples
from tests.unit.review_strategies import annotations, texts, values

judged = st.fixed_dictionaries({"reference": texts}, optional={"verdict": texts, "page": values})
fields = (
    st.sampled_from(
        ["note", *NAME_LISTS, *KEYED_LISTS, *MAPPING_FIELDS, *sorted(LATEST_WINS), "*", "=", "=note", "tags/a", "/", ""]
    )
    | texts
)
entries = st.lists(texts, max_size=4) | st.lists(judged, max_size=3) | st.dictionaries(texts, values, max_size=3) | values
stored = st.dictionaries(fields, entries, max_size=6)
NEW = "a field that no record has yet"
few = st.dictionaries(
    st.sampled_from(["note", "kind", "tags", "bookmarks", "updated"]),
    st.sampled_from([0, False, "", "a", ["a"], ["b", "a"], {"a": 1}, {"a": 2, "b": 1}]),
)
"""Records that often have fields and values in common."""


@settings(max_examples=examples(30))
@given(stored)
def test_a_record_comes_back_from_its_cells(record: dict[str, Any]) -> None:
    before = json.dumps(record)
    assert from_cells(to_cells(record)) == record
    assert json.dumps(record) == before


@settings(max_examples=examples(30))
@given(stored)
def test_a_record_that_is_made_of_cells_can_be_changed_without_them(record: dict[str, Any]) -> None:
    cells = to_cells(record)
    for value in from_cells(cells).values():
        if isinstance(value, list):
            value.append("more")
        elif isinstance(value, dict):
            value["more"] = "more"
    assert from_cells(cells) == record


@settings(max_examples=examples(30))
@given(annotations())
def test_every_tag_and_every_verdict_of_an_annotation_is_a_cell(annotation: Annotation) -> None:
    cells = to_cells(to_record(annotation))
    if len(set(annotation.tags)) == len(annotation.tags):
        assert {f"tags/{tag}" for tag in annotation.tags} <= cells.keys()
    references = [judgement.reference for judgement in annotation.judgements]
    if len(set(references)) == len(references):
        assert {f"judgements/{reference}" for reference in references} <= cells.keys()


def test_names_that_are_given_twice_or_are_no_names_are_one_cell() -> None:
    for tags in (["a", "a"], ["a", 1], "a", [["a"]], None):
        assert to_cells({"tags": tags}) == {"tags": tags}
    assert to_cells({"judgements": [{"reference": 1}]}) == {"judgements": [{"reference": 1}]}


@given(few, few)
def test_a_change_carried_to_where_it_was_made_makes_it(before: dict[str, Any], after: dict[str, Any]) -> None:
    was, wanted = to_cells(before), to_cells(after)
    for now in (was, wanted):
        assert rebase_cells(now, was, wanted).clashes == ()
        assert changed_cells(rebase_cells(now, was, wanted).cells, wanted) == []
    assert changed_cells(rebase_cells(wanted, wanted, was).cells, was) == []


@given(few, few, few)
def test_what_both_changed_stays_and_is_named_and_all_else_is_carried(
    before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    was, now, wanted = to_cells(before), to_cells(mine), to_cells(theirs)
    result = rebase_cells(now, was, wanted)
    here, there = set(changed_cells(was, now)), set(changed_cells(was, wanted))
    differing = set(changed_cells(now, wanted))
    assert set(result.clashes) == {cell for cell in here & there & differing if cell not in LATEST_WINS}
    for cell in {*was, *now, *wanted}:
        source = now if cell in result.clashes or cell not in there else wanted
        assert (cell in result.cells, result.cells.get(cell)) == (cell in source, source.get(cell))


@settings(max_examples=examples(60))
@given(few, few)
def test_where_nothing_clashes_the_order_of_two_changes_is_of_no_account(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    was = to_cells({"note": "", "kind": "a", "tags": ["a"], "bookmarks": {"a": 1}})
    one, other = rebase_cells(to_cells(mine), was, to_cells(theirs)), rebase_cells(to_cells(theirs), was, to_cells(mine))
    assert set(one.clashes) == set(other.clashes)
    assert {c for c in changed_cells(one.cells, other.cells) if c not in LATEST_WINS} == set(one.clashes)


@settings(max_examples=examples(50))
@given(values, values)
def test_values_are_the_same_when_their_json_is(one: Any, other: Any) -> None:
    assert is_same_value(one, json.loads(json.dumps(one)))
    assert (
        is_same_value(one, other)
        == (json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))
        == is_same_value(other, one)
    )


def test_a_number_is_not_a_truth_and_what_is_no_number_is_itself() -> None:
    assert not is_same_value(1, True)
    assert not is_same_value([0], [False])
    assert is_same_value(math.nan, float("nan"))
    assert is_same_value({"a": 1, "b": 2}, {"b": 2, "a": 1})


def test_two_halves_of_a_character_are_the_character_as_in_a_file() -> None:
    assert is_same_value("\ud83d\ude0c", "\U0001f60c")
    assert is_same_value({"note": "\ud83d\ude0c"}, {"note": "\U0001f60c"})
    assert not is_same_value({"note": "\U0001f60c"}, {"note": "\U0001f60d"})


@settings(max_examples=30)
@given(stored, st.sampled_from(sorted(LATEST_WINS)), values)
def test_records_are_alike_that_differ_in_what_is_noted_by_itself_or_empty(
    record: dict[str, Any], field: str, value: Any
) -> None:
    cells = to_cells(record)
    assert is_same_record(cells, to_cells({**record, field: value}))
    assert is_same_record(cells, to_cells({**record, "_rivals": {field: [value]}})) or "_rivals" in record
    for empty in ("", [], {}, None, 0):
        assert is_same_record(to_cells({**record, NEW: empty}), cells)
    for full in (False, 1, "a", ["a"], [""], {"a": False}):
        assert not is_same_record(cells, to_cells({**record, NEW: full}))


def test_what_is_empty_deep_inside_is_alike_too() -> None:
    short = {"reference": "1", "evidence": [{"source": "a", "selector": {"exact": "b"}}]}
    long = {"reference": "1", "evidence": [{"source": "a", "selector": {"exact": "b", "prefix": "", "start": 0}}], "note": ""}
    assert is_same_record(to_cells({"judgements": [short]}), to_cells({"judgements": [long]}))
    assert not is_same_record(to_cells({"judgements": [short]}), to_cells({"judgements": [{**long, "verdict": "unclear"}]}))
    assert not is_same_record(to_cells({"judgements": [short]}), to_cells({"judgements": [{**long, "evidence": []}]}))
