"""The codebook as a tree with uses, and plans of changes: each says what it will do, and does exactly that."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.review.codebook import DIGITS, NO_DEFINITION, NO_USES, Codebook, CodebookPlan, TagUses, rename_tags
from reader.review.model import Tag, TagSet
from reader.review.vocabulary import TAG_COLOURS

NAMES = ("water", "water/wells", "water/wells/old", "water/limits", "numbers", "numbers/rounded", "wells", "numbers/wells")


def marks(*sets: str) -> TagUses:
    """Return the uses on marks that bear these names, separated by blanks, each mark in an article of its own."""
    counts = Counter(frozenset(names.split()) for names in sets)
    return TagUses(counts, {}, counts)


def book(*names: str, uses: TagUses = NO_USES) -> Codebook:
    return Codebook(tuple(Tag(f"id-{name}", name) for name in names), uses)


def names_of(codebook: Codebook) -> list[str]:
    return [row.tag.name for row in codebook.rows()]


def test_a_parent_stands_before_what_is_nested_in_it_even_if_nobody_made_it() -> None:
    codebook = book("Water/wells", "energy", "water-supply", "Water/limits", uses=marks("Water/wells", "forgotten"))
    rows = codebook.rows()
    assert [(row.tag.name, row.depth) for row in rows] == [
        *[("energy", 0), ("forgotten", 0), ("Water", 0), ("Water/limits", 1), ("Water/wells", 1), ("water-supply", 0)]
    ]
    assert [row.tag.name for row in rows if not row.has_record] == ["forgotten", "Water"]
    assert [fault.name for fault in codebook.faults() if fault.text == NO_DEFINITION] == [
        *["energy", "forgotten", "Water/limits", "Water/wells", "water-supply"]
    ]


def test_what_bears_a_tag_and_one_nested_in_it_counts_once() -> None:
    codebook = book("water", "water/wells", uses=marks("water", "water water/wells", "water/wells", "water/wells"))
    assert [(row.uses, row.nested_uses) for row in codebook.rows()] == [(2, 4), (3, 3)]


def test_typed_names_are_found_by_their_synonyms_in_any_case() -> None:
    codebook = Codebook((Tag("1", "numbers/per-cent", synonyms=("pct", "percent")), Tag("2", "PCT")))
    typed = ("Percent", "pct", "PCT", "#numbers / per cent", "new one")
    assert [codebook.resolve(text) for text in typed] == [
        "numbers/per-cent",
        "numbers/per-cent",
        "PCT",
        "numbers/per-cent",
        "new-one",
    ]


def test_a_rename_takes_along_what_is_nested() -> None:
    codebook = book(*NAMES, uses=marks("water", "water water/wells", "wells"))
    plan = codebook.rename("water", "the sea")
    assert plan.renames == {name: name.replace("water", "the-sea") for name in NAMES if name.startswith("water")}
    assert (plan.uses, plan.both, plan.articles, plan.problem) == (2, 0, 2, "")
    assert "the-sea/wells/old" in names_of(codebook.after(plan))


def test_a_merge_counts_what_bears_both_once_and_keeps_what_the_person_chose() -> None:
    tags = (
        Tag("1", "numbers/per-cent", "a share", synonyms=("pct",)),
        Tag("2", "numbers/percentages", "a rate", digit="3"),
    )
    uses = marks("numbers/per-cent", "numbers/per-cent numbers/percentages", "numbers/percentages")
    codebook = Codebook(tags, uses)
    plan = codebook.merge("numbers/percentages", "numbers/per-cent")
    assert (plan.uses, plan.both, plan.articles) == (2, 1, 2)
    row = codebook.after(plan).row("numbers/per-cent")
    assert row is not None
    assert (row.uses, row.tag.definition, row.tag.digit) == (3, "a share", "3")
    assert row.tag.synonyms == ("pct", "numbers/percentages")
    other = codebook.merge("numbers/percentages", "numbers/per-cent", definition_of="numbers/percentages", keep_synonym=False)
    (tag,) = codebook.after(other).tags
    assert (tag.definition, tag.synonyms) == ("a rate", ("pct",))
    assert plan.effects == ("the definition of #numbers/percentages goes",)
    assert other.effects == ("the definition of #numbers/per-cent goes",)


def test_a_merge_joins_what_is_nested_in_both_and_leaves_the_target_where_it_is() -> None:
    codebook = book("water", "water/wells", "sea", "sea/wells", "sea/tides", uses=marks("sea/wells water/wells"))
    plan = codebook.merge("sea", "water")
    assert plan.both == 1
    assert names_of(codebook.after(plan)) == ["water", "water/tides", "water/wells"]
    inward = codebook.merge("sea", "sea/wells")
    assert names_of(codebook.after(inward)) == ["sea", "sea/wells", "sea/wells/tides", "water", "water/wells"]
    assert codebook.after(inward).tag("sea/wells") == Tag("id-sea/wells", "sea/wells"), "“sea” is no other name of it"


def test_a_deletion_says_what_becomes_of_nested_tags() -> None:
    codebook = book("water", "water/wells", uses=marks("water/wells"))
    alone, whole = codebook.delete("water"), codebook.delete("water", with_nested=True)
    assert alone.effects == ("1 nested tag stays",)
    assert names_of(codebook.after(alone)) == ["water", "water/wells"], "the parent has no record, but still shows"
    assert names_of(codebook.after(whole)) == []
    assert (alone.uses, whole.uses) == (0, 1)


def test_a_key_picks_one_tag() -> None:
    codebook = Codebook((Tag("1", "water", digit="3"), Tag("2", "energy")))
    plan = codebook.set_key("energy", "3")
    assert plan.effects == ("#water loses key 3",)
    assert [tag.digit for tag in codebook.after(plan).tags] == ["", "3"]
    assert codebook.with_digit("3") == Tag("1", "water", digit="3")


def test_tags_of_one_name_become_one_that_keeps_what_either_says() -> None:
    codebook = Codebook((Tag("2", "water", "of the newer one"), Tag("1", "water", symbol="●")))
    (row,) = codebook.rows()
    assert (row.tag.id, row.tag.definition, row.tag.symbol) == ("1", "of the newer one", "●")
    assert codebook.after(codebook.set_key("water", "1")).tags == (
        Tag("1", "water", "of the newer one", symbol="●", digit="1"),
    )


def test_tags_of_one_name_that_two_people_defined_keep_both_definitions() -> None:
    tags = (Tag("1", "water", "seas"), Tag("2", "water", "rivers"), Tag("3", "water", "seas"))
    codebook = Codebook(tags)
    assert codebook.after(codebook.set_key("water", "1")).tags == (Tag("1", "water", "seas\n\nrivers", digit="1"),)


def test_setting_a_field_settles_its_conflict() -> None:
    codebook = Codebook((Tag("1", "water", "mine", conflicts={"definition": ("yours",)}),))
    assert codebook.faults()[0].text == "changed on two devices at once: set it again"
    assert codebook.after(codebook.define("water", "ours")).tags == (Tag("1", "water", "ours"),)


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        (book("water").rename("fire", "water"), "There is no tag #fire"),
        (book("water").rename("water", " # "), "A tag needs a name"),
        (book("water").rename("water", "water/wells"), "#water cannot be nested in itself"),
        (book("water", "sea").rename("water", "sea"), "#sea exists already: merge the two"),
        (book("water", "sea/wells").rename("water", "sea"), "#sea exists already: merge the two"),
        (book("water", "water/wells").move("water", "water/wells"), "#water cannot be nested in itself"),
        (book("water").move("water", ""), "#water is there already"),
        (book("water").merge("water", "water"), "A tag cannot be merged with itself"),
        (book("water").add("water"), "#water exists already"),
        (book("water").set_colour("water", "#ff0000"), f"“#ff0000” is no colour: one of {', '.join(TAG_COLOURS)}"),
        (book("water").set_symbol("water", "水"), "A symbol is one character that is one cell wide"),
        (book("water").set_symbol("water", "\u0301"), "A symbol is one character that is one cell wide"),
        (book("water").set_key("water", "12"), "A key is a digit from 1 to 9"),
        (book("water", "sea").set_synonyms("water", ["sea"]), "#sea is the name of #sea"),
        (book("water").set_synonyms("water", ["water"]), "#water is the name of the tag itself"),
        (
            Codebook((Tag("1", "a", synonyms=("b",)), Tag("2", "c"))).rename("c", "b"),
            "#b is another name of #a: take it off there first",
        ),
        (Codebook((Tag("1", "a", synonyms=("b",)),)).add("B"), "#B is another name of #a"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_says_why(plan: CodebookPlan, problem: str) -> None:
    assert plan == CodebookPlan(problem=problem)


def test_a_renamed_tag_can_take_one_of_its_synonyms_as_its_name() -> None:
    codebook = Codebook((Tag("1", "pct", synonyms=("percent",)),))
    plan = codebook.rename("pct", "percent", keep_synonym=True)
    assert codebook.after(plan).tags == (Tag("1", "percent", synonyms=("pct",)),)


# ------------------------------------------------------------------ properties

tag_sets: st.SearchStrategy[TagSet] = st.frozensets(st.sampled_from(NAMES), min_size=1, max_size=4)


@st.composite
def codebooks(draw: st.DrawFn) -> Codebook:
    """Return codebooks in which some tags have no record, some are in use, and some have a key or synonyms."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    digits = draw(st.permutations((*DIGITS, *"         "[: len(NAMES)])))
    tags = [
        Tag(str(n), name, draw(st.sampled_from(("", "one", "two"))), digit=digits[n].strip(), synonyms=(f"s{n}",))
        for n, name in enumerate(names)
    ]
    counts = draw(st.dictionaries(tag_sets, st.integers(1, 3), max_size=5))
    return Codebook(tuple(tags), TagUses(counts, counts, counts))


