"""What the members of a team may do in its store, in the words of the store: who may write which keys, who reads, who is out.

The policy of S3 was measured on Ceph 18 (`make test-team`). There a denial must name its actions, as one of all others
(`NotAction`) lets the owner of an object open it to the world, and a condition on a header that is missing denies everything.
Nor may the owner of a bucket read what others wrote in it, unless the policy says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from reader.errors import UsageError
from reader.team.layout import check_member, common_patterns, owned_patterns
from reader.team.stores.failures import server_name
from reader.team.stores.place import TeamPlace

_VERSION: Final = "2012-10-17"
_AWS_LIMIT: Final = 20_480
"""The longest policy of a bucket at Amazon, in bytes."""
_CHANGES: Final = (
    *("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"),
    *("s3:PutObjectAcl", "s3:PutObjectVersionAcl", "s3:PutObjectTagging", "s3:DeleteObjectTagging"),
    *("s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketVersioning", "s3:DeleteBucket"),
    *("s3:PutLifecycleConfiguration", "s3:PutBucketCORS", "s3:PutBucketWebsite", "s3:PutBucketNotification"),
)
_PUBLIC: Final = ("public-read", "public-read-write", "authenticated-read")
_OVERWRITES: Final = (
    "A store of this kind lets whoever may write a key write it again: members can overwrite their own objects and the texts "
    "of all, never another's notes. Turn versioning of the bucket on, so that you can get the earlier bytes back: the policy "
    "lets no member remove a version. Object lock keeps them even from you"
)
_GOOGLE_ROLES: Final = {
    "keeper": ("objectAdmin",),
    "member": ("objectViewer", "objectCreator"),
    "reader": ("objectViewer",),
    "revoked": ("objectViewer", "objectCreator"),
}
_HIDING: Final = "One object with a name such as “a//b” hides the others from everybody, until a keeper removes it"
_COPIES: Final = "What somebody has read stays with them when their rights end"


class Role(StrEnum):
    """What somebody may do in a team's store. A keeper may do everything, and also writes as a member."""

    KEEPER = "keeper"
    MEMBER = "member"
    READER = "reader"
    REVOKED = "revoked"


class TeamPerson(NamedTuple):
    """Somebody with rights: the name in keys, the role, and the user of the store ("": the one of the same name)."""

    member: str
    role: Role
    principal: str = ""


class RightsSheet(NamedTuple):
    """The rights of a team: a policy to put onto the bucket, or None; what else to do, and what the store cannot guard."""

    policy: Mapping[str, Any] | None
    steps: tuple[str, ...]
    gaps: tuple[str, ...]


def describe_rights(place: TeamPlace, people: Sequence[TeamPerson], account: str = "") -> RightsSheet:
    """Return how a store is told the rights of people.

    `account` is the number of an AWS account, for the users of Amazon. Raises UsageError for a name or a number that is none.
    """
    for person in people:
        check_member(person.member)
    if place.kind == "s3":
        return _describe_s3(place, people, account)
    if place.kind == "az":
        return _describe_azure(place, people)
    if place.kind == "gs":
        return _describe_google(place, people)
    step = f"Give the members of the team, and nobody else, the right to read and write in {place}"
    gap = "A folder tells no member from another: whoever can write in it can change and delete everything. Members are trusted"
    return RightsSheet(None, (step,), (gap, _COPIES))


def bucket_policy(place: TeamPlace, people: Sequence[TeamPerson], account: str = "") -> dict[str, Any]:
    """Return the policy of a bucket of S3 for people, as JSON is written."""
    users = {person: _principal(place, person, account) for person in people}
    of = {role: [users[person] for person in people if person.role is role] for role in Role}
    bucket, below = f"arn:aws:s3:::{place.bucket}", _arn(place, "*")
    inside = of[Role.MEMBER] + of[Role.READER]
    listing = {"StringLike": {"s3:prefix": [f"{place.prefix}/*"]}} if place.prefix else None
    statements = [
        _statement("Keep", "Allow", of[Role.KEEPER], ["s3:*"], [bucket, f"{bucket}/*"]),
        _statement("List", "Allow", inside, ["s3:ListBucket"], [bucket], listing),
        _statement("Read", "Allow", inside, ["s3:GetObject"], [below]),
        *(
            _statement(f"Write{number}", "Allow", [users[person]], ["s3:PutObject"], _resources_of(place, person.member))
            for number, person in enumerate(person for person in people if person.role is Role.MEMBER)
        ),
        _statement("ChangeNothing", "Deny", inside, _CHANGES, [bucket, f"{bucket}/*"]),
        _statement("PublishNothing", "Deny", inside, ["s3:PutObject"], [below], {"StringEquals": {"s3:x-amz-acl": [*_PUBLIC]}}),
        _statement("Out", "Deny", of[Role.REVOKED], ["s3:*"], [bucket, f"{bucket}/*"]),
    ]
    if place.is_amazon:
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
        once = {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}}
        statements.append(_statement("WriteOnce", "Deny", inside, ["s3:PutObject"], [below], once))
    return {"Version": _VERSION, "Statement": [statement for statement in statements if statement["Principal"]["AWS"]]}


def _statement(
    name: str,
    effect: str,
    users: Iterable[str],
    actions: Iterable[str],
    resources: Iterable[str],
    condition: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": name,
        "Effect": effect,
        "Principal": {"AWS": [*users]},
        "Action": [*actions],
        "Resource": [*resources],
    }
    return statement | ({"Condition": condition} if condition else {})


