"""The codebook: its tags as a tree with their uses, and plans of changes, which say what they do before it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, NamedTuple

from reader.printable import plural
from reader.review.declaration import EMPTY_MAPPING
from reader.review.edits import add_tags, combine_tags, names_above, unique_tags
from reader.review.model import LONG_TAG, Edit, Tag, TagSet, clean_tag_name, is_long_tag, tag_levels
from reader.review.vocabulary import TAG_COLOURS

DIGITS: Final = "123456789"
"""The keys that can pick a tag."""


class TagUses(NamedTuple):
    """How often tags are used: each field counts by the whole set of names, so that what bears two tags counts once.

    `marks` are annotations by the tags that they bear, `own` articles by the tags that they bear themselves, `articles` by all
    tags on them and on their annotations.
    """

    marks: Mapping[TagSet, int]
    own: Mapping[TagSet, int]
    articles: Mapping[TagSet, int]


NO_USES: Final = TagUses({}, {}, {})


class CodebookRow(NamedTuple):
    """A tag in the tree, `depth` levels deep; a `tag` without a record is only in use, or others are nested in it.

    `uses` counts the annotations that bear it, `nested_uses` those that bear it or one nested in it, `own_articles` the
    articles that bear it themselves.
    """

    tag: Tag
    depth: int
    uses: int
    nested_uses: int
    has_record: bool
    own_articles: int = 0


class CodebookFault(NamedTuple):
    """What is wrong with the tag of this name, in words: "no definition"."""

    name: str
    text: str


NO_DEFINITION: Final = "no definition"
_LONG_NAME: Final = f"A tag cannot have {LONG_TAG}"


@dataclass(frozen=True, slots=True)
class CodebookPlan:
    """A change of the codebook that is not made yet.

    `renames` maps the names that change to the new ones, None for one that is taken off everything. `uses` counts the
    annotations that change, `both` those of them on which two names become one, `articles` the articles that change or hold
    such annotations. `edits` are those of the tags themselves. `new_names` are names that nothing has yet. `effects` say in
    words what else happens. `problem` says why the change cannot be made, "" if it can.
    """

    label: str = ""
    renames: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    edits: tuple[Edit, ...] = ()
    uses: int = 0
    both: int = 0
    articles: int = 0
    new_names: frozenset[str] = frozenset()
    effects: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Codebook:
    """All tags of a library, and their uses.

    Each method named after a change returns its plan. A name is one of `rows()`, whether or not the tag has a record.
    """

    tags: tuple[Tag, ...] = ()
    uses: TagUses = NO_USES

    # ------------------------------------------------------------------ queries

    def rows(self) -> tuple[CodebookRow, ...]:
        """Return the tree, sorted by name: each tag stands before those nested in it."""
        return tuple(self._rows.values())

    def row(self, name: str) -> CodebookRow | None:
        """Return the row of a name, or None."""
        return self._rows.get(name)

    def tag(self, name: str) -> Tag | None:
        """Return the tag with exactly this name, or None if it has no record."""
        return self._by_name.get(name)

    def resolve(self, text: str) -> str:
        """Return the name of the tag that a typed text stands for, as a name or a synonym; else the text as a new name."""
        name = clean_tag_name(text)
        return name if name in self._rows else self._by_synonym.get(name.casefold(), name)

    def with_digit(self, digit: str) -> Tag | None:
        """Return the tag that this key picks, or None."""
        return next((tag for tag in self._by_name.values() if digit and tag.digit == digit), None)

    def names_within(self, name: str) -> tuple[str, ...]:
        """Return the names nested in a name, in the order of the tree."""
        return tuple(self._within.get(name, ()))

    def faults(self) -> tuple[CodebookFault, ...]:
        """Return what is wrong, in the order of the tree: no definition, a key or a synonym of two tags, concurrent values."""
        digits = Counter(tag.digit for tag in self._by_name.values() if tag.digit)
        synonyms = Counter(name.casefold() for tag in self._by_name.values() for name in tag.synonyms)
        faults: list[CodebookFault] = []
        for name, (tag, _, uses, _, has_record, own_articles) in self._rows.items():
            if not tag.definition and (has_record or uses or own_articles):
                faults.append(CodebookFault(name, NO_DEFINITION))
            if digits[tag.digit] > 1:
                faults.append(CodebookFault(name, f"key {tag.digit} picks another tag too"))
            double = (synonym for synonym in tag.synonyms if synonym in self._rows or synonyms[synonym.casefold()] > 1)
            faults.extend(CodebookFault(name, f"“{synonym}” means another tag too") for synonym in double)
            if tag.conflicts:
                faults.append(CodebookFault(name, "changed on two devices at once: set it again"))
        return tuple(faults)

    @cached_property
    def _by_name(self) -> dict[str, Tag]:
        return {tag.name: tag for tag in unique_tags(self.tags)}

    @cached_property
    def _by_synonym(self) -> dict[str, str]:
        return {synonym.casefold(): tag.name for tag in reversed(self._by_name.values()) for synonym in tag.synonyms}

    @cached_property
    def _within(self) -> dict[str, list[str]]:
        """The names nested in each name that has any."""
        within: dict[str, list[str]] = {}
        for name in self._rows:
            ends = (at for at, letter in enumerate(name) if letter == "/")
            for above in (above for end in ends if (above := name[:end]) in self._rows):
                within.setdefault(above, []).append(name)
        return within

    @cached_property
    def _rows(self) -> dict[str, CodebookRow]:
        uses, nested_uses, own = Counter[str](), Counter[str](), Counter[str]()
        for names, count in self.uses.marks.items():
            uses.update(dict.fromkeys(names, count))
            nested_uses.update(dict.fromkeys({above for name in names for above in (name, *names_above(name))}, count))
        for names, count in self.uses.own.items():
            own.update(dict.fromkeys(names, count))
        found = {*self._by_name, *uses, *own}
        found |= {above for name in found for above in names_above(name)}
        rows: dict[str, CodebookRow] = {}
        for name in sorted(found, key=_place_in_tree):
            tag = self._by_name.get(name)
            counts = uses[name], nested_uses[name], tag is not None, own[name]
            rows[name] = CodebookRow(tag or Tag("", name), len(tag_levels(name)) - 1, *counts)
        return rows

    # ------------------------------------------------------------------ plans that change names

    def rename(self, old: str, new: str, *, keep_synonym: bool = False) -> CodebookPlan:
        """Plan to rename a tag and, with it, those nested in it."""
        new = clean_tag_name(new)
        return self._move(old, new, f"rename #{old} to #{new}", keep_synonym=keep_synonym)

    def move(self, name: str, under: str) -> CodebookPlan:
        """Plan to nest a tag, with those nested in it, in another one; with "" in none."""
        leaf = tag_levels(name)[-1]
        if under and under not in self._rows:
            return CodebookPlan(problem=f"There is no tag #{under}")
        target = f"move #{name} under #{under}" if under else f"move #{name} to the top"
        return self._move(name, f"{under}/{leaf}" if under else leaf, target)

    def merge(self, one: str, into: str, *, definition_of: str = "", keep_synonym: bool = True) -> CodebookPlan:
        """Plan to merge a tag into another one: what bore it bears the other one then. Those nested in it move along.

        The result has the definition of `definition_of`, one of the two names; with "" that of `into`, or the other one if it
        has none; `effects` name the one that goes. `keep_synonym`: the old name stands for the other one when it is typed,
        unless it stays above the other one in the tree.
        """
        for name in (one, into):
            if name not in self._rows:
                return CodebookPlan(problem=f"There is no tag #{name}")
        if one == into:
            return CodebookPlan(problem="A tag cannot be merged with itself")
        renames: dict[str, str | None] = {one: into}
        renames |= {name: into + name[len(one) :] for name in self.names_within(one) if not _is_within(name, into)}
        if problem := _length_problem(renames):
            return CodebookPlan(problem=problem)
        is_kept = keep_synonym and not _is_within(into, one)
        edits, effects = list[Edit](), list[str]()
        for old, new in renames.items():
            if (tag := self.tag(old)) is None or new is None:
                continue
            is_taken = old == one == definition_of
            edits.extend(self._merge_edits(tag, new, is_taken, is_kept=is_kept and old == one))
            other = self.tag(new)
            if other is not None and tag.definition and other.definition and tag.definition != other.definition:
                effects.append(f"the definition of #{new if is_taken else old} goes")
        return self._plan(f"merge #{one} into #{into}", renames, edits, effects)

    def delete(self, name: str, *, with_nested: bool = False) -> CodebookPlan:
        """Plan to delete a tag, and to take it off everything; those nested in it stay unless `with_nested`."""
        if name not in self._rows:
            return CodebookPlan(problem=f"There is no tag #{name}")
        nested = self.names_within(name)
        gone = (name, *(nested if with_nested else ()))
        label = f"delete #{name}" + (f" and {plural(len(nested), 'nested tag')}" if with_nested and nested else "")
        edits = [Edit(tag, None) for tag in self.tags if tag.name in gone]
        kept = () if with_nested or not nested else (plural(len(nested), "nested tag stays", "nested tags stay"),)
        return self._plan(label, dict.fromkeys(gone), edits, kept)

    def _move(self, old: str, new: str, label: str, *, keep_synonym: bool = False) -> CodebookPlan:
        owner = self._by_synonym.get(new.casefold(), old)
        problem = ""
        if old not in self._rows:
            problem = f"There is no tag #{old}"
        elif not new:
            problem = "A tag needs a name"
        elif new == old:
            problem = f"#{old} is there already" if label.startswith("move") else f"#{old} has this name already"
        elif new.startswith(f"{old}/"):
            problem = f"#{old} cannot be nested in itself"
        elif new in self._rows:
            problem = f"#{new} exists already: merge the two"
        elif owner != old:
            problem = f"#{new} is another name of #{owner}: take it off there first"
        renames: dict[str, str | None] = {name: new + name[len(old) :] for name in (old, *self.names_within(old))}
        if problem := problem or _length_problem(renames):
            return CodebookPlan(problem=problem)
        edits: list[Edit] = []
        for name, target in renames.items():
            if (tag := self.tag(name)) is not None and target is not None:
                others = (synonym for synonym in tag.synonyms if synonym.casefold() != target.casefold())
                synonyms = (*others, *((old,) if keep_synonym and name == old else ()))
                edits.extend(self._edits_of(tag, name=target, synonyms=synonyms))
        return self._plan(label, renames, edits)

    def _merge_edits(self, tag: Tag, into: str, is_definition_taken: bool, *, is_kept: bool) -> list[Edit]:
        target = self.tag(into)
        if target is None:
            synonyms = (*tag.synonyms, *((tag.name,) if is_kept else ()))
            return self._edits_of(tag, name=into, synonyms=tuple(dict.fromkeys(synonyms)))
        whole = combine_tags(target, tag)
        synonyms = dict.fromkeys((*whole.synonyms, *((tag.name,) if is_kept else ())))
        definition = tag.definition if is_definition_taken else whole.definition
        kept = (name for name in synonyms if name != into)
        fields = {"definition": definition, "synonyms": tuple(kept), "digit": whole.digit}
        removals = [Edit(other, None) for other in self._same_name[tag.name]]
        return [*self._edits_of(target, colour=whole.colour, symbol=whole.symbol, **fields), *removals]

    # ------------------------------------------------------------------ plans that change one tag

    def add(self, name: str, definition: str = "", by: str = "") -> CodebookPlan:
        """Plan to add a tag in the name of `by`."""
        name = clean_tag_name(name)
        problem = "" if name else "A tag needs a name"
        if is_long_tag(name):
            problem = _LONG_NAME
        elif name in self._by_name:
            problem = f"#{name} exists already"
        elif owner := self._by_synonym.get(name.casefold()):
            problem = f"#{name} is another name of #{owner}"
        if problem:
            return CodebookPlan(problem=problem)
        tag = self._new_tag(name, by)
        return self._plan(f"add #{name}", {}, [Edit(None, replace(tag, definition=definition.strip()))])

    def define(self, name: str, definition: str) -> CodebookPlan:
        """Plan to set the definition of a tag."""
        return self._set(name, f"define #{name}", definition=definition.strip())

    def set_colour(self, name: str, colour: str) -> CodebookPlan:
        """Plan to set the colour of a tag, one of TAG_COLOURS."""
        return self._set(name, f"colour #{name}", colour=colour)

    def set_symbol(self, name: str, symbol: str) -> CodebookPlan:
        """Plan to set the symbol of a tag, one character that is one cell wide."""
        return self._set(name, f"symbol of #{name}", symbol=symbol)

    def set_key(self, name: str, digit: str) -> CodebookPlan:
        """Plan to set the key of a tag, one of DIGITS or "" for none. Another tag that has it loses it."""
        return self._set(name, f"key of #{name}", digit=digit)

    def set_synonyms(self, name: str, synonyms: Iterable[str]) -> CodebookPlan:
        """Plan to set the names that stand for a tag when they are typed."""
        cleaned = dict.fromkeys(name for name in map(clean_tag_name, synonyms) if name)
        if problem := self._synonym_problem(name, cleaned):
            return CodebookPlan(problem=problem)
        return self._set(name, f"other names of #{name}", synonyms=tuple(cleaned))

    def _set(self, name: str, label: str, **fields: object) -> CodebookPlan:
        if name not in self._rows:
            return CodebookPlan(problem=f"There is no tag #{name}")
        if problem := _looks_problem(fields):
            return CodebookPlan(problem=problem)
        tag = self.tag(name)
        edits = [Edit(None, _with_fields(self._new_tag(name), fields))] if tag is None else self._edits_of(tag, **fields)
        effects: list[str] = []
        for other in self._by_name.values():
            if fields.get("digit") and other.digit == fields["digit"] and other.name != name:
                edits.extend(self._edits_of(other, digit=""))
                effects.append(f"#{other.name} loses key {other.digit}")
        return self._plan(label, {}, edits, effects)

    def _synonym_problem(self, name: str, synonyms: Iterable[str]) -> str:
        tag = self.tag(name)
        known = tag.synonyms if tag is not None else ()
        for synonym in synonyms:
            if is_long_tag(synonym) and synonym not in known:
                return _LONG_NAME
            owner = synonym if synonym in self._rows else self._by_synonym.get(synonym.casefold(), name)
            if synonym == name or owner != name:
                return f"#{synonym} is the name of " + ("the tag itself" if owner == name else f"#{owner}")
        return ""

    def _new_tag(self, name: str, by: str = "") -> Tag:
        (edit,) = add_tags((tag for tag in self._by_name.values() if tag.name != name), [name], by)
        tag = edit.after
        return tag if isinstance(tag, Tag) else Tag("", name)

    # ------------------------------------------------------------------ plans for many tags

    def update(self, label: str, tags: Iterable[Tag], by: str = "", *, has_looks: bool) -> CodebookPlan:
        """Plan to add those of `tags` that are missing, and to give the others their definitions; none is deleted.

        `has_looks`: the others get the colours, symbols, keys and synonyms too. What cannot be taken over is left out, and said
        in `effects`.
        """
        given = {tag.name: tag for tag in tags}
        owners = {name: owner for name in given if name not in self._rows and (owner := self._by_synonym.get(name.casefold()))}
        effects = [f"left out: #{name} is another name of #{owner}" for name, owner in owners.items()]
        additions = add_tags(self._by_name.values(), [name for name in given if name not in owners], by)
        new = {edit.after.name: edit.after for edit in additions if isinstance(edit.after, Tag)}
        draft = _Draft({**self._by_name, **new}, {**self._by_synonym}, {*self._rows, *given})
        for name, tag in given.items():
            if name not in owners:
                effects.extend(draft.update(name, tag, has_looks=has_looks or name in new))
        edits: list[Edit] = []
        for name, tag in draft.tags.items():
            if name in new:
                edits.append(Edit(None, tag))
            elif tag != self._by_name[name]:
                edits.extend(self._replace(self._by_name[name], tag))
        return self._plan(label, {}, edits, effects)

    def combine(self, label: str, steps: Sequence[Callable[[Codebook], CodebookPlan]]) -> CodebookPlan:
        """Return the plan of several changes that do not touch names, each planned on the result of those before it.

        It has the problem of the first step that has one.
        """
        codebook, effects = self, list[str]()
        edits: dict[str, Edit] = {}
        for step in steps:
            plan = step(codebook)
            if plan.problem:
                return plan
            for edit in plan.edits:
                key = edit.item.key
                edits[key] = Edit(edits[key].before if key in edits else edit.before, edit.after)
            effects.extend(plan.effects)
            codebook = codebook.after(plan)
        return self._plan(label, {}, [edit for edit in edits.values() if edit.before != edit.after], effects)

    # ------------------------------------------------------------------ the result of a plan

    def after(self, plan: CodebookPlan) -> Codebook:
        """Return the codebook as it is once a plan is carried out."""
        tags = {tag.id: tag for tag in self.tags}
        for edit in plan.edits:
            if isinstance(edit.after, Tag):
                tags[edit.after.id] = edit.after
            else:
                tags.pop(edit.item.key, None)
        return Codebook(tuple(tags.values()), TagUses(*(_rename_sets(counts, plan.renames) for counts in self.uses)))

    def _edits_of(self, tag: Tag, **fields: object) -> list[Edit]:
        return self._replace(tag, _with_fields(tag, fields))

    def _replace(self, tag: Tag, after: Tag) -> list[Edit]:
        """Return the edits that put another version in place of a tag; all tags of its name become one."""
        oldest, *others = self._same_name[tag.name]
        return [*([Edit(oldest, after)] if after != oldest else ()), *(Edit(other, None) for other in others)]

    @cached_property
    def _same_name(self) -> dict[str, list[Tag]]:
        """The tags by name, the oldest first: two processes may each have made one."""
        groups: dict[str, list[Tag]] = {}
        for tag in sorted(self.tags, key=lambda tag: tag.id):
            groups.setdefault(tag.name, []).append(tag)
        return groups

    def _plan(
        self, label: str, renames: Mapping[str, str | None], edits: Sequence[Edit], effects: Iterable[str] = ()
    ) -> CodebookPlan:
        marks = {names: count for names, count in self.uses.marks.items() if not names.isdisjoint(renames)}
        both = sum(count for names, count in marks.items() if _joins_names(names, renames))
        articles = sum(count for names, count in self.uses.articles.items() if not names.isdisjoint(renames))
        names = {edit.after.name for edit in edits if isinstance(edit.after, Tag)} | {n for n in renames.values() if n}
        new = frozenset(name for name in names if name not in self._rows)
        return CodebookPlan(label, renames, tuple(edits), sum(marks.values()), both, articles, new, tuple(effects))


class _Draft:
    """Tags by name that are being updated, with the owners of synonyms and all names that there are."""

    def __init__(self, tags: dict[str, Tag], synonyms: dict[str, str], names: set[str]) -> None:
        self.tags = tags
        self._synonyms = synonyms
        self._names = names
        self._digits = {tag.digit: tag.name for tag in reversed(tags.values()) if tag.digit}

    def update(self, name: str, source: Tag, *, has_looks: bool) -> Iterator[str]:
        """Give a tag what another one says, and yield what else happens and what is left out."""
        fields: dict[str, object] = {"definition": source.definition} if source.definition else {}
        if has_looks:
            looks = {"colour": source.colour, "symbol": source.symbol, "digit": source.digit}
            for field_name, value in looks.items():
                if value and (problem := _looks_problem({field_name: value})):
                    yield f"left out of #{name}: {problem}"
                elif value:
                    fields[field_name] = value
            fields["synonyms"] = tuple(dict.fromkeys((*self.tags[name].synonyms, *self._free_synonyms(name, source))))
            yield from (f"left out: “{one}” means another tag" for one in source.synonyms if one not in fields["synonyms"])
            if digit := str(fields.get("digit", "")):
                yield from self._take_digit(name, digit)
        self.tags[name] = _with_fields(self.tags[name], fields)

    def _free_synonyms(self, name: str, source: Tag) -> Iterator[str]:
        for synonym in source.synonyms:
            if synonym not in self._names and self._synonyms.setdefault(synonym.casefold(), name) == name:
                yield synonym

    def _take_digit(self, name: str, digit: str) -> Iterator[str]:
        if self._digits.get(self.tags[name].digit) == name:
            del self._digits[self.tags[name].digit]
        owner = self._digits.get(digit, name)
        self._digits[digit] = name
        if owner != name:
            self.tags[owner] = _with_fields(self.tags[owner], {"digit": ""})
            yield f"#{owner} loses key {digit}"


def _looks_problem(fields: Mapping[str, object]) -> str:
    for field_name, value in fields.items():
        match field_name, value:
            case "colour", str() if value and value not in TAG_COLOURS:
                return f"“{value}” is no colour: one of {', '.join(TAG_COLOURS)}"
            case "symbol", str() if value and not is_symbol(value):
                return "A symbol is one character that is one cell wide"
            case "digit", str() if value and (len(value) != 1 or value not in DIGITS):
                return "A key is a digit from 1 to 9"
            case _:
                continue
    return ""


def is_symbol(text: str) -> bool:
    """Whether a text can be the symbol of a tag: one visible character that is one cell wide."""
    from unicodedata import category, east_asian_width

    return len(text) == 1 and category(text)[0] in "LNPS" and category(text) != "Lm" and east_asian_width(text) not in "WF"


def rename_tags(names: Sequence[str], renames: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return the names of tags after a change of names; new ones stand at the end, as in the records of a library."""
    new = (target for name in names if name in renames and (target := renames[name]))
    return tuple(dict.fromkeys((*(name for name in names if name not in renames), *new)))


