#!/usr/bin/env bash
# Make the documents of this folder from lamps.md and comments.md with pandoc and LibreOffice (Debian: pandoc, libreoffice-writer-nogui).
set -euo pipefail
cd "$(dirname "$0")"
pandoc lamps.md -o lamps-pandoc.odt
pandoc lamps.md -o lamps.docx
soffice --headless --convert-to odt lamps.docx
soffice --headless --convert-to fodt lamps.docx
soffice --headless --convert-to rtf lamps.docx
pandoc -s lamps.md -o lamps-pandoc.rtf
rm lamps.docx

# Documents with comments, from comments.md; LibreOffice writes what pandoc made anew, in both formats.
pandoc comments.md -o comments-pandoc.docx
soffice --headless --convert-to odt comments-pandoc.docx
soffice --headless --convert-to docx --outdir anew comments-pandoc.docx
mv comments-pandoc.odt comments.odt
mv anew/comments-pandoc.docx comments.docx
rmdir anew
