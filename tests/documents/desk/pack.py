"""Pack what pandoc made of a document as people get it: a page saved as one file, and a mail with a text and a page."""

from __future__ import annotations

import sys
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path


def main() -> None:
    """Write NAME.mhtml and NAME.eml from NAME.html and NAME.txt; the source's title is in NAME.md."""
    name = sys.argv[1]
    page = Path(f"{name}.html").read_text(encoding="utf-8")
    title = next(
        line.removeprefix("title: ")
        for line in Path(f"{name}.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("title: ")
    )
    saved = EmailMessage(SMTP)
    saved["From"] = "<Saved by Blink>"
    saved["Snapshot-Content-Location"] = f"https://desk.example/{name}"
    saved["Subject"] = title
    saved["Date"] = "Sat, 28 Nov 2026 08:00:00 +0000"
    saved.set_content(page, subtype="html", cte="quoted-printable")
    saved["Content-Location"] = f"https://desk.example/{name}"
    saved.make_related(boundary="----MultipartBoundary--desk----")
    saved.add_related(b"GIF89a", "image", "gif", cid="<mark@desk.example>")
    Path(f"{name}.mhtml").write_bytes(saved.as_bytes())

    mail = EmailMessage(SMTP)
    mail["From"] = "Ines Okoro <ines@desk.example>"
    mail["To"] = "editors@desk.example"
    mail["Subject"] = title
    mail["Date"] = "Sat, 28 Nov 2026 08:00:00 +0000"
    mail.set_content(Path(f"{name}.txt").read_text(encoding="utf-8"), cte="quoted-printable")
    mail.add_alternative(page, subtype="html", cte="base64")
    mail.make_mixed(boundary="----desk----")
    Path(f"{name}.eml").write_bytes(mail.as_bytes())


if __name__ == "__main__":
    main()