@st.composite
def plans(draw: st.DrawFn) -> tuple[Codebook, CodebookPlan]:
    """Return codebooks with a plan that can be carried out on them, or that says why not."""
    codebook = draw(codebooks())
    names = [row.tag.name for row in codebook.rows()]
    one, other = draw(st.sampled_from(names)), draw(st.sampled_from((*names, "new", "new/one", "s0")))
    flag = draw(st.booleans())
    plan = draw(
        st.sampled_from(
            (
                codebook.rename(one, other, keep_synonym=flag),
                codebook.move(one, other if flag else ""),
                codebook.merge(one, other, keep_synonym=flag),
                codebook.delete(one, with_nested=flag),
                codebook.set_key(one, draw(st.sampled_from(DIGITS))),
            )
        )
    )
    return codebook, plan


@given(plans())
def test_a_plan_counts_what_it_changes(planned: tuple[Codebook, CodebookPlan]) -> None:
    codebook, plan = planned
    changed = both = 0
    for names, count in codebook.uses.marks.items():
        after = rename_tags(sorted(names), plan.renames)
        changed += count * (set(after) != names)
        gone = sum(plan.renames.get(name, name) is None for name in names)
        both += count * (len(after) < len(names) - gone)
    assert (plan.uses, plan.both) == (changed, both)


