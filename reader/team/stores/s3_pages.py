"""List a bucket of S3, with the names of objects as they are.

obstore gives up a whole page of a listing for one name that it cannot hold, such as "a//b": with that, one member could hide
the objects of all others. So S3 is asked for its listings here: by ListObjectsV2, signed by Signature Version 4.

- https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import os
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from random import random
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote, unquote_plus, urlencode
from xml.etree import ElementTree

from reader.team.stores.object_store import Entry
from reader.team.stores.place import TeamPlace

if TYPE_CHECKING:
    import httpx

_EMPTY: Final = hashlib.sha256(b"").hexdigest()
_MAX_PAGE: Final = 1 << 24
"""The most bytes of a page: 1,000 names of up to 1,024 bytes, each byte as three characters, and what stands around them."""
_TRIES: Final = 3
_PAUSE: Final = 0.1
_TRY_AGAIN: Final = (429, 500, 502, 503, 504)


class ListingPage(NamedTuple):
    """Some objects with their whole names in the bucket below the team's prefix, and the folders beside them, with a "/"."""

    entries: tuple[Entry, ...]
    folders: tuple[str, ...]


class ServerRefusal(Exception):
    """An answer that is an error, with its status and the beginning of its body."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"status code: {status} {body[:4000].decode('utf-8', 'replace')}")


class AwsKeys(NamedTuple):
    """What a request is signed with."""

    access: str
    secret: str
    token: str = ""

    def __repr__(self) -> str:
        return "AwsKeys()"

    __str__ = __repr__


class S3Listing:
    """Lists the bucket of a place, whose endpoint is "" for Amazon's.

    `roots` are certificates to trust besides those of the system; `connect` and `answer` are limits of time in seconds.
    """

    def __init__(self, place: TeamPlace, keys: Callable[[], AwsKeys], roots: bytes, connect: float, answer: float) -> None:
        self._place = place
        self._keys = keys
        self._roots = roots
        self._limits = (connect, answer)
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()

    def pages(self, folder: str, after: str, *, is_deep: bool) -> Iterator[ListingPage]:
        """Yield the objects below a folder with names greater than `after`; unless `is_deep`, what is directly in it.

        Raises ServerRefusal, errors of httpx, and ValueError for an answer that is no listing.
        """
        prefix = "".join(f"{name}/" for name in (self._place.prefix, folder) if name)
        query = {"list-type": "2", "encoding-type": "url", "prefix": prefix}
        if after:
            query["start-after"] = f"{self._place.prefix}/{after}".lstrip("/")
        if not is_deep:
            query["delimiter"] = "/"
        more = True
        while more:
            root = self._ask(query)
            yield self._read_page(root)
            token = root.findtext("{*}NextContinuationToken", "")
            query = {**query, "continuation-token": token}
            more = bool(token) and root.findtext("{*}IsTruncated") == "true"

    def _read_page(self, root: ElementTree.Element) -> ListingPage:
        decode = unquote_plus if root.findtext("{*}EncodingType") == "url" else str
        skipped = len(self._place.prefix) + 1 if self._place.prefix else 0
        entries = [
            Entry(
                decode(item.findtext("{*}Key", ""))[skipped:],
                int(item.findtext("{*}Size", "0")),
                datetime.fromisoformat(item.findtext("{*}LastModified", "")).astimezone(UTC),
            )
            for item in root.iterfind("{*}Contents")
        ]
        folders = [decode(item.findtext("{*}Prefix", ""))[skipped:] for item in root.iterfind("{*}CommonPrefixes")]
        return ListingPage(tuple(entries), tuple(folders))

    def _ask(self, query: Mapping[str, str]) -> ElementTree.Element:
        """Return the answer to one request, which is repeated while the server is busy or the connection fails."""
        import httpx

        begin = time.monotonic()
        for count in range(1, _TRIES + 1):
            is_last = count == _TRIES or time.monotonic() - begin > self._limits[1]
            try:
                status, body = self._send(query)
            except httpx.TransportError:
                if is_last:
                    raise
            else:
                if status == 200:
                    root = ElementTree.fromstring(body)
                    if not root.tag.endswith("ListBucketResult"):
                        raise ValueError("no listing")
                    return root
                if is_last or status not in _TRY_AGAIN:
                    raise ServerRefusal(status, body)
            threading.Event().wait(_PAUSE * count * (1 + random()))
        raise AssertionError("the last try returns or raises")

    def _send(self, query: Mapping[str, str]) -> tuple[int, bytes]:
        url = f"{self._base()}?{urlencode(sorted(query.items()), quote_via=quote, safe='-_.~')}"
        client, body = self._open(), bytearray()
        deadline = time.monotonic() + 4 * self._limits[1]
        headers = sign_request(url, self._keys(), self._place.region, datetime.now(UTC))
        with client.stream("GET", url, headers=headers) as answer:
            for block in answer.iter_bytes():
                body += block
                if len(body) > _MAX_PAGE or time.monotonic() > deadline:
                    raise ValueError("a page without end")
        # A bucket elsewhere says in a header where it is, others say it in the body.
        region = answer.headers.get("x-amz-bucket-region", "") if answer.status_code != 200 else ""
        return answer.status_code, bytes(body) + (f"<Region>{region}</Region>".encode() if region else b"")

    def _base(self) -> str:
        bucket, endpoint = quote(self._place.bucket), self._place.endpoint
        if os.environ.get("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "").lower() in ("1", "true"):  # as obstore reads it
            return f"{endpoint or f'https://{bucket}.s3.{self._place.region}.amazonaws.com'}/"
        return f"{endpoint or f'https://s3.{self._place.region}.amazonaws.com'}/{bucket}"

    def _open(self) -> httpx.Client:
        import certifi
        import httpx

        with self._lock:
            if self._client is None:
                trust = ssl.create_default_context()
                trust.load_verify_locations(certifi.where())
                if self._roots:
                    trust.load_verify_locations(cadata=self._roots.decode("ascii", "ignore"))
                connect, answer = self._limits
                self._client = httpx.Client(verify=trust, timeout=httpx.Timeout(answer, connect=connect))
            return self._client


def sign_request(url: str, keys: AwsKeys, region: str, moment: datetime) -> dict[str, str]:
    """Return the headers of a GET request for S3, signed by Signature Version 4; the query of `url` is sorted and quoted."""
    import httpx

    parts = httpx.URL(url)
    path, _, query = parts.raw_path.decode("ascii").partition("?")
    headers = {
        "host": parts.netloc.decode("ascii"),
        "x-amz-content-sha256": _EMPTY,
        "x-amz-date": moment.strftime("%Y%m%dT%H%M%SZ"),
        **({"x-amz-security-token": keys.token} if keys.token else {}),
    }
    names = ";".join(sorted(headers))
    lines = [f"{name}:{headers[name]}" for name in sorted(headers)]
    request = "\n".join(["GET", path, query, *lines, "", names, _EMPTY])
    scope = f"{moment:%Y%m%d}/{region}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{keys.secret}".encode()
    for part in (*scope.split("/"), text):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = f"AWS4-HMAC-SHA256 Credential={keys.access}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
    return {**headers, "authorization": signature}
