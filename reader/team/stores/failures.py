"""What went wrong at a server, in words for people and without secrets."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from reader.team.stores.object_store import (
    AlreadyThere,
    BadPlace,
    Missing,
    NotAllowed,
    StoreError,
    StoreFull,
    TooLarge,
    Unreachable,
)
from reader.team.stores.place import TeamPlace

_CODE: Final = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
_STATUS: Final = re.compile(r"status code: (\d{3})\b")
_REGION: Final = re.compile(r"<Region>([a-z0-9-]{1,40})</Region>")
_LOOKED_AT: Final = 20_000
"""How many of the first characters of an error are read: the server's code stands at their beginning."""
_LATER: Final = "It is asked again later, and nothing is lost"
_KEEPER: Final = "Ask whoever keeps it"
_SERVERS: Final = {"s3": "Amazon S3", "az": "Azure", "gs": "Google Cloud Storage"}


class _Case(NamedTuple):
    """What some signs in an error mean: codes of servers, numbers of HTTP, or words of the client."""

    signs: frozenset[str]
    failure: type[StoreError]
    what: str
    hint: str = ""


def _case(signs: str, failure: type[StoreError], what: str, hint: str = "") -> _Case:
    return _Case(frozenset(signs.split()), failure, what, hint)


# Codes: the tables of error responses of Amazon S3, Azure Blob Storage and Google Cloud Storage (XML), Ceph and MinIO.
_CODES: Final = (
    _case(
        "NoSuchBucket ContainerNotFound ContainerBeingDeleted InvalidBucketName NoSuchTenant",
        BadPlace,
        "{server} has no bucket {bucket}",
        f"Check the name of the place. {_KEEPER} whether it is there",
    ),
    _case(
        "InvalidAccessKeyId InvalidAuthenticationInfo AccountIsDisabled",
        NotAllowed,
        "{server} does not know the key from {origin}",
        "Check it, or ask whoever gave it to you for a new one",
    ),
    _case(
        "SignatureDoesNotMatch AuthenticationFailed",
        NotAllowed,
        "{server} refuses the key from {origin}: its secret part is wrong",
        "Enter the key again, as a whole",
    ),
    _case(
        "ExpiredToken InvalidToken TokenRefreshRequired InvalidClientTokenId",
        NotAllowed,
        "The key from {origin} was for a time that is over",
        "Sign in to your provider again",
    ),
    _case(
        "RequestTimeTooSkewed RequestExpired",
        Unreachable,
        "The clock of this computer is wrong: {server} refuses what it sends",
        "Set the clock, or let the system set it",
    ),
    _case(
        "QuotaExceeded InsufficientStorage XMinioStorageFull XMinioAdminBucketQuotaExceeded AccountLimitExceeded",
        StoreFull,
        "The store {bucket} at {server} is full",
        f"{_KEEPER} for more room. What you do is kept on this computer and sent when there is room",
    ),
    _case("EntityTooLarge RequestBodyTooLarge", TooLarge, "{server} takes no object as large as {key}", _KEEPER),
    _case(
        "SlowDown ServiceUnavailable ServerBusy TooManyRequests RequestLimitExceeded OperationTimedOut",
        Unreachable,
        "{server} is busy",
        _LATER,
    ),
    _case(
        "ConditionalRequestConflict OperationAborted", Unreachable, "{key} is being written by somebody at this moment", _LATER
    ),
    _case(
        "PermanentRedirect TemporaryRedirect AuthorizationHeaderMalformed IllegalLocationConstraintException",
        BadPlace,
        "The bucket {bucket} is in another region{region}",
        "Write its region at the end of the place, as in ?region=eu-central-1",
    ),
    _case("NoSuchKey BlobNotFound", Missing, "{key} is not in the store {bucket}"),
    _case(
        "AccessDenied AuthorizationPermissionMismatch AuthorizationFailure InsufficientAccountPermissions AllAccessDisabled",
        NotAllowed,
        "You may not {verb} {key} in the store {bucket}",
        f"{_KEEPER} for the rights of a member: `reader team policy` prints them",
    ),
)
_NUMBERS: Final = (
    _case("401 403", NotAllowed, "You may not {verb} {key} in the store {bucket}", f"{_KEEPER} for the rights of a member"),
    _case("404", Missing, "{key} is not in the store {bucket}"),
    _case(
        "301 302 307 308",
        BadPlace,
        "The bucket {bucket} is at another address or in another region",
        "Write ?region=… after it",
    ),
    _case("412", AlreadyThere, "{key} is already in the store {bucket}"),
    _case("413", TooLarge, "{server} takes no object as large as {key}", _KEEPER),
    _case("507", StoreFull, "The store {bucket} at {server} is full", f"{_KEEPER} for more room"),
    _case("408 429 503", Unreachable, "{server} is busy", _LATER),
    _case("500 502 504", Unreachable, "{server} has trouble", _LATER),
    _case(
        "501 405",
        BadPlace,
        "{server} does not do what a team needs of a store",
        "Use a store that can create an object only once",
    ),
)
_WORDS: Final = (
    _case("AlreadyExistsError PreconditionError", AlreadyThere, "{key} is already in the store {bucket}"),
    _case(
        "InvalidPathError",
        StoreError,
        "An object in the store {bucket} has a name that hides the others",
        "Ask whoever keeps it to remove what has an empty part in its name, as in “a//b”",
    ),
    _case("FileNotFoundError", Missing, "{key} is not in the store {bucket}"),
    _case(
        "PermissionDeniedError UnauthenticatedError",
        NotAllowed,
        "You may not {verb} {key} in the store {bucket}",
        f"{_KEEPER} for the rights of a member",
    ),
    _case(
        "certificate InvalidCertificate UnknownIssuer",
        Unreachable,
        "{server} cannot prove that it is the server it should be",
        "Where your newsroom signs its servers itself, name the file of its certificates in AWS_CA_BUNDLE",
    ),
    _case(
        "ConnectionRefused refused",
        Unreachable,
        "{server} does not answer: nothing listens there",
        f"Check the place. {_LATER}",
    ),
    _case(
        "LOCATION",
        BadPlace,
        "The bucket {bucket} is in another region",
        "Write it at the end of the place, as in ?region=eu-central-1",
    ),
    _case(
        "TimedOut Timeout ConnectTimeout ReadTimeout WriteTimeout PoolTimeout",
        Unreachable,
        "{server} does not answer in time",
        _LATER,
    ),
    _case(
        "dns nodename getaddrinfo resolution known",
        Unreachable,
        "There is no server {server}, or this computer is offline",
        f"Check the place. {_LATER}",
    ),
)
_WORD: Final = re.compile(r"[A-Za-z]+")
_UNKNOWN: Final = _case("", Unreachable, "The connection to {server} failed", _LATER)


