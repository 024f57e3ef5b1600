"""Where a team keeps its objects, as people write it: `s3://bucket/prefix?endpoint=…`, `az://…`, `gs://…` or a folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal, NamedTuple, cast
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from reader.errors import UsageError
from reader.files import expand_path
from reader.team.stores.object_store import BadPlace, is_name

PlaceKind = Literal["s3", "az", "gs", "folder"]

_OPTIONS: Final[dict[str, frozenset[str]]] = {
    "s3": frozenset({"endpoint", "region", "profile"}),
    "az": frozenset({"endpoint", "account"}),
    "gs": frozenset({"endpoint"}),
}
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,221}[a-z0-9]")
_PLAIN_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
_HOW: Final = "Write s3://BUCKET/PREFIX, az://CONTAINER/PREFIX?account=NAME, gs://BUCKET/PREFIX or the path of a folder"
_SECRETS: Final = "Keys come from the environment, the files of the provider or the keyring of the system"


class TeamPlace(NamedTuple):
    """A place for the objects of a team. `str()` is what `parse_place` reads, and holds no secret.

    `bucket` is the bucket or container; `prefix` the names before every key, without "/" at its ends. Of a folder only `folder`
    is set. What is "" is left to the environment and the provider's own files.
    """

    kind: PlaceKind
    bucket: str = ""
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    account: str = ""
    profile: str = ""
    folder: Path | None = None

    @property
    def is_amazon(self) -> bool:
        """Whether Amazon itself keeps the bucket, and no other server that speaks S3."""
        return self.kind == "s3" and (not self.endpoint or ".amazonaws.com" in self.endpoint)

    def __str__(self) -> str:
        if self.folder is not None:
            return str(self.folder)
        named = {name: getattr(self, name) for name in ("endpoint", "region", "account", "profile")}
        options = urlencode({name: value for name, value in named.items() if value}, quote_via=quote, safe=":/")
        return f"{self.kind}://{'/'.join(filter(None, (self.bucket, self.prefix)))}{'?' if options else ''}{options}"


def parse_place(text: str) -> TeamPlace:
    """Return the place that a text names. Raises BadPlace, which does not repeat what may be a secret."""
    text = text.strip()
    scheme = _SCHEME.match(text)
    if scheme is None or "://" not in text[: scheme.end() + 2]:
        return _folder(text)
    kind = scheme[1].lower()
    if kind not in _OPTIONS:
        raise BadPlace(f"A team cannot be kept at {kind}://", _HOW)
    try:
        parts = urlsplit(text)
        host = parts.netloc
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise BadPlace(f"The place after {kind}:// cannot be read", _HOW) from None
    if "@" in host or ":" in host or parts.fragment:
        raise BadPlace("A place of a team holds no name, key or port before its bucket", f"{_SECRETS}; a server is ?endpoint=…")
    if not _BUCKET.fullmatch(host):
        raise BadPlace(f"{host!r} is no name of a bucket: 3 to 223 of small letters, digits, “.”, “_” and “-”", _HOW)
    if unknown := sorted(options.keys() - _OPTIONS[kind]):
        known = ", ".join(sorted(_OPTIONS[kind]))
        raise BadPlace(f"{_name_option(unknown[0])} is no option of {kind}://, which takes {known}", _SECRETS)
    prefix = parts.path.strip("/")
    if prefix and not all(is_name(name) for name in prefix.split("/")):
        raise BadPlace(f"The prefix after the bucket {host} is no path of letters, digits, “.”, “_”, “~” and “-”", _HOW)
    region, account, profile = (options.get(name, "").strip() for name in ("region", "account", "profile"))
    endpoint = _endpoint(options.get("endpoint", "").strip(), kind)
    return TeamPlace(cast("PlaceKind", kind), host, prefix, endpoint, region, account, profile)


def _folder(text: str) -> TeamPlace:
    if not text:
        raise BadPlace("A place for the team is missing", _HOW)
    try:
        path = expand_path(text)
    except UsageError as error:
        raise BadPlace(error.what, error.hint or _HOW) from error
    return TeamPlace("folder", folder=path.absolute())


def _endpoint(text: str, kind: str) -> str:
    """Return the address of a server without "/" at its end. Raises BadPlace for another text, or one that shows a key."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        parts, is_address = urlsplit(""), False
    if not is_address or "@" in parts.netloc or parts.query or parts.fragment:
        raise BadPlace("An endpoint is the plain address of a server, such as https://s3.example.org", _SECRETS)
    if kind != "s3" and parts.scheme == "http" and parts.hostname not in _PLAIN_HOSTS:
        raise BadPlace("An endpoint of az:// and gs:// begins with https://, as keys would travel readable", _HOW)
    return text.rstrip("/")


def _name_option(name: str) -> str:
    return repr(name) if len(name) <= 20 and name.isidentifier() else "One of the options"
