"""What the card shows, as a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reader.article.article import Article
from reader.review.model import Annotation, Source
from reader.review.pairs import Status
from reader.review.scale import Scale
from reader.tui.styled_line import Part


@dataclass(frozen=True, slots=True)
class CardView:
    """What the card is about. `rests_on` are reference ids in the order of the text, `pair` the one that a digit judges.

    `annotation` is None on an unmarked sentence; `others` counts further annotations on it; `ready` tells whether the library
    is open, `trouble` whether it cannot be; `creator` is the person; `missing` are labels that point nowhere; `cited` says how
    often each reference is; `aside` why the sentence is noise, "" when it is none; `hints` whether to teach the keys; `label`
    names the key of an action, `digits` are the keys of the verdicts; `check` is what to say because the text changed;
    `sources` are those behind references, by the reference ids.
    """

    article: Article
    scale: Scale
    annotation: Annotation | None
    status: Status | None
    rests_on: Sequence[str]
    pair: str
    others: int = 0
    tags: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()
    cited: tuple[tuple[str, int], ...] = ()
    is_ready: bool = True
    is_unavailable: bool = False
    creator: str = ""
    sentence: bool = True
    noise_reason: str = ""
    hints: bool = True
    label: Callable[[str], str] = str
    digits: Sequence[str] = ()
    check: TextChange | None = None
    sources: Mapping[str, Source] = field(default_factory=dict[str, Source])


class TextChange(NamedTuple):
    """What there is to say of an annotation whose text changed.

    `why` is what to look at in a few words, "" for nothing; `old` and `new` are the wordings, with what stands around them when
    only the place is in doubt; `how` says how the place was found; `stale` are the references whose verdicts are.
    """

    reason: str
    old: str
    new: str
    placement: str
    stale: frozenset[str]