def explain_failure(error: Exception, place: TeamPlace, verb: str, key: str, origin: str) -> StoreError:
    """Return what an error of the client means for a person.

    `verb` and `key` say what was tried ("read", "a/1"), `origin` where the person's key comes from. What the server sent may
    hold a key or a signature, so only its codes are used.
    """
    text = str(error)[:_LOOKED_AT]
    code, number, region = (pattern.search(text) for pattern in (_CODE, _STATUS, _REGION))
    words = type(error).__name__ if code or number else f"{type(error).__name__} {text}"
    case = (
        (code and _find(_CODES, {code[1]}))
        or (number and _find(_NUMBERS, {number[1]}))
        or _find(_WORDS, {match[0] for match in _WORD.finditer(words)})
        or _UNKNOWN
    )
    fields = {
        "server": server_name(place),
        "bucket": place.bucket,
        "region": f", {region[1]}" if region else "",
        "verb": verb,
        "key": key or "its objects",
        "origin": origin,
    }
    return case.failure(case.what.format_map(fields), case.hint)


def server_name(place: TeamPlace) -> str:
    """Return the name of a place's server for people: its host, or the provider."""
    return urlsplit(place.endpoint).netloc or _SERVERS.get(place.kind, "The store")


def _find(cases: tuple[_Case, ...], signs: set[str]) -> _Case | None:
    return next((case for case in cases if case.signs & signs), None)
