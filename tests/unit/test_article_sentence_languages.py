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


DATES = {
    "de": "Der See ist seit dem 3. Sept. 2001 für alle Boote offen. | Niemand war seit dem 2. Febr. 1987 dort.",
    "fr": "Le lac est ouvert depuis le 3 janv. 2001, dit l’éd. Moreau. | Selon l'art. 5, c'est le cas depuis le 2 déc. 1987.",
    "es": "El lago está abierto desde el 3 sept. 2001 para todos los barcos. | Nadie lo sabe desde el 2 ene. 1987.",
    "it": "Il lago è aperto dal 3 sett. 2001 per tutte le barche. | L'avv. Rask e il gen. Lind lo dicono dal 44 a.C."
    " | Nessuno lo sa dal 4 dic. 1990.",
    "nl": "Het meer is sinds 3 sept. 2001 open voor alle boten. | Niemand was er sinds 2 febr. 1987.",
    "pl": "Jezioro jest otwarte od 3 wrz. 2001 dla wszystkich łodzi. | Nikt tam nie był od 2 lut. 1987 r. w porcie.",
    "ru": "Озеро открыто с 3 сент. 2001 г. для всех лодок. | Никто там не был с 2 февр. 1987 г. и позже.",
    "uk": "Озеро відкрите з 3 верес. 2001 р. для човнів, т. зв. «плоскодонок». | Прийшли Раск, Вік та ін."
    " | Ніхто там не був з 2 лют. 1987 р. і пізніше.",
    "sv": "Sjön är öppen sedan 3 sept. 2001 för alla båtar. | Ingen var där sedan 2 febr. 1987.",
}


@pytest.mark.parametrize("language", DATES)
def test_months_cut_short_and_words_joined_to_abbreviations_end_no_sentence(language: str) -> None:
    assert_cut(DATES[language], language)


@pytest.mark.parametrize("language", TEXTS)
def test_abbreviations_ordinals_and_quotations_end_no_sentence(language: str) -> None:
    assert_cut(TEXTS[language], language)


def assert_cut(marked: str, language: str) -> None:
    """Check that a text is cut at its bars only."""
    sentences = [part.strip() for part in marked.split("|")]
    text = ("" if language in ("ja", "zh") else " ").join(sentences)
    article = parse_article(f"1\n\n{text}\n".encode(), "lake.txt")
    assert [article.text[span.start : span.end] for span in article.sentences.all()][-len(sentences) :] == sentences
