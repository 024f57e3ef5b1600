"""Make a team, join it and leave it: what stands at its place, and what this library remembers of it.

`team.json` at the place says what the team is, and is written once. `team.json` in the library's folder says which team this
library is in. Neither holds a secret.
"""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.files import read_limited, write_whole
from reader.library.folder import MEMBERSHIP_FILE
from reader.library.versions import encode_json
from reader.review.assignments import person_key
from reader.review.cells import Record
from reader.review.codec import as_list, as_mapping
from reader.review.model import now
from reader.team.encryption import Cipher, NullCipher
from reader.team.layout import (
    MEMBERS,
    TEAM_KEY,
    check_desk,
    check_member,
    claim_in,
    claim_key,
    member_in,
    member_key,
)
from reader.team.segments import NOTE_LIMIT, BadObject, pack_note, unpack_note
from reader.team.state import Membership, TeamMember
from reader.team.stores import ObjectStore
from reader.team.stores.object_store import AlreadyThere, Missing, TooLarge

TEAM_FORMAT: Final = 1
"""The version of the layout that this program reads and writes."""

_LARGEST_FILE: Final = 1_000_000
_MAX_TITLE: Final = 200
_PLAIN: Final = NullCipher()


class TeamNote(NamedTuple):
    """What the store says of a team: its id, its title, and the public value of its key, "" for none."""

    id: str
    title: str
    check: str


class NameTaken(ReaderError):
    """Another library has joined under a member's name: it may be the same person on another device."""


# ------------------------------------------------------------------ the team at its place


def create_team(store: ObjectStore, title: str, check: str) -> TeamNote:
    """Make a team at an empty place. Raises ReaderError if there is one, and StoreError."""
    note = TeamNote(uuid.uuid4().hex, title.strip()[:_MAX_TITLE], check)
    fields: Record = {"format": TEAM_FORMAT, "id": note.id, "title": note.title, "key": check, "at": now()}
    try:
        store.put_new(TEAM_KEY, pack_note(fields, TEAM_KEY, _PLAIN))
    except AlreadyThere:
        # An answer that was lost may have made it: then it is ours.
        if read_team(store).id != note.id:
            raise ReaderError("There is a team at this place already", "Join it, or take another place") from None
    return note


def read_team(store: ObjectStore) -> TeamNote:
    """Return what stands at a place. Raises ReaderError if that is no team, or one of a newer version, and StoreError."""
    try:
        fields = unpack_note(TEAM_KEY, store.get(TEAM_KEY, NOTE_LIMIT), _PLAIN)
    except Missing:
        raise ReaderError("There is no team at this place", "Look at the place; `reader team create` makes a team") from None
    except (BadObject, TooLarge):
        raise ReaderError(f"{TEAM_KEY} at this place is not that of a team", "Look at the bucket and the prefix") from None
    version, team = fields.get("format"), fields.get("id")
    if not isinstance(version, int) or not isinstance(team, str) or not team:
        raise ReaderError(f"{TEAM_KEY} at this place is not that of a team", "Look at the bucket and the prefix")
    if version > TEAM_FORMAT:
        raise ReaderError("This team was made by a newer version of Claim Reader", "Update Claim Reader to take part")
    return TeamNote(team, str(fields.get("title", ""))[:_MAX_TITLE], str(fields.get("key", "")))


def introduce(store: ObjectStore, member: str, name: str, cipher: Cipher, *, takes_over: bool = False) -> None:
    """Write down a member. Raises NameTaken if somebody has the name and it `takes_over` no name, and StoreError."""
    key = member_key(check_member(member))
    try:
        store.put_new(key, pack_note({"name": name, "since": now()}, key, cipher))
    except AlreadyThere:
        if not takes_over:
            what = f"Somebody has joined this team as {member}"
            raise NameTaken(what, "Take another name, or say that it is you on another device") from None


