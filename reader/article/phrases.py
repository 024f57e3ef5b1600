"""Phrases that identify a line, in lower case, and signs of debris. A phrase counts only if it fills the whole line."""

from __future__ import annotations

import re

from reader.article.lazy_pattern import lazy_pattern


def _phrases(phrases: str) -> frozenset[str]:
    return frozenset(phrase for phrase in (part.strip() for line in phrases.splitlines() for part in line.split("|")) if phrase)


# Chrome of web pages, in any place.
CHROME = _phrases("""
    skip to content | skip to main content | skip to navigation | skip to search | skip to the content
    skip to the main content | skip links | skip ad | skip advertisement | jump to navigation | jump to content
    jump to search | zum inhalt springen | zum hauptinhalt springen | direkt zum inhalt | aller au contenu
    aller au contenu principal | saltar al contenido | ir al contenido | ir al contenido principal | vai al contenuto
    pular para o conteúdo | ga naar de inhoud | main menu | toggle navigation | toggle menu | open menu | close menu
    menu and widgets | site navigation | open navigation | sign in | log in | sign up | log out | log in / register
    sign in / register | log in/sign up | create account | create an account | create free account | my account
    subscribe now | subscribe to our newsletter | sign up for our newsletter | sign up for the newsletter | jetzt abonnieren
    se connecter | s'abonner | iniciar sesión | accedi | share this | share this article | share this story | share this page
    share this post | share on facebook | share on twitter | share on x | share on linkedin | share on whatsapp
    share via email | share by email | share on reddit | share on social media | tweet this | copy link | copy the link
    link copied | email this article | print this article | print this page | save this article | artikel teilen
    artikel drucken | partager cet article | compartir | listen to this article | listen to article | advertisement
    advertisment | anzeige | werbung | publicité | publicidad | article continues below | story continues below
    article continues below advertisement | story continues below advertisement | continue reading below | accept all
    accept all cookies | accept cookies | reject all | reject all cookies | manage cookies | manage preferences
    cookie settings | cookie preferences | cookie policy | manage consent | privacy policy | privacy settings | privacy notice
    terms of use | terms of service | terms and conditions | terms & conditions | all rights reserved | back to top
    back to the top | nach oben | load more | show more | view all | see all | leave a comment | post a comment
    leave a reply | no comments | click to share | follow us on twitter | follow us on facebook | follow us | download pdf
    view article | view this article | pubmed/ncbi | google scholar | view large image | open in new tab | expand all
    collapse all | from wikipedia, the free encyclopedia | view history | view source | mobile view | about wikipedia
    contact wikipedia
""")

# Words that are chrome only next to other chrome: an article may have a section called "Tools".
CHROME_NEAR_CHROME = _phrases("""
    menu | navigation | search | home | register | subscribe | donate | login | newsletter | newsletters | share | tweet
    print | save | email | e-mail | comments | comment | facebook | twitter | x | linkedin | whatsapp | telegram | reddit
    pinterest | instagram | youtube | bluesky | mastodon | threads | edit | talk | tools | read | article | disclaimers
    contact | about | news | latest | sport | sports | business | politics | culture | opinion | world | video | videos
    podcasts | more | contact us | about us | help | faq | crossref | pubmed | medline | suche | menü | anmelden | abonnieren
    teilen | drucken | partager | rechercher
""")

# Headings that announce teasers of other articles.
READ_ALSO = _phrases("""
    read also | also read | read more | read next | read this next | more to read | keep reading | related | related article
    related articles | related story | related stories | related posts | related post | related content | related news
    related topics | more related articles | more on this | more on this story | more on this topic | more stories
    more like this | you may like | you might like | you may also like | you might also like | you may also be interested in
    you might also be interested in | you may also enjoy | recommended | recommended for you | recommended stories
    recommended articles | most read | most popular | most viewed | trending | trending now | don't miss | editor's picks
    editors' picks | up next | see also on this site | lesen sie auch | lies auch | mehr zum thema | auch interessant
    das könnte sie auch interessieren | weiterlesen | das könnte sie interessieren | à lire aussi | lire aussi
    à lire également | sur le même sujet | lee también | lea también | te puede interesar | también te puede interesar
    leggi anche | potrebbe interessarti | leia também | leia mais | lees ook | läs också | læs også | les også | czytaj także
    czytaj też | читайте также | przeczytaj także
""")

