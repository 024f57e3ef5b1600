#!/usr/bin/env bash
# Make the documents of this folder from lamps.md with pandoc and LibreOffice (Debian: pandoc, libreoffice-writer-nogui).
set -euo pipefail
cd "$(dirname "$0")"
pandoc lamps.md -o lamps-pandoc.odt
pandoc lamps.md -o lamps.docx
soffice --headless --convert-to odt lamps.docx
soffice --headless --convert-to fodt lamps.docx
soffice --headless --convert-to rtf lamps.docx
pandoc -s lamps.md -o lamps-pandoc.rtf
rm lamps.docx
