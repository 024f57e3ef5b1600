"""Citations and reference lists as they are written in many languages and scripts."""

from __future__ import annotations

import re

import pytest

from reader.article.reference_parser import parse_fields
from reader.formats import parse_article

# A marker is "{{words|numbers of the entries it cites}}". The entries begin with "§"; a heading may stand above them.
TEXTS = {
    "German": """Die Fahrgäste fehlen {{(vgl. Brandner 2015: 12)|1}},
auch in {{(Lindemann/Oster 2018, S. 44 f.)|3}} kleinen Häfen.
{{Köhler-Weiß (2011, S. 9)|2}} sieht es anders {{(ebd., S. 13)|2}}, ebenso {{Oster u. a. (2019)|4}} und {{ders. (2021)|5}}.
@@
Literaturverzeichnis
§Brandner, Ulrike: Häfen im Wandel. Kiel: Nordverlag 2015.
§Köhler-Weiß, Jan: Die Fähre. In: Zeitschrift für Küstenkunde 4 (2011), S. 1–19.
§Lindemann, Eva/Oster, Paul (2018): Kleine Häfen. Bremen: Weserbuch.
§Oster, Paul/Lindemann, Eva/Öztürk, Deniz (2019): Fahrpläne und Preise. Rostock: Ostsee.
§Oster, Paul (2021): Leere Decks. Kiel: Nordverlag.""",
    "French": """Les ruches {{(Dupré et Lemoine, 2010)|1}}
plaisent à {{Marchand et coll. (2012)|2}} et à {{d’Arcy (2016)|3}},
non au voisin {{(De La Tour, 2001 ; Noël et Roche, 2004)|4,5}} ni à {{Brun (1998)|6}}.
@@
Références bibliographiques
§Dupré, A. et Lemoine, B. (2010). Les ruches des toits. Revue urbaine, 12(3), 4-18.
§Marchand, D., Petit, É. et Roux, F. (2012). Villes et abeilles. Natures, 8, 22-31.
§d’Arcy, J. (2016). La ville sauvage. Paris : Seuil.
§DE LA TOUR Anne, 2001, Les toits et le miel, Lyon, Éditions du Port.
§NOËL Marc et ROCHE (Luc), 2004, « Le voisin », Revue du toit, n° 3, p. 5-10.
§BRUN, Jean, Le bruit des ruches, Lille, Septentrion, 1998.""",
    "Spanish": """El caudal baja {{(García y López, 2015, pág. 3)|1}},
según {{Pérez y otros (2017)|2}}.
@@
Bibliografía citada
§García, J. y López, A. (2015). El río. Murcia: Alba.
§Pérez Gil, M., Soto, L. y Díaz, R. (2017). Riego y sequía. Revista del Agua, 3(1), 5-19.""",
    "Portuguese": """A pesca caiu {{(SILVA; SOUZA, 2010, p. 5)|1}};
{{Oliveira e outros (2018)|2}} e {{Silva e Souza (2010)|1}} negam, como {{(LIMA; ROCHA, 2012)|3}}.
@@
Referências
§SILVA, J. A.; SOUZA, M. A pesca. Lisboa: Mar, 2010.
§OLIVEIRA, R.; PINTO, C.; REIS, D. Peixes do rio. Revista do Mar, v. 3, n. 2, p. 4-9, 2018.
§LIMA, João da; ROCHA, Maria Clara. Barcos de vela. Porto: Cais, 2012.""",
    "Italian": """Le mele maturano {{[1, p. 4]|1}}, dice la stampa {{[4, pagg. 3-5]|4}}, non il gelo {{[2, 3]|2,3}}.
@@
Fonti
§[1] Anna Zeni, Le mele, Trento, 2001.
§[2] «Gelo in valle», Il Giornale della Valle, 4 maggio 2017.
§[3] https://mele.example/gelo
§[4] Provincia di Trento, Rapporto, 2018.""",
    "Dutch": """Het water stijgt {{(De Vries & Jansen, 2015)|1}},
meet {{Van den Berg e.a. (2012)|2}} {{(zie ’t Hart, 2011, blz. 12)|3}}.
@@
Literatuurlijst
§De Vries, J. & Jansen, P. (2015). Dijken. Goes: Delta.
§Van den Berg, K., Smit, L. & Mol, T. (2012). Het peil. Water, 3(2), 4-9.
§’t Hart, M. (2011). De polder. Utrecht: Vaart.""",
    "Polish": """Woda opada {{(Kowalski i Nowak, 2015)|1}},
mierzą {{Zieliński i in. (2016)|3}}; inaczej u {{Nowaka (2010)|2}}.
@@
Piśmiennictwo
§Kowalski J., Nowak P. (2015), Jezioro, Łódź: Woda.
§Nowak P. (2010), Studnie, „Przegląd Wodny”, nr 3, s. 4–9.
§Zieliński Ł., Żak B., Śliwa C. (2016), Pomiary, Gdańsk: Morze.""",
    "Russian": """Лес отступает {{(Ивашов и др., 2015)|1}}. По мнению {{Сидорина (2018)|2}}, виноват климат {{[Там же: 15]|2}}.
@@
Список литературы
§Ивашов И.И., Кузин К.К., Лоза Л.Л. Лес. М.: Наука, 2015.
§Сидорин С. С. Климат. СПб.: Лань, 2018. 320 с.""",
    "Russian numbers": """Дорогу строили {{[1, с. 5; 2, т. 1, с. 7]|1,2}} долго {{[см.: 3]|3}}.
@@
Примечания
§1. Абрамов А. А. Дорога. Вологда, 1974.
§2. История края: в 2 т. / под ред. Б. Б. Беляева. Архангельск, 1980.
§3. https://doroga.example/most (дата обращения: 03.04.2019).""",
    "Russian without a heading": """Сады растут на камне {{(Юрьев, 2004)|3}},
вода приходит с гор {{(Авдеев, 1999; Яшин и др., 2011)|1,2}}.
@@
§Авдеев А. А. Вода. Сочи: Юг, 1999.
§Яшин Я. Я., Юрьев Ю. Ю., Белов Б. Б. Камень. Сочи: Юг, 2011.
§Юрьев Ю. Ю. Сады у моря // Юг. 2004. № 3. С. 4–9.""",
    "Arabic": """تراجع النخيل {{(حسن علي، 2019)|1}}.
ويرى {{كريم (2020)|2}} غير ذلك، مع {{ليلى منصور وآخرون (2018)|3}}.
@@
قائمة المراجع
§علي، حسن (2019). النخيل. القاهرة: دار النيل.
§كريم، سامي (2020). الملح والتربة. مجلة الزراعة، 3(2)، 4-9.
§منصور، ليلى، وحداد، نور، وسعيد، رامي (2018). ماء الواحة. تونس: دار الجنوب.""",
    "Arabic numbers": """بُني الطريق {{[٢، ص ٥]|2}} ثم وُسّع {{[١، ٣]|1,3}}.
@@
المصادر والمراجع
§١- سمير حداد، الطريق، بيروت، ٢٠٠١.
§٢- وزارة النقل، التقرير السنوي، ٢٠١٥.
§٣- نور سعيد، الميناء، صيدا، ٢٠١٧.""",
    "Chinese": """蜜蜂在减少{{（王伟等，2015）|1}}，而{{张强和刘洋（2018）|2}}认为原因是农药{{（张强，刘洋，2018，第12页）|2}}。
@@
参考文献
§王伟，赵敏，孙丽. 城市蜜蜂研究[J]. 生态学报，2015，35(4): 12-20.
§张强，刘洋. 农药与蜜蜂[J]. 环境科学，2018(3): 3-9.""",
    "Chinese notes": """茶叶由马帮运送。{{①|1}}路上要走三个月。{{②|2}}后来有了公路。{{③|3}}
@@
注释
§① 何平：《茶马古道》，云南人民出版社1999年版，第12页。
§② 同上，第15页。
§③ 马丽：《公路史》，载《云南史学》2003年第2期。""",
    "Japanese": """本屋は減った{{（田辺ほか、2015）|1}}。しかし{{佐伯・山岸（2016）|2}}は異論を述べた{{（林 2010：12頁）|3}}。
@@
引用文献
§田辺一郎・小川健・森花子（2015）「町の本屋」『出版研究』12(3), 4-9.
§佐伯美咲・山岸太郎（2016）「読む人」『読書』3, 1-8.
§林陽子（2010）『紙の本』岩波書店.""",
    "full width": """雪は残る{{［1］|1}}。冷房にも使う{{［2，3］|2,3}}。費用は安い{{［1，p.12］|1}}。
@@
【参考文献】
§［1］ 北野雪子『雪の本』札幌：北方書房，1998年．
§［2］ 雪国市「雪の報告書」2015年．https://yuki.example/h
§［3］ 南一郎「雪と夏」『季節』第4巻2号，2016年，pp.3-9．""",
    "bare numbers": """Tides {{[1]|1}} turn {{[2,3]|2,3}} and wane {{[4-6]|4,5,6}}.
@@
References
§1 Lee A. Tides of the north. North Rev. 2004;3:4-9.
§2 Öztürk D. Ports. North Rev. 2005;4:1-3.
§3 van der Loo P. Sluices. North Rev. 2006;5:2-8.
§4 https://tides.example/north
§5 王伟. 潮汐研究[J]. 海洋, 2015, 3: 4-9.
§6 Łaska B. Harbours. North Rev. 2007;6:1-2.""",
    "German, in the genitive": """Nach {{Brandners (2015)|1}} Zahlen fehlen die Fahrgäste seit dem Sommer und kommen nicht mehr.
@@
Quellenangaben
§Brandner, Ulrike (2015): Häfen im Wandel. Kiel: Nordverlag.
§Oster, Paul (2021): Leere Decks. Kiel: Nordverlag.""",
    "Ukrainian": """Вода піднялася {{(Шевчук та ін., 2015)|1}}; за даними {{Петренка (2018)|2}}, риба повернулася.
@@
Список використаних джерел
§Шевчук І. І., Мельник А. А., Коваль В. В. Озера Півночі. Львів: Світ, 2015. 300 с.
§Петренко П. П. Вода. Львів: Світ, 2018. 120 с.""",
    "Swedish": """Vattnet steg {{(Lund m.fl., 2015)|1}}, men enligt {{Berg och Ek (2018)|2}} är sjön djup.
@@
Källförteckning
§Lund, A., Dahl, B. & Holm, C. (2015). Sjöar i norr. Malmö: Vik.
§Berg, P. & Ek, L. (2018). Vatten. Lund: Ask.""",
    "Czech": """Voda stoupla {{(Novák a kol., 2015)|1}}, ale podle {{Dvořáka (2018)|2}} je jezero velmi hluboké a není čisté.
@@
Použitá literatura
§Novák, J., Svoboda, A. a Malý, C. (2015). Jezera severu. Brno: Kámen.
§Dvořák, P. (2018). Voda. Brno: Kámen.""",
    "Finnish": """Vesi nousi ja kalat palasivat {{(Virta ym. 2015)|1}}, mutta se ei ollut vielä puhdasta.
{{Korhosen ja Niemen (2018)|2}} mukaan järvi on myös syvä.
@@
Kirjallisuus
§Virta, A., Laine, B. & Koski, C. (2015). Pohjoisen järvet. Turku: Saari.
§Korhonen, P. & Niemi, L. (2018). Vesi. Turku: Saari.""",
    "Turkish": """Su çok yükseldi {{(Yılmaz vd., 2015)|1}}, ama {{Kaya ve Demir’e (2018)|2}} göre göl derindir,
çünkü bu su temiz değil.
@@
Kaynakça
§Yılmaz, A., Çelik, B. ve Şahin, C. (2015). Kuzey gölleri. Ankara: Göl.
§Kaya, P. ve Demir, L. (2018). Su. Ankara: Göl.""",
    "Hungarian": """A víz emelkedett {{[1]|1}}, a halak visszatértek {{[2, 15. o.]|2}}.
@@
Irodalomjegyzék
§[1] Nagy J.: Északi tavak. Szeged: Part, 2015.
§[2] Kovács P.: Víz. Szeged: Part, 2018.""",
    "Greek": """Το νερό ανέβηκε {{[1]|1}} και τα ψάρια γύρισαν {{[2, σ. 15]|2}}.
@@
Βιβλιογραφία
§[1] Βλάχος Γ. Λίμνες του Βορρά. Πάτρα: Ακτή, 2015.
§[2] Νικολάου Α. Νερό. Πάτρα: Ακτή, 2018.""",
    "Hebrew": """המים עלו {{[1]|1}} והדגים חזרו {{[2, עמ' 15]|2}}.
@@
רשימת מקורות
§[1] כהן, י. אגמי הצפון. חיפה: חוף, 2015.
§[2] לוי, א. מים. חיפה: חוף, 2018.""",
    "Japanese notes": """水位は上昇した{{（注1）|1}}。水は深い{{注2）|2}}。
@@
注
§注1）田中一郎『北の湖』灯台書店、2015年、12頁。
§注2）鈴木次郎『水と都市』灯台書店、2018年。""",
}


