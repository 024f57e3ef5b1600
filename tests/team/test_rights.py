"""What a policy says, by the keys that members write. Whether a server does as it says is proved at a real one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import pytest

from reader.errors import ReaderError, UsageError
from reader.team import layout
from reader.team.rights import Role, TeamPerson, bucket_policy, describe_rights
from reader.team.stores import parse_place
from tests.team.member_keys import SCOPE, own_keys_of

MEMBERS = ("ann", "anna", "anna_b", "ben")
OWN = parse_place("s3://newsroom/desk?endpoint=https://s3.example.org")


def fits(key: str, patterns: Iterable[str]) -> bool:
    """Whether a key is one of those that patterns with `?` and `*` stand for, as S3 reads them."""
    spelled = (re.escape(pattern).replace(r"\?", ".").replace(r"\*", ".*") for pattern in patterns)
    return any(re.fullmatch(pattern, key) for pattern in spelled)


@pytest.mark.parametrize("member", MEMBERS)
def test_patterns_hold_the_keys_of_one_member_only(member: str) -> None:
    patterns = layout.owned_patterns(member)
    for other in MEMBERS:
        assert {fits(key, patterns) for key in own_keys_of(other)} == {other == member}


def test_patterns_hold_no_key_within_the_log_of_another() -> None:
    log = layout.log_prefix(SCOPE, "ben", "1a")
    for key in (f"{log}/anna-1a/0001", f"{log}/log/anna-1a/0001", layout.TEAM_KEY, layout.text_key("ab" * 32)):
        assert not fits(key, layout.owned_patterns("anna"))
    assert fits(layout.text_key("ab" * 32), layout.common_patterns())


def test_a_policy_names_who_may_what() -> None:
    people = [TeamPerson("anna", Role.MEMBER), TeamPerson("rita", Role.READER), TeamPerson("otto", Role.REVOKED, "o.b")]
    policy = bucket_policy(OWN, people)
    statements = {statement["Sid"]: statement for statement in json.loads(json.dumps(policy))["Statement"]}
    assert statements.keys() == {"List", "Read", "Write0", "ChangeNothing", "PublishNothing", "Out"}
    assert statements["Write0"]["Principal"] == {"AWS": ["arn:aws:iam:::user/anna"]}
    assert "arn:aws:s3:::newsroom/desk/t/??/*" in statements["Write0"]["Resource"]
    assert statements["Out"]["Principal"] == {"AWS": ["arn:aws:iam:::user/o.b"]}
    assert statements["List"]["Condition"] == {"StringLike": {"s3:prefix": ["desk/*"]}}


def test_amazon_is_told_that_nobody_overwrites_and_others_that_versions_help() -> None:
    people = [TeamPerson("anna", Role.MEMBER)]
    amazon = describe_rights(parse_place("s3://newsroom"), people, account="123456789012")
    assert amazon.policy is not None
    (once,) = [statement for statement in amazon.policy["Statement"] if statement["Sid"] == "WriteOnce"]
    assert once["Condition"]["Null"] == {"s3:if-none-match": "true"}
    assert once["Principal"] == {"AWS": ["arn:aws:iam::123456789012:user/anna"]}
    other = describe_rights(OWN, people)
    assert other.policy is not None
    assert "WriteOnce" not in json.dumps(other.policy)
    assert "Turn versioning of the bucket on" in other.gaps[0]


def test_amazon_needs_the_number_of_an_account() -> None:
    for account in ("", "12", "12345678901x"):
        with pytest.raises(UsageError, match="12 digits"):
            describe_rights(parse_place("s3://newsroom"), [TeamPerson("anna", Role.MEMBER)], account)
    whole = TeamPerson("anna", Role.MEMBER, "arn:aws:iam::123456789012:role/desk")
    assert describe_rights(parse_place("s3://newsroom"), [whole]).policy is not None


def test_a_team_too_large_for_one_policy_of_amazon_gets_that_of_a_group() -> None:
    people = [TeamPerson(f"member{number}", Role.MEMBER) for number in range(60)]
    sheet = describe_rights(parse_place("s3://newsroom/desk"), people, account="123456789012")
    assert sheet.policy is not None
    assert "put-group-policy" in sheet.steps[0]
    assert all("Principal" not in statement for statement in sheet.policy["Statement"])
    (written,) = [statement["Resource"] for statement in sheet.policy["Statement"] if statement["Sid"] == "Write0"]
    assert "arn:aws:s3:::newsroom/desk/member/${aws:username}.json" in written
    assert len(json.dumps(sheet.policy)) < 5120  # what a group takes


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("/srv/team", "Members are trusted"),
        ("az://newsroom?account=paper", "the store does not stop a member from writing under another's name"),
        ("gs://newsroom", "the store does not stop a member from writing under another's name"),
    ],
)
def test_stores_without_such_policies_say_what_they_cannot_guard(place: str, words: str) -> None:
    people = [TeamPerson("anna", Role.MEMBER), TeamPerson("rita", Role.READER), TeamPerson("otto", Role.REVOKED)]
    sheet = describe_rights(parse_place(place), people)
    assert sheet.policy is None
    assert words in " ".join(sheet.gaps)
    assert sheet.steps


def test_a_name_that_would_widen_a_policy_is_refused() -> None:
    for name in ("*", "an?a", "", "anna/ben", "Anna", "a-b"):
        with pytest.raises(ReaderError):
            describe_rights(OWN, [TeamPerson(name, Role.MEMBER)])
