"""Building EPUB books in memory, for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Final

CONTAINER: Final = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile '
    'full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
SAID: Final = "<dc:title>The harbour</dc:title><dc:creator>Ana Rask</dc:creator><dc:language>nb</dc:language>"


def page(body: str, attributes: str = "") -> str:
    """Return a document of a book. Its namespaces are those of EPUB 3."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>x</title></head><body{attributes}>{body}</body></html>'
    )


def opf(manifest: str, spine: str, said: str = SAID, guide: str = "") -> str:
    """Return a package document."""
    return (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:opf="http://www.idpf.org/2007/opf">{said}</metadata><manifest>{manifest}</manifest><spine>{spine}</spine>'
        f"<guide>{guide}</guide></package>"
    )


def item(name: str, href: str, more: str = "") -> str:
    """Return a line of the manifest for a document."""
    return f'<item id="{name}" href="{href}" media-type="application/xhtml+xml" {more}/>'


def pack(members: Mapping[str, str | bytes]) -> bytes:
    """Return a package with these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, content in members.items():
            package.writestr(name, content)
    return packed.getvalue()


def epub(
    pages: Mapping[str, str | bytes],
    *,
    said: str = SAID,
    properties: Mapping[str, str] | None = None,
    out_of_line: tuple[str, ...] = (),
    guide: str = "",
    **more: str,
) -> bytes:
    """Return a book of these pages, "text/one.xhtml" and the like, in their order.

    `properties` are those of the manifest by page; `out_of_line` are the pages that are not linear. `more` are other members:
    "META_INF__encryption_xml" is META-INF/encryption.xml.
    """
    places = {name: f"p{number}" for number, name in enumerate(pages)}
    properties = properties or {}
    manifest = "".join(item(places[name], name, f'properties="{properties.get(name, "")}"') for name in pages)
    linear = {name: "no" if name in out_of_line else "yes" for name in pages}
    spine = "".join(f'<itemref idref="{places[name]}" linear="{linear[name]}"/>' for name in pages)
    others = {
        name.replace("__", "/").replace("META_INF", "META-INF").replace("_xml", ".xml"): text for name, text in more.items()
    }
    return pack(
        {
            "META-INF/container.xml": CONTAINER,
            "OPS/book.opf": opf(manifest, spine, said, guide),
            **{f"OPS/{name}": text for name, text in pages.items()},
            **others,
        }
    )
