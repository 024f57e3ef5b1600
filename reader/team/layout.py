"""Name the objects of a team. Every key is made and read here, and nowhere else.

    team.json                                                            what the team is; made once
    member/<member>.json                                                 how a member is shown
    member/<member>-<replica>.json                                       a claim: this replica is that member's
    a/<xx>/<scope>/log/<member>-<replica>/<first>-<last>-<hash>.jsonl.zst      a segment: whole journal lines of one replica
    a/<xx>/<scope>/fold/<count>-<member>-<hash>[-gap].jsonl.zst          records, and the version vector that they cover
    a/<xx>/<scope>/about/<member>.json                                   which article a scope is
    t/<xx>/<digest>                                                      a text or document
    desk/<desk>/articles/<scope>/<number>-<on or off>-<member>           an article was put on a desk, or taken off it
    desk/<desk>/changed/<yyyymmddThhmm>/<member>-<replica>-<last>~<scope>      an article of a desk has new lines

Every object has one writer, which the store can enforce by these names, and never changes. `<hash>` is that of its bytes. In a
team with a key, `<scope>`, `<digest>` and `<desk>` are keyed too (`encryption`).
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Final, NamedTuple

from reader.errors import UsageError
from reader.team.stores import is_name

TEAM_KEY: Final = "team.json"
MEMBERS: Final = "member"
"""The folder of members and of their claims."""
MAX_COUNTER: Final = 10**16 - 1
"""The largest number that a key has room for."""

MAX_PLACING: Final = 9_999
"""The largest number of a placing."""

_MEMBER: Final = re.compile(r"[a-z0-9_]{1,32}")
_DESK: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,47}")
_COUNTER: Final = 16
_HASH: Final = 16
_MINUTE: Final = "%Y%m%dT%H%M"
_LOG: Final = re.compile(r"([a-z0-9_]{1,32})-([0-9a-f]{1,32})")
_SEGMENT: Final = re.compile(r"([0-9]{16})-([0-9]{16})-([0-9a-f]{16})\.jsonl\.zst")
_FOLD: Final = re.compile(r"([0-9]{16})-([a-z0-9_]{1,32})-([0-9a-f]{16})(-gap)?\.jsonl\.zst")
_PLACING: Final = re.compile(r"([0-9]{4})-(on|off)-([a-z0-9_]{1,32})")
_MARKER: Final = re.compile(r"([a-z0-9_]{1,32})-([0-9a-f]{1,32})-([0-9]{16})~([0-9a-f]{16})")


class SegmentName(NamedTuple):
    """What the key of a segment says: whose log it is in, the counters of its first and last line, and its hash."""

    member: str
    replica: str
    first: int
    last: int
    hash: str


class FoldName(NamedTuple):
    """What the key of a fold says: the sum of its counters, who wrote it, its hash, and whether it fills a gap in the logs."""

    total: int
    member: str
    hash: str
    is_gap: bool


class Placing(NamedTuple):
    """What the key of an article on a desk says: how often it was put there or taken off before, which it is now, by whom."""

    number: int
    is_on: bool
    member: str


class ChangeMarker(NamedTuple):
    """What the key of a marker says: the minute by its writer's clock, whose change it is, and the name of the article."""

    minute: datetime
    member: str
    replica: str
    last: int
    scope: str


def check_member(name: str) -> str:
    """Return the name of a member. Raises UsageError for one that cannot stand in a key."""
    if not _MEMBER.fullmatch(name) or not is_name(f"{name}.json"):
        raise UsageError(f"{name!r} is no name of a member", "Take 1 to 32 of a to z, 0 to 9 and _")
    return name


def check_desk(name: str) -> str:
    """Return the name of a desk. Raises UsageError for one that cannot stand in a key."""
    if not _DESK.fullmatch(name) or not is_name(name):
        raise UsageError(f"{name!r} is no name of a desk", "Take 1 to 48 of a to z, 0 to 9, _ and -")
    return name


def object_hash(data: bytes) -> str:
    """Return the hash of an object's bytes as it stands in its key."""
    return hashlib.sha256(data).hexdigest()[:_HASH]


# ------------------------------------------------------------------ members


def member_key(member: str) -> str:
    """Return the key of what is said of a member."""
    return f"{MEMBERS}/{member}.json"


def claim_key(member: str, replica: str) -> str:
    """Return the key by which a member claims a replica."""
    return f"{MEMBERS}/{member}-{replica}.json"


def claim_in(key: str) -> tuple[str, str] | None:
    """Return member and replica of a claim, None for another key."""
    match = _LOG.fullmatch(key.removeprefix(f"{MEMBERS}/").removesuffix(".json"))
    return (match[1], match[2]) if match and key == claim_key(match[1], match[2]) else None


def member_in(key: str) -> str:
    """Return the member that a key describes, "" for another key."""
    name = key.removeprefix(f"{MEMBERS}/").removesuffix(".json")
    return name if _MEMBER.fullmatch(name) and key == member_key(name) else ""


# ------------------------------------------------------------------ articles


def article_prefix(scope: str) -> str:
    """Return the folder of an article by the name of its scope."""
    return f"a/{scope[:2]}/{scope}"


def logs_prefix(scope: str) -> str:
    """Return the folder of an article's logs."""
    return f"{article_prefix(scope)}/log"


