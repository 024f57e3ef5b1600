r"""LaTeX: a whole document with its `.bib`, the kinds of lists of references, macros, and what is hostile."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.article.article import Article
from reader.article.model import BlockKind, StyleKind
from reader.errors import ReaderError
from reader.formats import parse_article, read_article
from tests.unit.test_formats_companions import parse_memory, parse_within
from tests.unit.test_formats_limits import MEMORY, check_notices

BIB = r"""@article{harm2001, author={Harm, A. and Doe, B. and Roe, C.}, title={Lights of the co{\"a}st}, year=2001,
  url={https://a.example/lights}}
@book{lee1999, author={Lee, Bo}, title={Lamps in winter}, publisher={Harbour Press}, year={1999}}
@book{never, author={N, O}, title={Never cited}, year={1990}}"""
DOCUMENT = r"""\documentclass[12pt]{article}
\newcommand{\place}[1]{the \emph{#1} pier}
\title{The lamps of the north pier}
\author{Ana L\"uders \and B. Lee}
\date{May 2024}
\begin{document}
\maketitle
\begin{abstract}We count lamps. % a comment
\end{abstract}
\section{What was counted}\label{sec:count}
The lamps of \place{north} burn \textbf{all night} and cost 4\,\% of the budget.\footnote{Budget, \url{https://town.example/b}.}
As \citet{harm2001} show, ``nobody'' counted before \cite{lee1999,harm2001}. See \href{https://ports.example.org/s}{the survey}
and Table~\ref{tab:lamps}, of $10^2$ cd --- more \citep[see][p.~3]{lee1999}.

\begin{enumerate}
\item First the pier
  \begin{enumerate} \item from the sea, \item from the land; \end{enumerate}
\item then the quay.
\end{enumerate}
\begin{quote}We counted what burned.\end{quote}
\begin{verbatim}
lamps = north
  print(lamps)
\end{verbatim}
\begin{table}[ht]\centering
\caption{Lamps by year}\label{tab:lamps}
\begin{tabular}{l|r}\toprule year & lamps \\ \midrule 1987 & 214 \\ 1999 & 220 \\ \bottomrule\end{tabular}
\end{table}
\input{more}
\bibliography{refs}
\end{document}"""


def read(body: str, name: str = "-") -> Article:
    return parse_article(rf"\documentclass{{article}}\begin{{document}}{body}\end{{document}}".encode(), name)


def texts(article: Article, kind: BlockKind | None = None) -> list[str]:
    blocks = (block for block in article.blocks if kind is None or block.kind is kind)
    return [article.text[block.start : block.end] for block in blocks]


def cited(article: Article) -> list[tuple[str, tuple[str, ...]]]:
    return [(article.text[citation.start : citation.end], citation.references) for citation in article.citations]


def test_a_document_with_its_bibliography_and_the_files_it_takes_in(tmp_path: Path) -> None:
    (tmp_path / "paper.tex").write_text(DOCUMENT)
    (tmp_path / "refs.bib").write_text(BIB)
    (tmp_path / "more.tex").write_text(
        r"\section{More} It follows from Section~\ref{sec:count}. \input{../secret} \input{/etc/hosts}"
    )
    article = read_article(str(tmp_path / "paper.tex"))
    assert (article.format, article.title) == ("latex", "The lamps of the north pier")
    assert (article.about.byline, article.about.date) == ("Ana Lüders, B. Lee", "May 2024")
    headings = ["The lamps of the north pier", "Abstract", "What was counted", "More", "References", "Notes"]
    assert texts(article, BlockKind.HEADING) == headings
    assert texts(article, BlockKind.PARAGRAPH)[1] == (
        "The lamps of the north pier burn all night and cost 4 % of the budget.[1] As Harm et al. [1] show, “nobody” counted "
        "before [2, 1]. See the survey and Table 1, of 10^2 cd — more [see 2, p. 3]."
    )
    assert texts(article, BlockKind.ITEM)[:4] == [
        "1. First the pier",
        "a. from the sea,",
        "b. from the land;",
        "2. then the quay.",
    ]
    assert texts(article, BlockKind.CODE) == ["lamps = north\n  print(lamps)"]
    assert "1987    214" in article.text
    assert "It follows from Section 1." in article.text
    assert [(reference.label, reference.authors, reference.year, reference.url) for reference in article.references] == [
        ("1", ("Harm, A.", "Doe, B.", "Roe, C."), "2001", "https://a.example/lights"),
        ("2", ("Lee, Bo",), "1999", ""),
        ("1", (), "", "https://town.example/b"),
    ]
    harm, lee, note = (reference.id for reference in article.references)
    assert cited(article) == [
        *(("[1]", (note,)), ("[1]", (harm,)), ("[2, 1]", (lee, harm)), ("[see 2, p. 3]", (lee,))),
    ]
    styled = {(style.kind, article.text[style.start : style.end]) for style in article.styles}
    assert {(StyleKind.EMPHASIS, "north"), (StyleKind.STRONG, "all night"), (StyleKind.LINK, "the survey")} <= styled
    assert [notice.split(" was")[0] for notice in article.notices] == ["The file ../secret", "The file /etc/hosts"]


def test_a_file_that_takes_in_itself_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "paper.tex").write_text(r"\begin{document}Lamps \input{paper}\input{more}.\end{document}")
    (tmp_path / "more.tex").write_text(r"burn \input{more}\input{paper}all night")
    article = read_article(str(tmp_path / "paper.tex"))
    assert (article.text, article.notices) == ("Lamps burn all night.", ())


def test_a_link_to_a_file_outside_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.tex").write_text("A secret.")
    folder = tmp_path / "paper"
    folder.mkdir()
    (folder / "secret.tex").symlink_to(tmp_path / "secret.tex")
    (folder / "paper.tex").write_text(r"\begin{document}Lamps. \input{secret}\end{document}")
    assert "A secret" not in read_article(str(folder / "paper.tex")).text


LIST = r"""\begin{thebibliography}{9}
\bibitem[Lee et~al.(2020)Lee, Doe, and Roe]{lee} Lee, A., Doe, B. \newblock \emph{Lamps in winter}. \url{https://a.example/l}
\bibitem{town} The town. Budget for 2024.
\end{thebibliography}"""


def test_entries_that_the_document_lists_itself() -> None:
    article = read(rf"As \citet{{lee}} say \cite{{town}}. And \cite{{other}}. {LIST}")
    assert texts(article)[0] == "As Lee et al. [1] say [2]. And [other]."
    assert [(reference.label, reference.text, reference.url) for reference in article.references] == [
        ("1", "Lee, A., Doe, B. Lamps in winter. https://a.example/l", "https://a.example/l"),
        ("2", "The town. Budget for 2024.", ""),
    ]
    lee, town = (reference.id for reference in article.references)
    assert cited(article) == [("[1]", (lee,)), ("[2]", (town,)), ("[other]", ())]
    assert article.citations[-1].missing == ("other",)


def test_entries_that_bibtex_wrote_beside_the_document(tmp_path: Path) -> None:
    (tmp_path / "paper.tex").write_text(r"\begin{document}It burns \cite{town}.\bibliography{none}\end{document}")
    (tmp_path / "paper.bbl").write_text(LIST)
    article = read_article(str(tmp_path / "paper.tex"))
    assert [reference.label for reference in article.references] == ["1", "2"]
    assert cited(article) == [("[2]", (article.references[1].id,))]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"na\"\i ve \'{e}t\'e \v{c} \c c \ss{} \o{} \AA", "naïve été č ç ß ø Å"),
        (r"50\% \& \$3 \#1 \_a \{b\} a~b 1--2 x---y `c' ``d''", "50% & $3 #1 _a {b} a b 1–2 x—y ‘c’ “d”"),
        (r"a % gone \cite{x}" + "\nb \\verb|c{}d|e", "a b c{}de"),
        (r"\def\x#1#2{#2 #1}\x{a}{b} \newcommand{\y}[2][z]{#1#2}\y{c} \y[d]{e}", "b a zc de"),
        (r"\NewDocumentCommand{\x}{m}{[#1]}\x{a} \NewDocumentCommand\y{O{z} m}{#1#2}\y{c} \y[d]{e}", "[a] zc de"),
        (r"{\bf bold} \unknown{shown} \unknown[gone]{shown} \vspace{1cm}end", "bold shown shown end"),
        (r"x\textsuperscript{2} H\textsubscript{2}O", "x² H₂O"),
        (r"a\\[2pt]b\\*c [d] \unknown [prose here]", "a\nb\nc [d] [prose here]"),
        ("a % gone\n\nb in \\LaTeX\n\nc", "a\n\nb in LaTeX\n\nc"),
        (r"\begin{subfigure}[b]{0.3\textwidth}a\end{subfigure}", "a"),
        (r"\setlength\parindent{0pt}\vskip 2pt plus 1fil a \parskip=3pt b\fontsize{10}{12}\selectfont", "a b"),
        (
            r"\SI{10}{\kilo\meter\per\square\second} \qty{5}{\percent} \num{1e3} \SIrange{1}{2}{\m} \ang{30}",
            "10 km/s² 5 % 1 × 10^3 1–2 m 30°",
        ),
        (r"\captionof{table}{Years}\captionsetup{font=small}\definecolor{a}{rgb}{0,0,0}", "Years"),
        (
            r"\foreignlanguage{german}{Wort} \enquote{a} \lstinline|a%b| \iffalse gone \iff\fi\makebox[2cm][c]{y}",
            "Wort “a” a%b y",
        ),
        (
            r"\begin{tabular}{l}a\\[3pt]\cmidrule(lr){1-2}\begin{tabular}{l}b\\c\end{tabular}\\d\end{tabular}\end{document}e",
            "a\nb\nc\nd",
        ),
        (r"\begin{tikzpicture}\draw (0,0);\end{tikzpicture}a\begin{comment}b\end{comment}c", "ac"),
    ],
)
def test_characters_and_commands_are_read_as_they_are_printed(source: str, text: str) -> None:
    assert read(source).text == text


def test_addresses_with_signs_that_mean_something_elsewhere() -> None:
    article = read(r"See \url{https://a.example/~u/a%20b_c#d}, \href{https://b.example/\%41}{words}. On.")
    assert article.text == "See https://a.example/~u/a%20b_c#d, words. On."
    links = [style.target for style in article.styles if style.kind is StyleKind.LINK]
    assert links == ["https://a.example/~u/a%20b_c#d", "https://b.example/%41"]


def test_references_to_numbers_of_sections_theorems_and_lines_of_formulas() -> None:
    article = read(
        r"""\newtheorem{thm}{Theorem}[section]\newtheorem{lem}[thm]{Lemma}\section{Lamps}\label{s}
\begin{thm}[Harm]\label{t} They burn.\end{thm}\begin{lem}\label{l} All night.\end{lem}\begin{proof} Look.\end{proof}
\begin{align}a&=b\label{e}\\c&=\begin{matrix}1\\2\end{matrix}\notag\\d&=e\label{f}\end{align}
By \ref{t}, \cref{l}, \autoref{s}, \eqref{e} and \eqref{f}, not \ref{g}."""
    )
    assert texts(article)[:4] == ["Lamps", "Theorem 1.1 (Harm). They burn.", "Lemma 1.2. All night.", "Proof. Look."]
    assert texts(article)[-1] == "By 1.1, lemma 1.2, Section 1, (1) and (2), not ?."


def test_the_citations_and_entries_that_pandoc_writes() -> None:
    article = read(
        r"""They burn (\citeproc{ref-lee}{Lee 2020}). \begin{CSLReferences}{1}{0}
\bibitem[\citeproctext]{ref-lee}
Lee, A. 2020. Lamps.

\end{CSLReferences}"""
    )
    assert [reference.text for reference in article.references] == ["Lee, A. 2020. Lamps."]
    assert cited(article) == [("Lee 2020", (article.references[0].id,))]


def test_acronyms_are_written_out_at_their_first_use() -> None:
    declared = r"\newacronym{n}{NP}{north pier}\acrodef{s}[SP]{south pier}"
    article = read(rf"{declared}\Gls{{n}}, \gls{{n}}, \acp{{s}}, \acl{{s}}, \gls{{lamp}}.")
    assert article.text == "North pier (NP), NP, south piers (SPs), south pier, lamp."


def test_the_shorthands_of_german_texts() -> None:
    text = r"\begin{document}" + '"`Gr"u"se"\' am \\verb|"a| Pier\\end{document}'
    for languages, printed in (("english,ngerman", '„Grüße“ am "a Pier'), ("ngerman,english", '"‘Gr"u"se"’ am "a Pier')):
        article = parse_article(rf"\documentclass{{article}}\usepackage[{languages}]{{babel}}{text}".encode(), "-")
        assert article.text == printed


def test_the_head_of_a_long_table_stands_there_once() -> None:
    head = r"year & lamps \\ \midrule"
    article = read(
        rf"\begin{{longtable}}{{ll}}\toprule {head} \endfirsthead {head} \endhead \endfoot 1987 & 214 \\\end{{longtable}}"
    )
    assert (article.text.count("lamps"), article.text.count("214")) == (1, 1)


def test_each_author_of_a_front_matter_is_named() -> None:
    article = read(
        r"""\begin{frontmatter}\title{Lamps}\author[1]{Ana Harm\corref{c}}\ead{a@x.example}\author{Bo Lee}
\cortext[c]{Writes letters}\begin{abstract}They burn.\end{abstract}
\begin{keyword}lamp \sep pier\end{keyword}\end{frontmatter}"""
    )
    assert (article.title, article.about.byline) == ("Lamps", "Ana Harm, Bo Lee")
    assert texts(article) == ["Abstract", "They burn.", "lamp · pier"]


def test_a_note_of_paragraphs_lists_and_formulas_stays_one_note() -> None:
    article = read("a\\footnote{b\n\nc \\[d=1\\] \\begin{itemize}\\item e\\end{itemize}} f")
    assert texts(article) == ["a[1] f", "Notes", "[1] b c d=1 e"]


def test_a_command_that_cites_several_works_with_pages() -> None:
    article = read(rf"A \cites[see][1]{{lee}}[2]{{town}}, and \citep[e.g.][]{{lee}}. {LIST}")
    lee, town = (reference.id for reference in article.references)
    assert cited(article) == [("[see 1, 1]", (lee,)), ("[2, 2]", (town,)), ("[e.g. 1]", (lee,))]


def test_a_command_that_cites_several_works_ends_at_an_option_that_is_never_closed() -> None:
    assert read(r"A \cites{lee}[1 and no more.").text == "A [1][1 and no more."


@pytest.mark.parametrize(
    "source",
    [
        r"\def\a{\a\a}\a x",
        "".join(rf"\def\{chr(97 + i)}{{\{chr(98 + i)}\{chr(98 + i)}}}" for i in range(25)) + r"\a x",
        "{" * 5000 + "x" + "}" * 5000,
        r"\begin{itemize}\item " * 500 + "x",
        r"\footnote{\footnote{\footnote{a}}} x \cite[ \emph{ $ \( \begin{verbatim}",
        r"\input{a}" * 500 + "x",
    ],
)
def test_what_is_endless_or_broken_ends(source: str) -> None:
    assert len(read(source).text) < 30_000


def test_a_document_without_text_is_refused_clearly() -> None:
    with pytest.raises(ReaderError, match="LaTeX file without any text"):
        read(r"\vspace{1cm}% nothing")


def test_a_note_deep_in_notes_is_read_where_it_stands() -> None:
    article = read(r"A\footnote{b\footnote{c\footnote{d\footnote{e\footnote{f}}}}}.")
    assert texts(article, BlockKind.ITEM) == ["[1] b[2]", "[2] c[3]", "[3] def"]


def test_a_list_without_entries_is_no_error() -> None:
    assert read(r"A lamp.\begin{thebibliography}{9} Nothing. \end{thebibliography}").text.startswith("A lamp.")
    assert texts(
        read(r"\renewcommand{\refname}{Quellen}A \cite{b}.\begin{thebibliography}{9}\bibitem{b} B.\end{thebibliography}")
    )[1:] == [
        "Quellen",
        "[1] B.",
    ]


def test_sections_of_an_appendix_have_letters() -> None:
    article = read(
        r"\section{One}\label{o}\appendix\section{Two}\label{t}\subsection{Three}\label{h} See \ref{o}, \ref{t}, \ref{h}."
    )
    assert texts(article)[-1] == "See 1, A, A.1."


def test_a_citation_that_prints_no_brackets_is_not_put_in_two() -> None:
    entries = r"\begin{thebibliography}{9}\bibitem{a} A.\bibitem{b} B.\end{thebibliography}"
    article = read(rf"As [\onlinecite{{a}}] and Ref.~\onlinecite{{b}} say. {entries}")
    assert texts(article)[0] == "As [1] and Ref. [2] say."
    assert [references for _, references in cited(article)] == [("1",), ("2",)]


def test_a_macro_that_is_too_long_with_its_arguments_is_named_and_the_rest_is_read() -> None:
    source = rf"\newcommand{{\a}}[1]{{{'#1' * 2000}}}\newcommand{{\b}}{{brass}}A \b{{}} lamp.\a{{{'{x}' * 2000}}} It shone."
    article = parse_article(source.encode(), "a.tex")
    check_notices(article)
    assert article.text.startswith("A brass lamp. It shone.")
    assert article.notices == ("What some macros stand for was not read, as it is too long.",)


HUGE = {
    "groups": f"{'{' * 749_000}{'}x' * 370_000}",
    "a list of references": "",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HUGE)
def test_groups_in_groups_stay_below_600_mb(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.tex"
    path.write_text(rf"\newcommand{{\a}}{{b}}It shone \cite{{k}}. {HUGE[name]}", encoding="utf-8")
    path.with_suffix(".bbl").write_text(r"\bibitem{k} Lee. " + "{" * 10_000_000, encoding="utf-8")
    assert parse_memory(path) < MEMORY


@pytest.mark.slow
def test_a_long_macro_that_is_used_thousands_of_times_is_not_gone_through_each_time() -> None:
    uses = r"\a{}" * 20_000
    source = rf"\newcommand{{\a}}{{{'{x}' * 20_000}}}{uses} It shone."
    assert parse_article(source.encode(), "a.tex").notices


def test_the_key_of_an_entry_that_is_never_closed_is_not_looked_for_beyond_the_entry() -> None:
    entries = r"\bibitem{lamp" * 20_000
    assert parse_article(rf"It shone.\begin{{thebibliography}}{{9}}{entries}".encode(), "a.tex").text.startswith("It shone.")


def test_macros_do_not_become_huge(tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_text(rf"\newcommand{{\a}}[1]{{{'#1' * 10_000}}}It shone. \a{{{'{}' * 10_000}}}", encoding="utf-8")
    result = parse_within(path, MEMORY)
    assert (result.returncode, result.stdout.splitlines()[0]) == (0, "It shone.")


@pytest.mark.parametrize("opened", ["{c & d", r"\begin{tabular}{l}c & d", r"c & d \\ {e"])
def test_what_is_never_closed_in_a_table_is_read(opened: str) -> None:
    article = read(rf"\begin{{tabular}}{{ll}}a & b \\ x & {opened} \\ f \end{{tabular}}")
    assert [word for word in "abcdf" if word not in article.text.split()] == []
