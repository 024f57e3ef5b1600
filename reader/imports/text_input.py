"""Read lines, JSON and tables of others strictly: a value of a wrong type is an error that says where it stands."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from reader.errors import ReaderError
from reader.files import max_document_size
from reader.formats.json_items import NOT_A_LIST, TOO_DEEP, TOO_LONG, TOO_LONG_NUMBER, JsonItems, JsonPlace, JsonStream
from reader.formats.progress import checkpoint
from reader.imports.source import CUT_HINT, ImportSource, check_size, size_error

_SEPARATORS: Final = ",;\t"
_END: Final = object()
_STEP: Final = 256
"""The number of items after which a loop asks whether it was stopped."""
_WINDOW: Final = 1 << 19
"""The number of characters of JSON that are decoded at once."""
_SMALL: Final = 1 << 22
"""The number of bytes of a file that is decoded at once: what does not end in a window is decoded in vain."""
_JSON_FAULTS: Final = {
    NOT_A_LIST: "it is neither a list nor an object",
    TOO_DEEP: "it is nested too deeply",
    TOO_LONG_NUMBER: "it has a number that is too long",
}


class JsonFields:
    """The fields of one object of a file. `where` says which one: "line 3", "annotation 12"."""

    __slots__ = ("_parent", "_where", "fields")

    def __init__(self, value: object, where: str, parent: JsonFields | None = None) -> None:
        """Take an object, which stands in the field `where` of its `parent`. Raises ReaderError for any other value."""
        # The words for the place are made only when something is wrong: a file has a hundred thousand objects.
        self._where = where
        self._parent = parent
        if not isinstance(value, dict):
            raise self.fault(f"is {_kind_of(value)}, not an object")
        self.fields: Mapping[str, object] = cast("dict[str, object]", value)

    def release(self) -> None:
        """Let go of the fields, as the next object of the file is read."""
        self.fields = {}

    def text(self, name: str) -> str:
        """Return a text without lone surrogates, "" for a field that is missing or null."""
        value = self.fields.get(name)
        if isinstance(value, str):
            return value if value.isascii() else clean_text(value)
        if value is None:
            return ""
        raise self._fault(name, value, "a text")

    def name(self, name: str) -> str:
        """Return a text or a number as a text, as ids are written in either way."""
        value = self.fields.get(name)
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else self.text(name)

    def number(self, name: str, default: int = -1) -> int:
        """Return a whole number."""
        value = self.fields.get(name)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise self._fault(name, value, "a whole number")

    def items(self, name: str) -> list[object]:
        """Return the items of a list, none for a field that is missing or null."""
        value = self.fields.get(name)
        if value is None:
            return []
        if isinstance(value, list):
            return cast("list[object]", value)
        raise self._fault(name, value, "a list")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list, or one text as a list of one."""
        value = self.fields.get(name)
        values = [value] if isinstance(value, str) else self.items(name)
        for one in values:
            if not isinstance(one, str):
                raise self._fault(name, one, "texts only")
        return tuple(clean_text(one) for one in values if isinstance(one, str))

    def objects(self, name: str) -> list[JsonFields]:
        """Return the objects of a list, or one object as a list of one."""
        value = self.fields.get(name)
        values: list[object] = [value] if isinstance(value, dict) else self.items(name)
        return [JsonFields(one, name, self) for one in values]

    def object(self, name: str) -> JsonFields:
        """Return an object, an empty one for a field that is missing or null."""
        return JsonFields(self.fields.get(name) or {}, name, self)

    def fault(self, what: str) -> ReaderError:
        """Return the error that something is wrong with this object."""
        return ReaderError(f"{self._place()} {what}")

    def _place(self) -> str:
        return self._where if self._parent is None else f"“{self._where}” of {self._parent._place()}"

    def _fault(self, name: str, value: object, wanted: str) -> ReaderError:
        return self.fault(f"has {_kind_of(value)} as “{name}”, where the format has {wanted}")


def read_items(source: ImportSource, names: Collection[str] = (), within: str = "") -> JsonItems:
    """Return the items of a list in JSON, as `JsonItems` has them. Reading them raises ReaderError, with the line."""
    return JsonItems(_open_json(source), names, within)


def _read_values(source: ImportSource) -> Iterator[object]:
    """Yield the values of JSON that follow one another in a file, of a list its items. Raises ReaderError, with the line."""
    window = _open_json(source)
    while sign := window.peek():
        if sign == "[":
            yield from window.items()
        else:
            yield window.value()


def _open_json(source: ImportSource) -> JsonStream:
    size = source.size
    least = max(_WINDOW, size) if size <= _SMALL else _WINDOW
    return JsonStream(source.texts(), _json_fault, least=least, most=max_document_size())


def _json_fault(what: str, place: JsonPlace) -> ReaderError:
    if what == TOO_LONG:
        return size_error(f"what begins in line {place.line:,}")
    if what in _JSON_FAULTS:
        return ReaderError(_JSON_FAULTS[what], "Nothing was imported")
    if place.is_end or what.startswith("Unterminated"):
        return ReaderError(f"it ends within line {place.line:,}", CUT_HINT)
    return ReaderError(f"line {place.line:,}, column {place.column:,} is no JSON: {what}", "Nothing was imported")