# Headings that announce a reference list.
REFERENCE_HEADINGS = _phrases("""
    references | reference | reference list | list of references | selected references | numbered references
    references cited | cited references | references and notes | references & notes | references and sources
    references and footnotes | references and further reading | bibliography | bibliographies | selected bibliography
    annotated bibliography | notes and bibliography | works cited | works consulted | sources | source | sources cited
    sources and notes | sources and references | primary sources | secondary sources | literature | literature cited
    cited literature | notes | endnotes | footnotes | notes and references | notes & references | notes and sources
    citations | citation | citations and references | notes and citations | literatur | literaturverzeichnis
    literaturnachweise | literaturhinweise | literaturangaben | literaturliste | zitierte literatur
    verwendete literatur | weiterführende literatur | quellen | quellenverzeichnis | quellenangaben | quellenangabe
    quellennachweise | quellennachweis | quellen und literatur | literatur und quellen | quellen- und literaturverzeichnis
    literatur- und quellenverzeichnis | bibliografie | referenzen | einzelnachweise | nachweise | belege | endnoten
    fußnoten | fussnoten | anmerkungen | anmerkungen und quellen | anmerkungen und einzelnachweise | références
    références bibliographiques | références citées | liste des références | liste de références | ouvrages cités
    bibliographie | bibliographie sélective | sources et bibliographie | sources et références | notes et références
    notes et sources | notes de bas de page | notes bibliographiques | références et notes | referencias
    referencias bibliográficas | lista de referencias | referencias y notas | bibliografía | bibliografía citada
    bibliografía consultada | obras citadas | literatura citada | fuentes | fuentes consultadas | fuentes y bibliografía
    notas | notas al pie | notas a pie de página | notas finales | notas y referencias | notas y fuentes | citas
    riferimenti | riferimenti bibliografici | bibliografia essenziale | opere citate | testi citati | fonti
    fonti e bibliografia | note | note a piè di pagina | note bibliografiche | note e riferimenti | bibliografia
    referências | referências bibliográficas | bibliografia consultada | obras citadas | fontes | fontes consultadas
    notas de rodapé | notas e referências | referències | bronnen | bronvermelding | bronnenlijst | bronnen en noten
    geraadpleegde bronnen | geraadpleegde literatuur | literatuur | literatuurlijst | literatuuropgave | bibliografie
    referenties | noten | eindnoten | voetnoten | noten en referenties | verwijzingen | källor | källförteckning
    referenser | referenslista | litteratur | litteraturliste | litteraturförteckning | fotnoter | kilder | kildeliste
    referanser | referanseliste | referencer | litteraturhenvisninger | noter | noter og referanser | lähteet | viitteet
    lähdeluettelo | kirjallisuutta | bibliografia i przypisy | piśmiennictwo | źródła | przypisy | przypisy końcowe
    literatura | literatura cytowana | wykaz literatury | spis literatury | netografia | odnośniki | zdroje | reference
    použitá literatura | seznam literatury | poznámky | irodalom | irodalomjegyzék | források | jegyzetek | hivatkozások
    kaynakça | kaynaklar | referanslar | dipnotlar | notlar | bibliografie și note | note și referințe | referințe
    литература | список литературы | список использованной литературы | список использованных источников
    список источников | список источников и литературы | список использованных источников и литературы
    список цитируемой литературы | список цитированной литературы | использованная литература
    использованные источники | библиография | библиографический список | библиографические ссылки | источники
    источники и литература | литература и источники | примечания | примечания и ссылки | сноски
    цитированная литература | цитируемая литература | джерела | примітки | література | список літератури
    список використаних джерел | список використаної літератури | бібліографія | източници | бележки
    бібліяграфія | крыніцы | извори | литература и извори | референце | βιβλιογραφία | παραπομπές | πηγές | σημειώσεις
    参考文献 | 參考文獻 | 参考文献及注释 | 参考文献与注释 | 引用文献 | 引用文獻 | 主要参考文献 | 参考书目 | 參考書目
    参考资料 | 參考資料 | 参考来源 | 資料來源 | 资料来源 | 引文 | 引注 | 文献 | 文獻 | 注释 | 注釋 | 註釋 | 注解 | 註解
    尾注 | 附注 | 注 | 註 | 脚注 | 腳註 | 注記 | 注釈 | 註記 | 出典 | 典拠 | 参照文献 | 参考・引用文献 | 引用・参考文献
    参考図書 | 参考資料 | 参考サイト | 参照 | 文献一覧 | 文献リスト | 参考文献・注 | 注・参考文献 | 情報源
    참고문헌 | 참고 문헌 | 인용문헌 | 참고자료 | 출처 | 각주 | 미주 | 주석
    المراجع | المصادر | المراجع والمصادر | المصادر والمراجع | قائمة المراجع | قائمة المصادر | قائمة المصادر والمراجع
    قائمة المراجع والمصادر | ثبت المراجع | ثبت المصادر | ثبت المصادر والمراجع | الهوامش | هوامش | الحواشي | هوامش ومراجع
    مراجع | مصادر | الهوامش والمراجع | المراجع والهوامش | إحالات | منابع | مراجع و منابع | پانویس | ביבליוגרפיה | מקורות
    הערות שוליים | רשימת מקורות | संदर्भ | सन्दर्भ | tài liệu tham khảo | daftar pustaka | referensi
""")

# Sentences that are chrome.
CHROME_SENTENCE = lazy_pattern(
    r"(?:we|this (?:web)?site|our (?:web)?site)(?: and our (?:\d+ )?partners)? uses? cookies\b.*"
    r"|by (?:continuing|using|clicking) .{0,60}\bcookies\b.*"
    r"|this page was last (?:edited|modified) on .*|text is available under the .*"
    r"|(?:main article|hidden categories|categories): .*"
    r"|please enable javascript\b.*|(?:\d{1,4}|no) (?:comments?|languages|shares)|share (?:this )?(?:on|via|by) .{1,24}"
    r"|(?:©|\(c\)|copyright) .{0,80}all rights reserved",
    re.IGNORECASE | re.DOTALL,
)

# The beginnings of the sentences above, except digits. Checking them first is faster.
CHROME_BEGINNINGS = (
    *("we use", "we and ", "this site", "this website", "this page was", "our site", "our website", "by continuing"),
    *("by using", "by clicking", "text is available", "main article:", "hidden categories:", "categories:"),
    *("please enable", "no comments", "no shares", "share ", "©", "(c)", "copyright "),
)

# A text without any of these has no debris of a chat program.
DEBRIS_SIGNS = (
    *("oaicite", "oai_citation", "\ue200", "†", "[cite", "[citation:", "[web:", "[page:", "[attached_file:", "<grok"),
    *("cite index=", "-citation[", *(f"turn{digit}" for digit in range(10))),
)
