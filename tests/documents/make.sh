#!/usr/bin/env bash
# Make the documents of this folder from the Markdown in it with pandoc, LibreOffice and BibTeX
# (Debian: pandoc, libreoffice-writer-nogui, texlive-binaries, texlive-base).
set -euo pipefail
cd "$(dirname "$0")"

office() { # FILE KIND…: convert a Word document into what LibreOffice writes, under the same name
    for kind in "${@:2}"; do soffice --headless --convert-to "$kind" "$1" > /dev/null; done
}

pandoc lamps.md -o lamps-pandoc.odt
pandoc lamps.md -o lamps.docx
office lamps.docx odt fodt rtf
pandoc -s lamps.md -o lamps-pandoc.rtf
rm lamps.docx

# Documents with comments, from comments.md; LibreOffice writes what pandoc made anew, in both formats.
pandoc comments.md -o comments-pandoc.docx
soffice --headless --convert-to odt comments-pandoc.docx
soffice --headless --convert-to docx --outdir anew comments-pandoc.docx
mv comments-pandoc.odt comments.odt
mv anew/comments-pandoc.docx comments.docx
rmdir anew

# The documents of the benchmark desk_formats: each source in the style of citations that it names, in every format.
cd desk
for source in *.md; do
    name=${source%.md}
    style=$(sed -n 's/^style: //p' "$source")
    cite=(--citeproc -M link-citations=true)
    [ -f "$name.bib" ] && cite+=(--bibliography "$name.bib")
    [ "$style" = notes ] && cite+=(-M suppress-bibliography=true)
    [ -f "$style.csl" ] && cite+=(--csl "$style.csl")
    pandoc "$source" "${cite[@]}" -o "$name-pandoc.odt"
    pandoc -s "$source" "${cite[@]}" -o "$name-pandoc.rtf"
    pandoc "$source" "${cite[@]}" -o "$name.docx"
    office "$name.docx" odt rtf
    pandoc -s "$source" "${cite[@]}" -t ipynb -o "$name.ipynb"
    pandoc -s "$source" "${cite[@]}" -t latex -o "$name-pandoc.tex"
    pandoc -s "$source" "${cite[@]}" -t html --html-q-tags -o "$name.html"
    pandoc "$source" "${cite[@]}" -t plain --columns 72 -o "$name.txt"
    python3 pack.py "$name"
    case $name in ferries | phares) office "$name.docx" fodt ;; esac
    rm "$name.docx" "$name.html" "$name.txt"
    if [ -f "$name.bib" ]; then # what people write by hand: citations by key, the entries in a file beside the document
        case $style in notes) flavour=biblatex ;; *) flavour=natbib ;; esac
        pandoc -s "$source" --$flavour --bibliography "$name.bib" -t latex -o "$name.tex"
    fi
done
cp ferries.tex ferries-list.tex # and the list that BibTeX makes of the keys
{
    printf '\\bibstyle{unsrtnat}\n\\bibdata{ferries}\n'
    sed -n 's/^@[a-z]*{\([^,]*\),.*/\\citation{\1}/p' ferries.bib
} > ferries-list.aux
bibtex -terse ferries-list
rm ferries-list.aux ferries-list.blg