@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["tight", "blank lines"])
@pytest.mark.parametrize("language", TEXTS)
def test_markers_cite_the_entries_in_every_language(language: str, gap: str) -> None:
    marked, _, listed = TEXTS[language].partition("\n@@\n")
    heading, *entries = re.split(r"\n?§", listed)
    body = re.sub(r"\{\{(.*?)\|[\d,]+\}\}", r"\1", marked.replace("\n", " "))
    expected = [(words, set(cited.split(","))) for words, cited in re.findall(r"\{\{(.*?)\|([\d,]+)\}\}", marked)]
    text = f"{language}\n\n{body}\n\n" + f"{heading}\n\n" * bool(heading) + gap.join(entries) + "\n"

    article = parse_article(text.encode("utf-8"), "plain.txt")

    starts = [text.index(entry) for entry in entries]
    assert [reference.start for reference in article.references] == starts
    number = {reference.id: str(place) for place, reference in enumerate(article.references, start=1)}
    found = [(text[c.start : c.end], {number[name] for name in c.references}) for c in article.citations]
    assert [cited for _, cited in found] == [cited for _, cited in expected]
    assert all(words in marker or marker in words for (words, _), (marker, _) in zip(found, expected, strict=True))


@pytest.mark.parametrize(
    ("entry", "authors", "year", "title"),
    [
        ("Brandner, Ulrike: Häfen im Wandel. Kiel: Nordverlag 2015.", ("Brandner, Ulrike",), "2015", "Häfen im Wandel"),
        ("Hans Öhler: Streit um Stein. 2. Aufl., Jena 2003.", ("Hans Öhler",), "2003", "Streit um Stein"),
        ("Jean Morel, Le Pain, Paris, Gallimard, 2001, p. 12.", ("Jean Morel",), "2001", "Le Pain"),
        ("CONCEIÇÃO, Á. O rio. 2. ed. Porto: Norte, 2012.", ("CONCEIÇÃO, Á",), "2012", "O rio"),
        ("Петрухин П. П. Город // География. 2010. № 3. С. 12–18.", ("Петрухин П. П",), "2010", "Город"),
        ("محمد علي، النحل البري، القاهرة، ٢٠١٩.", ("محمد علي",), "2019", "النحل البري"),
        ("何平：《茶马古道》，云南人民出版社1999年版，第12页。", ("何平",), "1999", "茶马古道"),
        ("北野雪子『雪の本』札幌：北方書房，1998年．", ("北野雪子",), "1998", "雪の本"),
        ("Bellweather & Partners (2017). Harbour study. London.", ("Bellweather & Partners",), "2017", "Harbour study"),
        ("Smith, John, and Ann Doe. Tides. Oslo: Fjord Press, 2004.", ("Smith, John", "Ann Doe"), "2004", "Tides"),
    ],
)
def test_fields_of_entries_in_the_customs_of_languages(entry: str, authors: tuple[str, ...], year: str, title: str) -> None:
    fields = parse_fields(entry)
    assert (tuple(author.rstrip(".") for author in fields.authors), fields.year, fields.title) == (authors, year, title)


def test_a_note_that_repeats_the_one_above_has_its_source() -> None:
    text = "Es regnet.[1] Und wie.[2]\n\nAnmerkungen\n\n[1] Wanda Thiel: Regen. Berlin 2012, S. 33.\n[2] Ebd., S. 6.\n"
    first, second = parse_article(text.encode("utf-8"), "plain.txt").references
    assert (second.text, second.authors, second.year, second.title) == ("Ebd., S. 6.", first.authors, "2012", "Regen")


@pytest.mark.parametrize(
    "others",
    [
        "et al",
        "et al.",
        "and others",
        "u. a.",
        "u.a.",
        "ua",
        "i in.",
        "m. fl.",
        "e.a.",
        "y cols.",
        "и др.",
        "vd.",
        "κ. ά.",
        "等",
        "他",
    ],
)
def test_words_for_other_authors_are_no_names_in_any_spelling(others: str) -> None:
    fields = parse_fields(f"Brandner U, Lee K, {others} (2015). Tides of the north. Sea Letters 4, 12–19.")

    assert fields.authors == ("Brandner U", "Lee K")
    assert fields.title == "Tides of the north"