@given(plans())
def test_a_plan_leaves_a_sound_codebook(planned: tuple[Codebook, CodebookPlan]) -> None:
    codebook, plan = planned
    after = codebook.after(plan)
    names = [tag.name for tag in after.tags]
    assert len(names) == len({*names}), "no name twice"
    new = {tag.id for tag in after.tags} - {tag.id for tag in codebook.tags}
    assert len(new) <= plan.label.startswith("key of"), "only what says something of a tag makes one"
    used = {name for names in after.uses.marks for name in names}
    kept = {target or "" for target in plan.renames.values()}
    assert used.isdisjoint({*plan.renames} - kept), "an old name is nowhere left"
    definitions = {tag.definition for tag in codebook.tags if plan.renames.get(tag.name, tag.name) is not None}
    if not new and not plan.label.startswith(("merge", "delete")):
        assert len(after.tags) == len(codebook.tags)
    assert {tag.definition for tag in after.tags} <= definitions | {""}
    digits = [tag.digit for tag in after.tags if tag.digit]
    assert len(digits) == len({*digits}), "a key picks one tag"
    kept_marks = sum(count for names, count in codebook.uses.marks.items() if rename_tags(sorted(names), plan.renames))
    assert sum(after.uses.marks.values()) == kept_marks, "only a mark without a tag is not counted"


@given(codebooks(), st.data())
def test_a_rename_and_its_reverse_leave_the_codebook_as_it_was(codebook: Codebook, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([row.tag.name for row in codebook.rows()]))
    there = codebook.after(codebook.rename(name, "elsewhere/else"))
    assert there.after(there.rename("elsewhere/else", name)) == codebook