def log_prefix(scope: str, member: str, replica: str) -> str:
    """Return the folder of one log."""
    return f"{logs_prefix(scope)}/{member}-{replica}"


def folds_prefix(scope: str) -> str:
    """Return the folder of an article's folds."""
    return f"{article_prefix(scope)}/fold"


def about_prefix(scope: str) -> str:
    """Return the folder of what members say about an article."""
    return f"{article_prefix(scope)}/about"


def about_key(scope: str, member: str) -> str:
    """Return the key of what a member says about an article."""
    return f"{about_prefix(scope)}/{member}.json"


def segment_stem(scope: str, member: str, replica: str, first: int, last: int) -> str:
    """Return the key of a segment without its hash, which it is sealed with."""
    return f"{log_prefix(scope, member, replica)}/{first:0{_COUNTER}d}-{last:0{_COUNTER}d}"


def fold_stem(scope: str, member: str, count: int) -> str:
    """Return the key of a fold without its hash, which it is sealed with."""
    return f"{folds_prefix(scope)}/{min(count, MAX_COUNTER):0{_COUNTER}d}-{member}"


def whole_key(stem: str, data: bytes, *, is_gap: bool = False) -> str:
    """Return the key of a segment or fold with the hash of its bytes."""
    return f"{stem}-{object_hash(data)}{'-gap' if is_gap else ''}.jsonl.zst"


def stem_of(key: str) -> str:
    """Return the key of a segment or fold without its hash."""
    return key.removesuffix(".jsonl.zst").removesuffix("-gap").rpartition("-")[0]


def log_in(name: str) -> tuple[str, str] | None:
    """Return member and replica of the name of a log, None for another name."""
    match = _LOG.fullmatch(name)
    return (match[1], match[2]) if match else None


def segment_in(key: str) -> SegmentName | None:
    """Read the key of a segment, None for another key."""
    names = key.rsplit("/", 2)
    log, match = log_in(names[-2]) if len(names) == 3 else None, _SEGMENT.fullmatch(names[-1])
    if log is None or match is None or not names[0].endswith("/log"):
        return None
    first, last = int(match[1]), int(match[2])
    return SegmentName(*log, first, last, match[3]) if 0 < first <= last else None


def fold_in(key: str) -> FoldName | None:
    """Read the key of a fold, None for another key."""
    folder, _, name = key.rpartition("/")
    match = _FOLD.fullmatch(name)
    return FoldName(int(match[1]), match[2], match[3], bool(match[4])) if match and folder.endswith("/fold") else None


# ------------------------------------------------------------------ texts


def text_key(digest: str) -> str:
    """Return the key of a text by the name of its digest."""
    return f"t/{digest[:2]}/{digest}"


# ------------------------------------------------------------------ desks


def desk_prefix(desk: str) -> str:
    """Return the folder of a desk's articles."""
    return f"desk/{desk}/articles"


def placing_key(desk: str, scope: str, placing: Placing) -> str:
    """Return the key by which a member puts an article on a desk, or takes it off."""
    return f"{desk_prefix(desk)}/{scope}/{placing.number:04d}-{'on' if placing.is_on else 'off'}-{placing.member}"


def placing_in(key: str) -> tuple[str, Placing] | None:
    """Return the name of the article and what was done with it, None for another key."""
    folder, _, name = key.rpartition("/")
    match = _PLACING.fullmatch(name)
    return (folder.rpartition("/")[2], Placing(int(match[1]), match[2] == "on", match[3])) if match else None


def markers_prefix(desk: str) -> str:
    """Return the folder of a desk's markers."""
    return f"desk/{desk}/changed"


def marker_key(desk: str, marker: ChangeMarker) -> str:
    """Return the key of a marker."""
    name = f"{marker.member}-{marker.replica}-{marker.last:0{_COUNTER}d}~{marker.scope}"
    return f"{markers_since(desk, marker.minute)}/{name}"


def markers_since(desk: str, minute: datetime) -> str:
    """Return a key that comes before all markers of a minute, and after those of the minutes before it."""
    return f"{markers_prefix(desk)}/{minute.astimezone(UTC).strftime(_MINUTE)}"


def marker_in(key: str) -> ChangeMarker | None:
    """Read the key of a marker, None for another key."""
    names = key.rsplit("/", 2)
    match = _MARKER.fullmatch(names[-1])
    if match is None or len(names) != 3:
        return None
    try:
        minute = datetime.strptime(names[1], _MINUTE).replace(tzinfo=UTC)
    except ValueError:
        return None
    return ChangeMarker(minute, match[1], match[2], int(match[3]), match[4])


# ------------------------------------------------------------------ rights


def owned_patterns(member: str) -> tuple[str, ...]:
    """Return what the keys look like that a member writes and nobody else: `?` is one character, `*` any number of them."""
    article, counter = f"a/??/{'?' * 16}", "?" * _COUNTER
    return (
        member_key(member),
        f"{MEMBERS}/{member}-*",
        f"{article}/log/{member}-*",
        f"{article}/fold/{counter}-{member}-*",
        f"{article}/about/{member}.json",
        f"desk/*/articles/*/????-on-{member}",
        f"desk/*/articles/*/????-off-{member}",
        f"desk/*/changed/*/{member}-*",
    )


def common_patterns() -> tuple[str, ...]:
    """Return what the keys look like that every member may write: texts, whose keys tell their content."""
    return ("t/??/*",)