def _resources_of(place: TeamPlace, member: str) -> list[str]:
    return [_arn(place, pattern) for pattern in (*owned_patterns(member), *common_patterns())]


def _arn(place: TeamPlace, pattern: str) -> str:
    return f"arn:aws:s3:::{'/'.join(filter(None, (place.bucket, place.prefix, pattern)))}"


def _principal(place: TeamPlace, person: TeamPerson, account: str) -> str:
    if person.principal.startswith("arn:"):
        return person.principal
    if place.is_amazon and not (len(account) == 12 and account.isdecimal()):
        raise UsageError("The users of Amazon belong to an account", "Give its number of 12 digits")
    return f"arn:aws:iam::{account if place.is_amazon else ''}:user/{person.principal or person.member}"


def group_policy(place: TeamPlace) -> dict[str, Any]:
    """Return one policy for a group of users of Amazon whose names there are their names in the team.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
    """
    member = TeamPerson("${aws:username}", Role.MEMBER, "arn:")
    statements = bucket_policy(place, [member])["Statement"]
    return {
        "Version": _VERSION,
        "Statement": [{name: part for name, part in statement.items() if name != "Principal"} for statement in statements],
    }


def _describe_s3(place: TeamPlace, people: Sequence[TeamPerson], account: str) -> RightsSheet:
    policy = bucket_policy(place, people, account)
    if place.is_amazon:
        return _describe_amazon(place, policy)
    where = f"--endpoint-url {place.endpoint} --bucket {place.bucket}"
    steps = (
        f"Put the policy into policy.json, then: aws s3api put-bucket-policy {where} --policy file://policy.json",
        f"aws s3api put-bucket-versioning {where} --versioning-configuration Status=Enabled",
        f"Give these users no other rights to {place.bucket}, and give nobody the key of another",
    )
    gap = (
        f"It was measured on Ceph. If {server_name(place)} has no policies of buckets for single users, as MinIO, give each "
        "user the statements that name them, without “Principal”"
    )
    return RightsSheet(policy, steps, (_OVERWRITES, gap, _COPIES))


def _describe_amazon(place: TeamPlace, policy: Mapping[str, Any]) -> RightsSheet:
    gaps = (
        "Nobody overwrites anything: writes that do not say “only if it is new” are refused. Not measured at Amazon",
        _COPIES,
    )
    last = f"Give these users no other rights to {place.bucket}, and give nobody the key of another"
    put = f"Put the policy into policy.json, then: aws s3api put-bucket-policy --bucket {place.bucket} --policy file://policy.json"
    if len(json.dumps(policy)) <= _AWS_LIMIT:
        return RightsSheet(policy, (put, last), gaps)
    steps = (
        "A policy that names so many people is longer than Amazon takes, so this one is for a group: aws iam put-group-policy "
        "--group-name GROUP --policy-name team --policy-document file://policy.json",
        "Name each user as the member is named in the team, and add them to the group: aws iam add-user-to-group",
        "Who is out leaves it: aws iam remove-user-from-group. Readers get a group of their own, with what is printed for them",
        last,
    )
    return RightsSheet(group_policy(place), steps, gaps)


def _describe_azure(place: TeamPlace, people: Sequence[TeamPerson]) -> RightsSheet:
    base = f"az storage container generate-sas --account-name {place.account or 'ACCOUNT'} --name {place.bucket} --as-user"
    letters = {Role.KEEPER: "racwdl", Role.MEMBER: "rcl", Role.READER: "rl"}
    steps = [
        f"{person.member}: {base} --auth-mode login --permissions {letters[person.role]} --expiry DATE"
        for person in people
        if person.role in letters
    ]
    steps += [
        f"{person.member}: az storage account revoke-delegation-keys ends all signatures at once; give the others new ones"
        for person in people
        if person.role is Role.REVOKED
    ]
    gaps = (
        "With the letters r, c and l a member reads, creates and lists: nobody can overwrite or delete anything",
        "A signature holds for the whole container: the store does not stop a member from writing under another's name. Give a "
        "team a container of its own, and give signatures to people you trust",
        _HIDING,
        "This was not measured on Azure",
        _COPIES,
    )
    return RightsSheet(None, tuple(steps), gaps)


def _describe_google(place: TeamPlace, people: Sequence[TeamPerson]) -> RightsSheet:
    bucket = f"gs://{place.bucket}"
    add = f"gcloud storage buckets add-iam-policy-binding {bucket} --member=user:ADDRESS"
    take = f"gcloud storage buckets remove-iam-policy-binding {bucket} --member=user:ADDRESS"
    steps: list[str] = []
    for person in people:
        user = (person.principal or f"user:{person.member}@YOUR-DOMAIN").removeprefix("user:")
        command = take if person.role is Role.REVOKED else add
        roles = _GOOGLE_ROLES[person.role]
        steps += [f"{command.replace('ADDRESS', user)} --role=roles/storage.{role}" for role in roles]
    gaps = (
        "An objectCreator creates objects and cannot overwrite or delete any, not even their own",
        "The roles hold for the whole bucket: the store does not stop a member from writing under another's name. Give a team "
        "a bucket of its own, and give the roles to people you trust",
        _HIDING,
        "This was not measured on Google Cloud Storage",
        _COPIES,
    )
    return RightsSheet(None, tuple(steps), gaps)