def claim_replica(store: ObjectStore, member: str, replica: str, cipher: Cipher) -> None:
    """Claim a replica for a member before its first line is sent, so that nobody else can pass for it. Raises StoreError."""
    key = claim_key(member, replica)
    with contextlib.suppress(AlreadyThere):
        store.put_new(key, pack_note({"at": now()}, key, cipher))


def claim_note(replica: str) -> str:
    """Return the name of the note that says that this device has claimed a replica."""
    return f"claim {replica}"


class Claims(NamedTuple):
    """The members of a team by their names in keys, and the member that each replica belongs to."""

    members: tuple[str, ...]
    owners: dict[str, str]


def read_claims(store: ObjectStore) -> Claims:
    """Return the members and their replicas. Of two claims the one that the store had first counts. Raises StoreError."""
    entries = list(store.list_after(MEMBERS))
    owners: dict[str, str] = {}
    for entry in sorted(entries, key=lambda entry: (entry.modified, entry.key)):
        if (claim := claim_in(entry.key)) is not None:
            owners.setdefault(claim[1], claim[0])
    return Claims(tuple(filter(None, (member_in(entry.key) for entry in entries))), owners)


def read_member(store: ObjectStore, member: str, cipher: Cipher) -> TeamMember:
    """Return what a member says of themselves, their name in keys if that cannot be read. Raises StoreError."""
    key = member_key(member)
    try:
        fields = unpack_note(key, store.get(key, NOTE_LIMIT), cipher)
    except (BadObject, Missing, TooLarge):
        fields = {}
    return TeamMember(member, str(fields.get("name") or member)[:_MAX_TITLE], str(fields.get("since", ""))[:40])


def tell_apart(members: Iterable[TeamMember]) -> tuple[TeamMember, ...]:
    """Return members of whom no two are shown alike: where a name is that of another too, the name in keys stands beside it."""
    all_members = tuple(members)
    counts = Counter(name for one in all_members for name in {person_key(one.name), one.member})
    return tuple(
        one._replace(name=f"{one.name} ({one.member})") if counts[person_key(one.name)] > 1 else one for one in all_members
    )


# ------------------------------------------------------------------ the team of this library


def read_membership(folder: Path) -> Membership | None:
    """Return which team the library in a folder is in, None for none. Raises ReaderError for a file that cannot be read."""
    path = folder / MEMBERSHIP_FILE
    try:
        fields = as_mapping(json.loads(read_limited(path, _LARGEST_FILE)))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise ReaderError(f"{path} cannot be read: {error}", "Move it away, and join the team again") from None
    version = fields.get("format")
    if isinstance(version, int) and version > TEAM_FORMAT:
        raise ReaderError(f"{path} was written by a newer version of Claim Reader", "Update Claim Reader to take part")
    texts = [fields.get(name) for name in ("place", "team", "title", "member", "name", "key")]
    place, team, title, member, name, check = (text if isinstance(text, str) else "" for text in texts)
    if version != TEAM_FORMAT or not (place and team and member):
        raise ReaderError(f"{path} does not say which team this is", "Move it away, and join the team again")
    desks = tuple(check_desk(str(desk)) for desk in as_list(fields.get("desks")))
    return Membership(place, team, title, check_member(member), name or member, check, desks)


def write_membership(folder: Path, membership: Membership) -> None:
    """Keep which team the library in a folder is in. Raises ReaderError when that fails."""
    place, team, title, member, name, check, desks = membership
    fields = {"format": TEAM_FORMAT, "place": place, "team": team, "title": title, "member": member, "name": name, "key": check}
    path = folder / MEMBERSHIP_FILE
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.unlink(missing_ok=True)
        write_whole(path, [encode_json({**fields, "desks": list(desks)}).encode("ascii"), b"\n"], temporary, overwrite=True)
    except OSError as error:
        raise ReaderError(f"{path} cannot be written: {error.strerror or error}") from error


def remove_membership(folder: Path) -> None:
    """Forget which team the library in a folder is in. Raises ReaderError when that fails."""
    path = folder / MEMBERSHIP_FILE
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise ReaderError(f"{path} cannot be removed: {error.strerror or error}") from error