def _rename_sets(counts: Mapping[TagSet, int], renames: Mapping[str, str | None]) -> Counter[TagSet]:
    renamed = Counter[TagSet]()
    for names, count in counts.items():
        if kept := frozenset(rename_tags(sorted(names), renames)):
            renamed[kept] += count
    return renamed


def _length_problem(renames: Mapping[str, str | None]) -> str:
    """Return what is wrong with a change that makes a name too long; one that is so already may become shorter."""
    new = ((old, target) for old, target in renames.items() if target is not None)
    return _LONG_NAME if any(len(target) > len(old) and is_long_tag(target) for old, target in new) else ""


def _joins_names(names: TagSet, renames: Mapping[str, str | None]) -> bool:
    kept = [name for name in names if renames.get(name, name) is not None]
    return len({renames.get(name, name) for name in kept}) < len(kept)


def _with_fields(tag: Tag, fields: Mapping[str, object]) -> Tag:
    """Return a tag with other fields, and without the conflicts that setting them settles."""
    after = replace(tag, **fields)  # pyright: ignore[reportArgumentType]  # typed by the callers above
    settled = {"names" if name == "synonyms" else name for name in fields}
    conflicts = {cell: values for cell, values in tag.conflicts.items() if cell.partition("/")[0] not in settled}
    return replace(after, conflicts=conflicts or EMPTY_MAPPING)


def _is_within(name: str, other: str) -> bool:
    return name == other or name.startswith(f"{other}/")


def _place_in_tree(name: str) -> list[tuple[str, str]]:
    return [(part.casefold(), part) for part in tag_levels(name)]