def read_lines(source: ImportSource) -> Iterator[str]:
    """Yield the lines of a file without their ends. Raises ReaderError for a line that is too large for the memory."""
    parts, length, number = list[str](), 0, 1
    for text in source.texts():
        first, *lines = text.split("\n")
        parts.append(first)
        length += len(first)
        check_size(length, f"line {number:,}")
        if lines:
            number += len(lines)
            lines.insert(0, "".join(parts))
            parts = [lines.pop()]
            length = len(parts[0])
            # A line may be large, so none is kept here while it is used.
            lines.reverse()
            while lines:
                yield lines.pop()
    yield "".join(parts)


def read_json_lines(source: ImportSource) -> Iterator[JsonFields]:
    """Yield the object of each line; blank lines are left out. Raises ReaderError for what is no JSON or was cut.

    An object is there until the next one is asked for. The objects may also be the items of a list, or stand over several lines
    each: some programs call that by the same name.
    """
    if not _is_in_lines(source):
        yield from to_objects(_read_values(source), "object")
        return
    number, lines = 0, read_lines(source)
    while (line := next(lines, None)) is not None:
        number += 1
        if number % _STEP == 0:
            checkpoint()
        if line and not line.isspace():
            lent, line = _lend(_parse(line, number), f"line {number:,}"), ""
            yield from lent


def _is_in_lines(source: ImportSource) -> bool:
    """Whether the first line with an object has all of it."""
    beginning = next((text.lstrip() for text in source.texts() if not text.isspace()), "")
    first, end, _ = beginning.partition("\n")
    return not first.startswith("[") and (not end or first.rstrip().endswith("}"))


def to_objects(items: Iterable[object], noun: str) -> Iterator[JsonFields]:
    """Yield the objects of a list, named by a noun and their number from 1. Each is there until the next one is asked for."""
    number, numbered = 0, iter(items)
    while (item := next(numbered, _END)) is not _END:
        number += 1
        if number % _STEP == 0:
            checkpoint()
        lent, item = _lend(item, f"{noun} {number:,}"), None
        yield from lent


def _lend(value: object, where: str) -> Iterator[JsonFields]:
    """Yield an object of a file, and let go of it: two large ones need not be in memory at once."""
    fields, value = JsonFields(value, where), None
    yield fields
    fields.release()


def read_table(source: ImportSource, columns: Sequence[str]) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a CSV file by the names of its columns in lower case; cells that a row lacks are "".

    Commas, semicolons or tabs part the cells. Raises ReaderError if one of the `columns` is missing, or for what is no CSV or
    was cut, with the line.
    """
    separator = _find_separator(next(source.texts(), ""))
    reader = csv.reader((f"{line}\n" for line in read_lines(source)), strict=True, delimiter=separator)
    names: list[str] = []
    row: list[str] = []
    try:
        for row in reader:
            checkpoint()
            if not names:
                names = [name.strip().casefold() for name in row]
                if missing := [name for name in columns if name not in names]:
                    raise ReaderError(f"it lacks the column “{missing[0]}”")
            elif row:
                yield dict(zip(names, (*row, *[""] * len(names)), strict=False))
    except csv.Error as error:
        raise ReaderError(f"line {reader.line_num:,} is no CSV: {error}", CUT_HINT) from error
    # After the end of a last line there is an empty row.
    if 0 < len(row) < len(names):
        raise ReaderError(f"it ends within line {reader.line_num:,}", CUT_HINT)


def list_columns(head: str) -> frozenset[str]:
    """Return the names of columns, in lower case, in the first line of a beginning of a file."""
    line = head.partition("\n")[0]
    return frozenset(name.strip('"\r ').casefold() for name in line.split(_find_separator(line)))


def _find_separator(head: str) -> str:
    """Return what parts the names of columns in the first line of a beginning of a file."""
    line = head.partition("\n")[0]
    return max(_SEPARATORS, key=line.count)


def clean_text(text: str) -> str:
    """Return a text with U+FFFD for lone surrogates, which no file can hold."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _parse(line: str, number: int) -> object:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        if error.msg.startswith("Unterminated") or not line[error.pos :].strip():
            raise ReaderError(f"it ends within line {number:,}", CUT_HINT) from error
        what = f"line {number:,}, column {error.colno:,} is no JSON: {error.msg.removesuffix(' at')}"
        raise ReaderError(what, "Nothing was imported") from error
    except RecursionError as error:
        raise ReaderError(f"line {number:,} is nested too deeply", "Nothing was imported") from error
    except ValueError as error:
        raise ReaderError(f"line {number:,} has a number that is too long", "Nothing was imported") from error


def _kind_of(value: object) -> str:
    names = {"dict": "an object", "list": "a list", "str": "a text", "bool": "true or false", "NoneType": "nothing"}
    return names.get(type(value).__name__, "a number")
