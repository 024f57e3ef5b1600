"""The keys to a place: from the environment, the provider's own files, then the keyring of the system. Never shown or stored.

For S3 these are read here: the variables of the environment, and the profiles of `~/.aws/credentials` and `~/.aws/config`. For
Azure and Google the client reads its provider's variables and files itself. The names of both are those of the providers.
"""

from __future__ import annotations

import configparser
import json
import os
import shlex
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from reader.errors import ReaderError
from reader.files import read_limited
from reader.team.stores.object_store import NotAllowed, StoreError, Unreachable
from reader.team.stores.place import TeamPlace

KEY_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "s3": ("access_key_id", "secret_access_key"),
    "az": ("account_key", "sas_key"),
    "gs": ("service_account_key",),
}
"""What the keyring may hold for a place of each kind; for Azure one of the two."""

_SERVICE: Final = "claim-reader"
_KEPT: Final = timedelta(minutes=5)
"""After that, keys that may change are read again: those for a time are replaced in their file by the provider's programs."""
_PROGRAM_LIMIT: Final = 60.0
_LARGEST_FILE: Final = 1_000_000
_LONGEST_COMMAND: Final = 10_000
_ENVIRONMENT: Final = "the environment"
_KEYRING: Final = "the keyring of the system"
_OWN_WAY: Final = {
    "s3": ("AWS_CONTAINER_CREDENTIALS_", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    "az": ("AZURE_",),
    "gs": ("GOOGLE_",),
}
"""How the variables begin that tell a client where its keys are."""
_WHERE: Final = (
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE for a profile of ~/.aws/credentials, "
    "or put the key into the keyring of the system"
)


class StoreKeys(NamedTuple):
    """Keys to a place, by the names of `KEY_FIELDS`, with "session_token" where there is one.

    `origin` says where they come from. `expires_at` is when they are to be asked for again, None: never.
    """

    values: Mapping[str, str]
    origin: str
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"StoreKeys(from {self.origin})"

    __str__ = __repr__


class AwsProfile(NamedTuple):
    """A profile of the files of AWS: its name, and what both files say in it."""

    name: str
    values: Mapping[str, str]

    def __repr__(self) -> str:
        return f"AwsProfile({self.name!r})"

    __str__ = __repr__


def find_s3_keys(place: TeamPlace) -> StoreKeys:
    """Return the keys to a bucket. Raises NotAllowed, which says where they may be, if there are none."""
    if not place.profile and (found := _from_environment()):
        return found
    profile = load_aws_profile(place)
    if found := _from_profile(profile):
        return found
    if (found := find_in_keyring(place)) is not None:
        return found
    if profile.values.keys() & {"sso_session", "sso_start_url", "role_arn", "login_session"}:
        how = f"credential_process = aws configure export-credentials --profile {profile.name} --format process"
        what = f"The profile {profile.name} of ~/.aws/config signs in by a program of AWS"
        raise NotAllowed(what, f"Add another profile with this line, and name it in AWS_PROFILE: {how}")
    raise NotAllowed(f"There is no key for {place.kind}://{place.bucket}", _WHERE)


def load_aws_profile(place: TeamPlace) -> AwsProfile:
    """Return the profile of AWS that is used for a place. Raises NotAllowed if it is named and there is none of this name."""
    chosen = place.profile or os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE") or ""
    name = chosen or "default"
    config = _read_ini("AWS_CONFIG_FILE", "config")
    sections = [section for section in (name, f"profile {name}") if config.has_section(section)]
    credentials = _read_ini("AWS_SHARED_CREDENTIALS_FILE", "credentials")
    values = {key: value for section in sections for key, value in config.items(section)}
    if credentials.has_section(name):
        values |= dict(credentials.items(name))
    elif not sections and chosen:
        raise NotAllowed(f"There is no profile {chosen} in ~/.aws/credentials or ~/.aws/config", "Check AWS_PROFILE")
    services = f"services {values.get('services', '')}"
    if config.has_section(services):
        values |= _subsettings(config.get(services, "s3", fallback=""), "s3_")
    return AwsProfile(name, values)


def find_in_keyring(place: TeamPlace) -> StoreKeys | None:
    """Return the keys that the keyring of the system holds for a place, None without any."""
    import keyring

    try:
        text = keyring.get_password(_SERVICE, _entry_name(place))
    except Exception:  # a system without a keyring, or one that stays locked: backends raise what their system raises
        return None
    try:
        values = json.loads(text or "null")
    except ValueError:
        return None
    return StoreKeys(_pick_fields(cast("Any", values), place), _KEYRING) if isinstance(values, dict) else None


def save_in_keyring(place: TeamPlace, values: Mapping[str, str]) -> None:
    """Put the keys to a place into the keyring of the system. Raises ReaderError if there is none or it refuses."""
    import keyring

    kept = _pick_fields(values, place)
    if not kept:
        raise ValueError("nothing to keep")
    with suppress(Exception):  # as in `find_in_keyring`
        keyring.set_password(_SERVICE, _entry_name(place), json.dumps(kept))
    # Asked for what it has been given, as a keyring may drop that without a word.
    if find_in_keyring(place) is None:
        raise ReaderError(
            "The keyring of the system takes no key", "Put it into the environment or the provider's file instead"
        )


def forget_in_keyring(place: TeamPlace) -> bool:
    """Remove the keys to a place from the keyring of the system; return whether there were any."""
    import keyring

    try:
        keyring.delete_password(_SERVICE, _entry_name(place))
    except Exception:  # as in `find_in_keyring`
        return False
    return True


def knows_own_way(place: TeamPlace) -> bool:
    """Whether the environment tells the client of a place where its keys are, in a way that is the client's own."""
    return any(name.startswith(_OWN_WAY[place.kind]) for name in os.environ)


def _entry_name(place: TeamPlace) -> str:
    """Return the name of the keyring's entry: a key belongs to a bucket of a server, whatever the prefix and the profile."""
    return str(place._replace(prefix="", profile="", region=""))


def _pick_fields(values: Mapping[str, object], place: TeamPlace) -> dict[str, str]:
    return {name: value for name in KEY_FIELDS[place.kind] if isinstance(value := values.get(name), str) and value}


def _from_environment() -> StoreKeys | None:
    names = {
        "access_key_id": "AWS_ACCESS_KEY_ID",
        "secret_access_key": "AWS_SECRET_ACCESS_KEY",
        "session_token": "AWS_SESSION_TOKEN",
    }
    values = {name: os.environ[variable] for name, variable in names.items() if os.environ.get(variable)}
    return StoreKeys(values, _ENVIRONMENT) if {"access_key_id", "secret_access_key"} <= values.keys() else None


def _from_profile(profile: AwsProfile) -> StoreKeys | None:
    values = {
        name: profile.values[f"aws_{name}"]
        for name in ("access_key_id", "secret_access_key", "session_token")
        if profile.values.get(f"aws_{name}")
    }
    origin = f"the profile {profile.name} of ~/.aws"
    if {"access_key_id", "secret_access_key"} <= values.keys():
        return StoreKeys(values, origin, datetime.now(UTC) + _KEPT)
    command = profile.values.get("credential_process")
    return _from_program(command, origin) if command else None


def _from_program(command: str, origin: str) -> StoreKeys:
    """Return what the program of a profile prints. Raises Unreachable.

    The format is that of AWS: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html.
    """
    try:
        if len(command) > _LONGEST_COMMAND:  # `shlex` takes quadratic time
            raise ValueError("no command")
        done = subprocess.run(shlex.split(command), capture_output=True, timeout=_PROGRAM_LIMIT, check=True)
        told = json.loads(done.stdout)
        values = {
            "access_key_id": str(told["AccessKeyId"]),
            "secret_access_key": str(told["SecretAccessKey"]),
            "session_token": str(told.get("SessionToken") or ""),
        }
        expires = datetime.fromisoformat(str(told["Expiration"])) if told.get("Expiration") else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, subprocess.SubprocessError):
        failure = Unreachable(f"The program that {origin} names for its key gave none", "Run it by itself to see why")
    else:
        return StoreKeys({name: value for name, value in values.items() if value}, f"the program of {origin}", expires)
    raise failure


def _read_ini(variable: str, name: str) -> configparser.RawConfigParser:
    """Return a file of AWS, empty if there is none. Raises StoreError for one that cannot be read."""
    path = Path(os.environ.get(variable) or Path("~/.aws", name)).expanduser()
    parser = configparser.RawConfigParser(default_section="", strict=False, interpolation=None)
    try:
        parser.read_string(read_limited(path, _LARGEST_FILE).decode())
    except FileNotFoundError:
        return parser
    except (OSError, UnicodeError, configparser.Error):
        failure = StoreError(f"The file {path} with keys of AWS cannot be read", "Check its lines and its rights")
    else:
        return parser
    raise failure


def _subsettings(text: str, before: str) -> dict[str, str]:
    """Return the settings of a service, which stand in the lines below its name."""
    pairs = [line.partition("=") for line in text.splitlines()]
    return {f"{before}{name.strip()}": value.strip() for name, equals, value in pairs if equals}
