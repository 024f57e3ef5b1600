"""Find words of a claim whose opposites a source has, and not the words: "rose" where it only says "fell"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import Final, NamedTuple

from reader.article.ranges import Span
from reader.review.details.lexicon import NEGATIONS, Token, word_set

_FAMILIES: Final = """
rise rises rose risen rising increase increases increased increasing grow grows grew grown growing climbed surged soared
 (growth gain gains gained jump jumped jumps surge climb more higher up)
| fall falls fell fallen falling decrease decreases decreased decreasing decline declines declined declining shrank plunged
 (drop drops dropped shrink dip dipped plunge slumped reduce reduces reduced reduction cut cuts less lower fewer down)
highest tallest (most maximum top greatest largest biggest) | lowest (least minimum bottom smallest)
largest biggest (greatest most highest) | smallest tiniest (least lowest)
longest | shortest
best (finest top favourite favorite) | worst (poorest)
majority (most more) | minority (few fewer less)
wins won winner winning victory (victories win champion triumph beat beats defeated)
| loses lost loser losing (lose loss losses beat beaten beats defeat defeated)
profit profits profitable (gain earnings) | deficit losses (loss lost)
imports imported importing (import) | exports exported exporting (export)
buys bought buying (buy purchase purchased acquire acquired acquisition) | sells sold selling (sell sale sales)
hired appointed (hire hires appoint appoints appointment named) | fired dismissed sacked (fire dismiss dismissal sack)
accepted approved (accept accepts approve approves approval adopted passed) | rejected (reject rejects rejection refused denied)
supports supported supporting (support favour favor favoured favored backed back for)
| opposes opposed opposing (oppose opposition against)
allows allowed legalised legalized (allow allowing permit permits permitted legalise legalize)
| bans banned prohibits prohibited (ban prohibit forbid forbids forbidden outlawed outlaw illegal)
guilty convicted (conviction) | innocent acquitted (acquittal)
legal (legally lawful) | illegal (illegally unlawful)
mandatory compulsory obligatory (required must require) | optional voluntary (option volunteer may)
private (privately) | public (publicly state government)
amateur amateurs | professional professionally (pro)
urban (city cities town towns) | rural (countryside village villages farm)
indoor indoors (inside) | outdoor outdoors (outside)
domestic (home national) | foreign international (overseas abroad)
inner | outer
internal | external
deciduous | coniferous evergreen (conifers)
vertical vertically | horizontal horizontally
positive | negative
married (marriage marry wed wife husband spouse) | unmarried (bachelor single)
male (males man men boy boys his he him) | female (females woman women girl girls her she)
mother mothers (mom mum parents) | father fathers (dad parents)
brother brothers (sibling siblings) | sister sisters (sibling siblings)
son sons (boy child children father mother parents) | daughter daughters (girl child children father mother parents)
husband husbands (married spouse wife) | wife wives (married spouse husband)
uncle uncles (nephew niece) | aunt aunts (nephew niece)
grandfather (grandson granddaughter) | grandmother (grandson granddaughter)
older elder oldest eldest | younger youngest
northern (north) | southern (south) | eastern (east) | western (west)
northeastern northeast | northwestern northwest | southeastern southeast | southwestern southwest
morning mornings (am) | afternoon afternoons (pm) | evening evenings (pm) | night nights (overnight pm)
daily (day) | weekly (week) | monthly (month) | quarterly (quarter) | yearly annual annually (year)
gold (golden) | silver | bronze
wooden (wood timber) | stone | brick bricks | steel | concrete
former formerly retired (previously ex past retire retires retirement once) | current currently (incumbent present now)
senior | junior
goalkeeper (goalie) | defender (defence) | midfielder (midfield) | striker (forward)
guitarist (guitar guitars) | drummer (drums) | bassist (bass) | pianist (piano keyboards keyboardist) | violinist (violin)
lawyer attorney (barrister solicitor law) | physician (doctor) | teacher (taught teaches) | engineer | nurse
| journalist (reporter)
"""
"""Families of words that exclude one another, a family in each line; a line that begins with a blank or a bar continues it.

Members are divided by bars. In brackets are words that mean the same, or make it certain: they count in a source, and are not
looked for in a claim.
"""
_NEGATED: Final = frozenset(("not", "never", "none", "nobody", "nothing", "neither"))
"""The negations that are looked for in a claim."""
_DENIALS: Final = NEGATIONS | word_set(
    "t nor unable hardly barely lack lacks lacked lacking fail fails failed failing failure refuse refuses refused declined"
    " denied dismissed rejected"
)
"""The words with which a source may deny something; "t" ends "isn't"."""


class _Member(NamedTuple):
    """A member of a family: all its words, and all those of the other members that are looked for."""

    words: frozenset[str]
    opposites: frozenset[str]


def _read_families() -> Mapping[str, Sequence[_Member]]:
    """Return the members that each word belongs to."""
    members: defaultdict[str, list[_Member]] = defaultdict(list)
    for family in _FAMILIES.replace("\n ", " ").replace("\n|", " |").strip().splitlines():
        halves = [member.partition("(")[::2] for member in family.split("|")]
        asked = [frozenset(words.split()) for words, _ in halves]
        for own, (_, more) in zip(asked, halves, strict=True):
            member = _Member(own.union(more.strip(" )").split()), frozenset(chain.from_iterable(asked)) - own)
            for word in own:
                members[word].append(member)
    return dict(members)


_MEMBERS: Final = _read_families()


def find_opposites(words: Sequence[Token], source_words: Set[str]) -> Iterator[Span]:
    """Yield the words of an English claim whose opposites an English source has, and not the words; and negations it has not.

    `words` are those of the claim, `source_words` those of the source in lower case; both are folded.
    """
    for word in words:
        if not word.surface.islower():
            continue
        members = _MEMBERS.get(word.text, ())
        has_opposite = any(
            member.words.isdisjoint(source_words) and not member.opposites.isdisjoint(source_words) for member in members
        )
        if has_opposite or (word.text in _NEGATED and source_words.isdisjoint(_DENIALS)):
            yield word.span
