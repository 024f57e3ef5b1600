"""Open the store of a place: the client of its kind, its keys and its server."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from reader.errors import ReaderError
from reader.files import read_limited
from reader.team.stores.bucket import BucketStore, Client, TimeLimits
from reader.team.stores.credentials import StoreKeys, find_in_keyring, find_s3_keys, knows_own_way, load_aws_profile
from reader.team.stores.folder import FolderStore
from reader.team.stores.object_store import BadPlace, NotAllowed, ObjectStore, StoreError
from reader.team.stores.place import TeamPlace
from reader.team.stores.s3_pages import AwsKeys, S3Listing

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Credential

_REGION: Final = "us-east-1"
"""The region of AWS by default; servers of others mostly take any."""
_EARLY: Final = timedelta(seconds=60)
"""Keys are asked for again before they end by so much, as a request with them takes a while."""
_OWN: Final = "your provider's own settings"
_LARGEST_ROOTS: Final = 16_000_000
"""The most bytes of a file of certificates: those of a system are some 200 kB."""


def open_store(place: TeamPlace, limits: TimeLimits | None = None) -> ObjectStore:
    """Return the store of a place. Nothing is asked of it yet.

    Raises NotAllowed if there are no keys to it, BadPlace, and ReaderError if the client is not installed.
    """
    if place.folder is not None:
        return FolderStore(place.folder)
    if find_spec("obstore") is None:
        raise ReaderError(f"{place.kind}:// needs a library more", "Install it: pip install 'claim-reader[team]'")
    return {"s3": _open_s3, "az": _open_azure, "gs": _open_google}[place.kind](place, limits)


class KeyHolder:
    """Gives the client the keys to a bucket, and looks for them again when they end. They are in no `repr`."""

    def __init__(self, place: TeamPlace, keys: StoreKeys) -> None:
        self._place = place
        self._keys = keys
        self._lock = threading.Lock()

    def __call__(self) -> S3Credential:
        """Return keys that hold for now, or the last ones if there are no others: then the server says what they lack."""
        with self._lock:
            if self._keys.expires_at is not None and self._keys.expires_at - _EARLY < datetime.now(UTC):
                with suppress(ReaderError):
                    self._keys = find_s3_keys(self._place)
            values, expires = self._keys.values, self._keys.expires_at
        return {
            "access_key_id": values["access_key_id"],
            "secret_access_key": values["secret_access_key"],
            "token": values.get("session_token"),
            "expires_at": expires,
        }

    def signing_keys(self) -> AwsKeys:
        """Return the same keys for a request that is signed here."""
        found = self()
        return AwsKeys(found["access_key_id"], found["secret_access_key"], found.get("token") or "")


def _open_s3(place: TeamPlace, limits: TimeLimits | None) -> BucketStore:
    from obstore.store import S3Store

    profile = load_aws_profile(place).values
    endpoint = place.endpoint or _first(os.environ, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
    endpoint = (endpoint or _first(profile, "s3_endpoint_url", "endpoint_url")).rstrip("/")
    region = place.region or _first(os.environ, "AWS_REGION", "AWS_DEFAULT_REGION") or profile.get("region") or _REGION
    try:
        keys = find_s3_keys(place)
    except NotAllowed:
        if not knows_own_way(place):
            raise
        keys = None
    holder = KeyHolder(place, keys) if keys else None
    config: dict[str, Any] = {"region": region, "conditional_put": "etag", "disable_bulk_delete": True}
    if endpoint:
        config |= {"endpoint": endpoint, "aws_endpoint_url_s3": endpoint}
    roots = _read_roots(profile.get("ca_bundle", ""))
    options = _client_options(endpoint, roots)

    def make(limits: ClientConfig, retries: RetryConfig) -> Client:
        store = S3Store(
            place.bucket,
            prefix=place.prefix or None,
            config=cast("Any", config),
            client_options={**options, **limits},
            retry_config=retries,
            credential_provider=holder,
        )
        return cast("Client", store)

    asked, times = place._replace(endpoint=endpoint, region=region), limits or TimeLimits()
    listing = S3Listing(asked, holder.signing_keys, roots, times.connect, times.answer) if holder else None
    return BucketStore(asked, make, keys.origin if keys else _OWN, times, listing)


def _open_azure(place: TeamPlace, limits: TimeLimits | None) -> BucketStore:
    from obstore.store import AzureStore

    if not (place.account or os.environ.get("AZURE_STORAGE_ACCOUNT_NAME")):
        raise BadPlace(f"The account of az://{place.bucket} is missing", "Write it at the end of the place: ?account=NAME")
    named = {"account_name": place.account, "endpoint": place.endpoint}
    return _open_with_keyring(place, limits, AzureStore, {name: value for name, value in named.items() if value})


def _open_google(place: TeamPlace, limits: TimeLimits | None) -> BucketStore:
    from obstore.store import GCSStore

    return _open_with_keyring(place, limits, GCSStore, {"base_url": place.endpoint} if place.endpoint else {})


def _open_with_keyring(place: TeamPlace, limits: TimeLimits | None, client: Any, config: dict[str, str]) -> BucketStore:
    """Open a place whose client looks for keys itself: where the environment names none, the keyring comes first."""
    keys = None if knows_own_way(place) else find_in_keyring(place)
    options = _client_options(place.endpoint, _read_roots(""))

    def make(limits: ClientConfig, retries: RetryConfig) -> Client:
        known = {**config, **(keys.values if keys else {})}
        options_of = {**options, **limits}
        return client(place.bucket, prefix=place.prefix or None, config=known, client_options=options_of, retry_config=retries)

    return BucketStore(place, make, keys.origin if keys else _OWN, limits)


def _client_options(endpoint: str, roots: bytes) -> ClientConfig:
    """Return what every client of a server is told."""
    from reader import __version__

    options: ClientConfig = {"user_agent": f"claim-reader/{__version__}", "allow_http": endpoint.startswith("http://")}
    if roots:
        options["root_certificate"] = roots
    return options


def _read_roots(bundle: str) -> bytes:
    """Return the certificates that are trusted besides those of the system. Raises StoreError if they cannot be read."""
    path = os.environ.get("AWS_CA_BUNDLE") or bundle
    try:
        return read_limited(Path(path).expanduser(), _LARGEST_ROOTS) if path else b""
    except OSError as error:
        reason = error.strerror
    raise StoreError(f"The certificates in {path} cannot be read: {reason}", "Check the path in AWS_CA_BUNDLE")


def _first(values: Mapping[str, str], *names: str) -> str:
    return next((values[name] for name in names if values.get(name)), "")
