"""The objects of a team in a bucket or container: S3 and what speaks like it, Azure, Google; or in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol, TypeVar

from reader.team.stores.failures import explain_failure, server_name
from reader.team.stores.object_store import (
    AlreadyThere,
    Entry,
    Missing,
    NotAllowed,
    StoreError,
    TooLarge,
    Unreachable,
    check_key,
    is_key,
    is_name,
)
from reader.team.stores.place import TeamPlace
from reader.team.stores.s3_pages import ListingPage, S3Listing

if TYPE_CHECKING:
    from obstore import GetResult, ObjectMeta
    from obstore.store import ClientConfig, RetryConfig

T = TypeVar("T")

_SMALL: Final = 1 << 18
"""Up to so many bytes, an object is sent within the time of an answer."""
_BLOCK: Final = 1 << 16
_PAGE: Final = 1000
_TRIES: Final = 2


class TimeLimits(NamedTuple):
    """How many seconds a store is waited for: to connect, for an answer or a pause in one, for the whole of a large object."""

    connect: float = 5.0
    answer: float = 20.0
    transfer: float = 600.0


class Client(Protocol):
    """What is used of a client of obstore. Its own type depends on a library of tables that nobody here needs."""

    def put(self, path: str, file: bytes, *, mode: Literal["create"], use_multipart: bool) -> object:
        """Store an object."""
        ...

    def get(self, path: str) -> GetResult:
        """Begin to read an object."""
        ...

    def list(self, prefix: str | None, *, offset: str | None, chunk_size: int) -> Iterator[Sequence[ObjectMeta]]:
        """Begin to list objects."""
        ...

    def list_with_delimiter(self, prefix: str | None) -> Mapping[str, Any]:
        """List objects and folders."""
        ...

    def head(self, path: str) -> object:
        """Ask for an object without its bytes."""
        ...

    def delete(self, paths: str) -> None:
        """Remove an object."""
        ...


ClientMaker = Callable[["ClientConfig", "RetryConfig"], Client]
"""Makes a client of obstore with these options."""


class BucketStore:
    """The objects of a bucket below the prefix of its place. An `ObjectStore`.

    A request that failed for a while is repeated twice within the time of an answer, which no verb minds. `origin` says for
    people where the key comes from; the key itself is known to the client only. `listing` lists the bucket if given, else the
    client does.
    """

    def __init__(
        self,
        place: TeamPlace,
        make: ClientMaker,
        origin: str,
        limits: TimeLimits | None = None,
        listing: S3Listing | None = None,
    ) -> None:
        self._listing = listing
        self._place = place
        self._make = make
        self._origin = origin
        self._limits = limits or TimeLimits()
        self._clients: dict[str, Client] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"BucketStore({str(self._place)!r})"

    def put_new(self, key: str, data: bytes) -> None:
        """Store a whole object. Raises AlreadyThere."""
        client = self._client("answer" if len(data) <= _SMALL else "send")
        if self._place.kind == "s3" and not self._place.is_amazon and self._sees(check_key(key)):
            raise AlreadyThere(f"{key} is already in the store {self._place.bucket}")
        self._try("write", check_key(key), lambda: client.put(key, data, mode="create", use_multipart=False))

    def get(self, key: str, limit: int) -> bytes:
        """Return an object. Raises Missing; TooLarge when it has more than `limit` bytes, before more of them are read."""
        client = self._client("read")
        try:
            return self._try("read", check_key(key), lambda: self._read_up_to(client, key, limit))
        except NotAllowed:
            # S3 refuses to say that an object is missing to those who may list a part of the bucket only.
            near = self.list_after(key.rpartition("/")[0], key[:-1])
            if key in (entry.key for entry in takewhile(lambda entry: entry.key <= key, near)):
                raise
        raise Missing(f"{key} is not in the store {self._place.bucket}")

    def list_after(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """Yield the objects below a folder whose key is greater than `after`, in the order of their keys."""
        folder, last = _folder_of(prefix), after
        pages = self._pages(folder, after) if self._listing is None else self._listing.pages(folder, after, is_deep=True)
        while (page := self._try("list", prefix, lambda: next(pages, None))) is not None:
            for entry in page.entries:
                if entry.key <= after or entry.key == last or not is_key(entry.key):
                    continue
                if entry.key < last:
                    what = f"{server_name(self._place)} lists the objects of {self._place.bucket} in no order"
                    raise StoreError(what, "Use a bucket of the usual kind: a team's is listed by the names of its objects")
                last = entry.key
                yield entry

    def list_children(self, prefix: str) -> tuple[str, ...]:
        """Return the names of the objects and folders directly below a folder, sorted."""
        folder = _folder_of(prefix)
        if self._listing is not None:
            listing = self._listing
            pages = self._try("list", prefix, lambda: [*listing.pages(folder, "", is_deep=False)])
            paths = [path for page in pages for path in (*(entry.key for entry in page.entries), *page.folders)]
        else:
            found = self._try("list", prefix, lambda: self._client("answer").list_with_delimiter(folder or None))
            paths = [*found["common_prefixes"], *(item["path"] for item in found["objects"])]
        begin = f"{folder}/" if folder else ""
        names = (path[len(begin) :].removesuffix("/") for path in paths)
        return tuple(sorted({name for name in names if is_name(name)}))

    def _pages(self, folder: str, after: str) -> Iterator[ListingPage]:
        client = self._client("answer")
        for page in client.list(folder or None, offset=after or None, chunk_size=_PAGE):
            yield ListingPage(tuple(Entry(item["path"], item["size"], item["last_modified"]) for item in page), ())

    def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        client, key = self._client("answer"), check_key(key)

        def remove() -> None:
            try:
                client.delete(key)
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise

        self._try("delete", key, remove)

    def _read_up_to(self, client: Client, key: str, limit: int) -> bytes:
        answer = client.get(key)
        if not answer.meta["e_tag"]:  # the sign of a store: without it, this is the page of a guests' network, say
            raise Unreachable(
                f"Something else than {server_name(self._place)} answered", "Check whether this computer is online"
            )
        if answer.meta["size"] <= limit:
            data = bytearray()
            for block in answer.stream(_BLOCK):
                data += block
                if len(data) > limit:
                    break
            else:
                return bytes(data)
        raise TooLarge(f"{key} is larger than the {limit:,} bytes that it may have")

    def _sees(self, key: str) -> bool:
        """Whether an object is there, for servers that do not look when they write: Ceph in a bucket with versions."""
        client = self._client("answer")
        try:
            self._try("read", key, lambda: client.head(key))
        except (Missing, NotAllowed):
            return False
        return True

    def _client(self, purpose: str) -> Client:
        """Return the client with the time limits of a purpose: an answer, reading an object, sending a large one."""
        with self._lock:
            if purpose not in self._clients:
                answer, transfer = (timedelta(seconds=limit) for limit in self._limits[1:])
                options: ClientConfig = {"connect_timeout": timedelta(seconds=self._limits.connect)}
                options["timeout"] = answer if purpose == "answer" else transfer
                if purpose == "read":
                    options["read_timeout"] = answer
                self._clients[purpose] = self._make(options, {"max_retries": _TRIES, "retry_timeout": answer})
            return self._clients[purpose]

    def _try(self, verb: str, key: str, work: Callable[[], T]) -> T:
        # Raised outside of "except", as an error keeps the one that it was raised in, with all that the server sent.
        try:
            return work()
        except StoreError:
            raise
        except Exception as error:
            failure = explain_failure(error, self._place, verb, key, self._origin)
        raise failure


def _folder_of(prefix: str) -> str:
    return check_key(prefix.rstrip("/")) if prefix.strip("/") else ""


def memory_store() -> BucketStore:
    """Return a new store in the memory of this process, to try things and to simulate."""
    from obstore.store import MemoryStore

    memory = MemoryStore()
    return BucketStore(TeamPlace("s3", "memory", endpoint="http://memory"), lambda _, __: memory, "nowhere")
