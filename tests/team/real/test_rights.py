"""The policy of a team, at a real server with several users: what each may do, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reader.team import layout
from reader.team.rights import Role, TeamPerson, bucket_policy
from reader.team.stores import ObjectStore, parse_place
from reader.team.stores.object_store import AlreadyThere, Missing, NotAllowed
from tests.team.ceph_server import CephServer, ServerUser
from tests.team.member_keys import SCOPE, own_keys_of
from tests.team.real.conftest import OpenAs
from tests.team.s3_server import s3_client

KEEPER = TeamPerson("keeper", Role.KEEPER)
TEAM = [KEEPER, TeamPerson("anna", Role.MEMBER), TeamPerson("ben", Role.MEMBER), TeamPerson("rita", Role.READER)]


class RightsTable:
    """A bucket with a policy: one store a user, and the client of AWS for what the program never does."""

    def __init__(self, ceph: CephServer, users: Mapping[str, ServerUser], bucket: str, open_as: OpenAs) -> None:
        self.stores: dict[str, ObjectStore] = {name: open_as(user, f"{bucket}/desk") for name, user in users.items()}
        self.clients = {name: s3_client(ceph.address, user.access, user.secret) for name, user in users.items()}
        self.bucket = bucket
        self.place = parse_place(f"s3://{bucket}/desk?endpoint={ceph.address}")
        self.allow(TEAM)

    def allow(self, people: list[TeamPerson]) -> None:
        """Put the policy for people onto the bucket."""
        policy = json.dumps(bucket_policy(self.place, people))
        self.clients["keeper"].put_bucket_policy(Bucket=self.bucket, Policy=policy)

    def refuses(self, name: str, verb: str, key: str = "", **more: Any) -> bool:
        """Whether the server refuses a user a call of S3."""
        words = {"Bucket": self.bucket, **({"Key": f"desk/{key}"} if key else {}), **more}
        try:
            getattr(self.clients[name], verb)(**words)
        except ClientError as error:
            if error.response["Error"]["Code"] != "AccessDenied":
                raise
            return True
        return False


@pytest.fixture
def table(ceph: CephServer, users: dict[str, ServerUser], bucket: str, open_as: OpenAs) -> RightsTable:
    return RightsTable(ceph, users, bucket, open_as)


def test_a_member_writes_keys_of_their_own_and_texts(table: RightsTable) -> None:
    written = [*own_keys_of("anna"), layout.text_key("ab" * 32)]
    for key in written:
        table.stores["anna"].put_new(key, b"words")
    for name in ("anna", "ben", "rita", "keeper"):
        assert [entry.key for entry in table.stores[name].list_after("")] == sorted(written)
        assert {table.stores[name].get(key, 10) for key in written} == {b"words"}


def test_a_member_writes_under_no_other_name(table: RightsTable) -> None:
    for key in [*own_keys_of("ben"), layout.TEAM_KEY, "elsewhere", f"a/0f/{SCOPE}/log/ben-1a/log/anna-1/x"]:
        with pytest.raises(NotAllowed, match="You may not write"):
            table.stores["anna"].put_new(key, b"words")
    assert [*table.stores["keeper"].list_after("")] == []


def test_nobody_overwrites_or_deletes_what_another_wrote(table: RightsTable) -> None:
    keys = own_keys_of("anna")
    for key in keys:
        table.stores["anna"].put_new(key, b"words")
        assert table.refuses("ben", "put_object", key, Body=b"other words")
        for name in ("anna", "ben", "rita"):
            with pytest.raises(NotAllowed, match="You may not delete"):
                table.stores[name].delete(key)
    assert {table.stores["rita"].get(key, 10) for key in keys} == {b"words"}


def test_a_reader_reads_and_writes_nothing(table: RightsTable) -> None:
    for key in [*own_keys_of("rita"), layout.text_key("ab" * 32)]:
        with pytest.raises(NotAllowed):
            table.stores["rita"].put_new(key, b"words")
    assert table.stores["rita"].list_children("") == ()


def test_who_is_not_of_the_team_sees_nothing(table: RightsTable) -> None:
    table.stores["anna"].put_new("member/anna.json", b"words")
    with pytest.raises(NotAllowed):
        table.stores["otto"].get("member/anna.json", 10)
    with pytest.raises(NotAllowed):
        table.stores["otto"].list_children("")


def test_who_is_revoked_is_refused_at_once_also_what_they_wrote(table: RightsTable) -> None:
    anna, (key, other, *_) = table.stores["anna"], own_keys_of("anna")
    anna.put_new(key, b"words")
    table.allow([TeamPerson("anna", Role.REVOKED), KEEPER, *TEAM[2:]])
    with pytest.raises(NotAllowed):
        anna.put_new(other, b"words")
    with pytest.raises(NotAllowed):
        anna.get(key, 10)
    with pytest.raises(NotAllowed):
        anna.list_children("")
    assert table.refuses("anna", "put_object_acl", key, ACL="public-read")
    assert table.stores["ben"].get(key, 10) == b"words"


def test_nobody_in_the_team_publishes_an_object_or_changes_the_bucket(table: RightsTable) -> None:
    key = own_keys_of("anna")[2]
    table.stores["anna"].put_new(key, b"words")
    assert table.refuses("anna", "put_object_acl", key, ACL="public-read")
    assert table.refuses("anna", "put_object", key, Body=b"words", ACL="public-read")
    assert table.refuses("anna", "put_bucket_policy", Policy=json.dumps(bucket_policy(table.place, TEAM)))
    assert table.refuses("anna", "put_bucket_versioning", VersioningConfiguration={"Status": "Suspended"})
    assert table.refuses("anna", "delete_bucket")
    assert table.refuses("anna", "list_objects_v2", Prefix="")


def test_what_the_policy_cannot_guard_a_version_keeps(table: RightsTable) -> None:
    key, keeper = layout.text_key("ab" * 32), table.clients["keeper"]
    keeper.put_bucket_versioning(Bucket=table.bucket, VersioningConfiguration={"Status": "Enabled"})
    table.stores["anna"].put_new(key, b"words")
    assert not table.refuses("ben", "put_object", key, Body=b"garbage")  # a client that does not ask to write only once
    versions = keeper.list_object_versions(Bucket=table.bucket, Prefix=f"desk/{key}")["Versions"]
    kept = [keeper.get_object(Bucket=table.bucket, Key=f"desk/{key}", VersionId=item["VersionId"]) for item in versions]
    assert sorted(item["Body"].read() for item in kept) == [b"garbage", b"words"]
    assert all(table.refuses("ben", "delete_object", key, VersionId=item["VersionId"]) for item in versions)


def test_a_bucket_with_versions_also_keeps_what_is_there(table: RightsTable) -> None:
    key, keeper = own_keys_of("anna")[2], table.clients["keeper"]
    keeper.put_bucket_versioning(Bucket=table.bucket, VersioningConfiguration={"Status": "Enabled"})
    table.stores["anna"].put_new(key, b"words")
    with pytest.raises(AlreadyThere):
        table.stores["anna"].put_new(key, b"other words")
    assert len(keeper.list_object_versions(Bucket=table.bucket, Prefix=f"desk/{key}")["Versions"]) == 1


def test_what_is_missing_is_missing_to_everybody_in_the_team(table: RightsTable) -> None:
    table.stores["anna"].put_new(own_keys_of("anna")[2], b"words")
    for name in ("anna", "rita", "keeper"):
        for key in (layout.TEAM_KEY, own_keys_of("ben")[2], own_keys_of("anna")[2][:-1]):
            with pytest.raises(Missing):
                table.stores[name].get(key, 10)
