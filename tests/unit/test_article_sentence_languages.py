"""Sentences are cut by the customs of the language that is recognised."""

from __future__ import annotations

import pytest

from reader.formats import parse_article

TEXTS = {
    "de": "Der See ist seit dem 3. März wieder offen. | Das gilt u. a. für Boote, z. B. im 6. Becken. | 12 Boote liegen dort."
    " | Die Halle aus dem 18. Jahrhundert ist es nicht.",
    "fr": "Selon M. Rask, le lac est ouvert. | A. Vik et J. Lind ne sont pas de cet avis. | Il y a des bateaux, etc."
    " | Dans le port, c’est plus cher.",
    "es": "El Sr. Rask dijo que el lago está abierto. | Los barcos, p. ej. los de EE. UU., no lo están, etc."
    " | Pero en el agua hay más.",
    "pl": "Jezioro jest otwarte od 1994 r. dla łodzi. | W porcie im. K. Raska stoi ok. 2 tys. łodzi itd."
    " | Na brzegu nie ma nic.",
    "ru": "Озеро открыто с 1994 г. для лодок и т. д. | Что будет, не знает и И. И. Раск, см. рис. 3. | На берегу пусто.",
    "ja": "湖は夏から開いている。|「水が足りない。」と彼は述べた。|2019年には船が多かった。",
    "zh": "这个湖从夏天开始开放。|“水还不干净！”他说。|2019年有很多船。",
    "it": "Il sig. Rask, cfr. p. 12, lo vide nel 1994 (vedi sopra). | Pesci non ce ne sono, né a riva né al largo ecc."
    " | Disse: «Resta chiuso. Andate via» e partì. | Vik scrisse: «Il lago è chiuso da mesi e nessuno lo sa. | Chiedete al"
    " comune, che ha le chiavi e tiene aperto il porto fino a sera».",
    "pt": "O Sr. Rask foi deputado pelo PP. | Peixe não há. | A água, segundo a Dra. Lind, subiu 3 m. a norte.",
    "nl": "Dhr. Rask zag het in 1994. | ,,Ik weet het niet, o.a. door de mist. | Water was er genoeg''.",
    "uk": "Озеро відкрите з 1994 р. для човнів. | Риби там небагато, усього 63 тис. | Човни стоять у порту ім. К. Раска.",
    "sv": "Är sjön öppen? frågade Rask. | Ja! ropade Lind. | Båtar finns, t.ex. i hamnen, m.m. | Vatten finns också.",
    "ro": "Dl. Rask a venit în 1994 (vezi fig. 3). | Pești nu sunt. | Apa, cf. art. 5, e rece.",
    "bg": "Езерото е отворено от 1994 г. за лодки. | Риба има малко, т.е. почти няма. | Ген. Раск го знае.",
    "el": "Η λίμνη είναι ανοιχτή, βλ. σελ. 5. | Ψάρια, π.χ. πέστροφες, υπάρχουν.",
    "he": 'האגם פתוח, אמר רסק מארה"ב. | הדגים מתו בשנות ה-80, אמר "איש". | המים קרים.',
    "ar": "صدر الكتاب سنة ٢٠١٥ م. | ثم نشر د. رسك بحثًا ثانيًا، ص. ٥ وما بعدها."
    " | قال د. رسك إن البحيرة مفتوحة. | هل هذا صحيح؟ | نعم، بعد عام من الآن.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_abbreviations_ordinals_and_quotations_end_no_sentence(language: str) -> None:
    """Each text is cut at its bars only."""
    sentences = [part.strip() for part in TEXTS[language].split("|")]
    text = ("" if language in ("ja", "zh") else " ").join(sentences)
    article = parse_article(f"1\n\n{text}\n".encode(), "lake.txt")
    assert [article.text[span.start : span.end] for span in article.sentences.all()][-len(sentences) :] == sentences
