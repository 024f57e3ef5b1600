"""Phrases that identify a line, in lower case, and signs of debris. A phrase counts only if it fills the whole line."""

from __future__ import annotations

import re
from typing import Final

from reader.article.lazy_pattern import lazy_pattern


def _phrases(phrases: str) -> frozenset[str]:
    parts = (part.strip() for line in phrases.casefold().splitlines() for part in line.split("|"))
    return frozenset(filter(None, parts))


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
    se connecter | s'abonner | iniciar sesión | accedi | share this | share this article | share this story
    share this page | share this post | share on facebook | share on twitter | share on x | share on linkedin
    share on whatsapp | share via email | share by email | share on reddit | share on social media | tweet this | copy link
    copy the link | link copied | email this article | print this article | print this page | save this article
    artikel teilen | artikel drucken | partager cet article | compartir | listen to this article | listen to article
    advertisement | advertisment | anzeige | werbung | publicité | publicidad | article continues below
    story continues below | article continues below advertisement | story continues below advertisement
    continue reading below | accept all | accept all cookies | accept cookies | reject all | reject all cookies
    manage cookies | manage preferences | cookie settings | cookie preferences | cookie policy | manage consent
    privacy policy | privacy settings | privacy notice | terms of use | terms of service | terms and conditions
    terms & conditions | all rights reserved | back to top | back to the top | nach oben | load more | show more | view all
    see all | leave a comment | post a comment | leave a reply | no comments | click to share | follow us on twitter
    follow us on facebook | follow us | download pdf | view article | view this article | pubmed/ncbi | google scholar
    view large image | open in new tab | expand all | collapse all | from wikipedia, the free encyclopedia | view history
    view source | mobile view | about wikipedia | contact wikipedia | pular para o conteúdo principal
    перейти к содержанию | перейти к содержимому | 跳转到主要内容 | 跳至内容
    本文へスキップ | コンテンツへスキップ | انتقل إلى المحتوى | تخطى إلى المحتوى | diesen artikel teilen
    auf facebook teilen | auf twitter teilen | per e-mail teilen | per whatsapp teilen | link kopieren | artikel anhören
    artikel merken | partager sur facebook | partager sur twitter | copier le lien | imprimer cet article
    écouter cet article | compartir en facebook | compartir en twitter | copiar enlace | escuchar este artículo
    поделиться в facebook | поделиться ссылкой | скопировать ссылку
    подписаться на рассылку | この記事をシェアする | 分享到微博 | 分享到微信 | شارك المقال
    شارك على فيسبوك | annonce | advertentie | pubblicità | publicidade | reklama | реклама
    сообщение рекламы | sponsored content | sponsored | paid content | sponsored links | advertiser content
    ad | ads by google | report this ad | remove ads | alle cookies akzeptieren | cookies akzeptieren | alle akzeptieren
    cookie-einstellungen | tout accepter | tout refuser | accepter les cookies | paramètres des cookies | aceptar todo
    aceptar cookies | rechazar todo | configurar cookies | accetta tutti | принять все | принять cookies
    接受所有cookie | すべて受け入れる | قبول الكل | datenschutzerklärung | politique de confidentialité
    política de privacidad | политика конфиденциальности | 隐私政策 | プライバシーポリシー
    سياسة الخصوصية | alle rechte vorbehalten | tous droits réservés | todos los derechos reservados
    все права защищены | 版权所有 | جميع الحقوق محفوظة | nach oben scrollen | haut de page | volver arriba
    наверх | 返回顶部 | ページトップへ | kommentar schreiben | kommentar verfassen | laisser un commentaire
    dejar un comentario | deja un comentario | оставить комментарий | 发表评论 | コメントを書く
    اترك تعليقا | kommentare anzeigen | voir les commentaires | good response | bad response | edit message | regenerate
    regenerate response | copy code | read aloud | new chat | chatgpt can make mistakes. check important info
    claude can make mistakes. please double-check responses | gemini can make mistakes, so double-check it
    was this helpful? | was this response better or worse? | chatgpt said | you said | show thinking | share & export
    ask a follow-up | ask anything | ask follow-up | ⁂
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

# Words of menus that are found only in a run of such lines above or below an article.
MENU_WORDS = _phrases("""
    weather | health | healthcare | tech | technology | science | entertainment | lifestyle | travel | food | style
    education | events | jobs | careers | advertise | advertise with us | advertising | classifieds | obituaries | photos
    galleries | close | back | all | reviews | features | finance | money | markets | economy | games | puzzles | crosswords
    horoscopes | archives | archive | rss | rss feeds | sitemap | site map | site index | privacy | terms | legal
    accessibility | cookies | feedback | support | press | team | staff | shop | store | cart | profile | settings
    notifications | follow | following | previous | next | tags | topics | sections | categories | international | us | u.s.
    uk | europe | asia | africa | americas | local | national | community | environment | climate | movies | music | tv
    television | books | arts | celebrity | celebrities | fashion | beauty | family | parenting | real estate | property
    cars | autos | football | soccer | basketball | baseball | tennis | golf | cricket | columnists | columns | editorials
    letters | cartoons | blogs | podcast | radio | live | watch | listen | investigations | special reports | corrections
    subscriptions | my profile | my library | customer service | i accept | accept | decline | got it | ok | no thanks
    dismiss | submit | send | go | flipboard | pocket | tumblr | tiktok | snapchat | line | kakaotalk | messenger | skip
    latest news | latest stories | top stories | breaking news | more news | startseite | nachrichten | politik | wirtschaft
    kultur | wissen | gesellschaft | impressum | datenschutz | kontakt | über uns | newsletter abonnieren | mediathek
    merken | zur startseite | agb | barrierefreiheit | accueil | actualités | politique | économie | société | culture
    monde | idées | mentions légales | contactez-nous | à propos | connexion | plan du site | s'inscrire | inicio
    noticias | política | economía | deportes | cultura | sociedad | opinión | contacto | aviso legal | quiénes somos
    suscríbete | regístrate | главная | новости | политика | экономика | спорт
    культура | общество | мнения | контакты | о нас | поделиться
    реклама | подписаться | войти | регистрация | поиск | комментарии
    首页 | 新闻 | 体育 | 财经 | 娱乐 | 科技 | 登录 | 注册 | 分享 | 评论 | 搜索 | 关于我们 | 联系我们 | 广告 | 上一篇
    下一篇 | 版权声明 | 收藏 | 更多 | 返回顶部 | ホーム | ニュース | ログイン | 会員登録 | シェア | 検索 | お問い合わせ
    広告 | プライバシーポリシー | 利用規約 | コメント | メニュー | 会社概要 | トップ | ランキング | الرئيسية | أخبار | رياضة
    اقتصاد | ثقافة | سياسة | تسجيل الدخول | اشترك | مشاركة | بحث | إعلان | اتصل بنا | من نحن | سياسة الخصوصية
    شروط الاستخدام | المزيد | التعليقات
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

# Words of links from a teaser to the rest of it.
READ_MORE = READ_ALSO | _phrases("""
    more | continue reading | read the full story | read full story | full story | read the full article | read it here
    | learn more | see more | view more | find out more | click here to read more | mehr | mehr lesen | mehr erfahren
    | weitere informationen | lire la suite | lire plus | en savoir plus | leer más | ver más | más información
    | seguir leyendo | leggi tutto | leggi di più | continua a leggere | saperne di più | ler mais | saiba mais
    | lees meer | lees verder | läs mer | læs mere | les mer | czytaj więcej | czytaj dalej | więcej | подробнее
    | читать далее | もっと読む | 続きを読む | 阅读更多 | 閱讀更多
""")

# Headings that announce a reference list.
REFERENCE_HEADINGS = _phrases("""
    references | reference | reference list | list of references | selected references | numbered references
    supplementary references | supplemental references | additional references | appendix references | further references
    references cited | cited references | references and notes | references & notes | references and sources
    references and footnotes | references and further reading | bibliography | bibliographies | selected bibliography
    annotated bibliography | notes and bibliography | works cited | works consulted | sources | source | sources cited
    sources and notes | sources and references | primary sources | secondary sources | literature | literature cited
    cited literature | notes | endnotes | footnotes | notes and references | notes & references | notes and sources
    citations | citation | citations and references | notes and citations | key citations | key references | key sources
    cited sources | list of sources | sources consulted | sources used | sources used in the report
    sources and further reading | sources and links | reference links | source links | quellen und links
    sources et liens | fuentes y enlaces | literatur | literaturverzeichnis
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
    kirjallisuus | kirjallisuusluettelo | surse | note bibliografice | referințe bibliografice | список литературы и источников
    библиографические ссылки | ссылки на источники | πηγές | αναφορές | σημειώσεις | παραπομπές | کتابنامه | کتاب‌نامه | پی‌نوشت‌ها
    参考文献一覧 | 引用文献一覧 | 参考・引用文献一覧 | използвани източници | бележки под линия
    הערות שוליים | רשימת מקורות | संदर्भ | सन्दर्भ | tài liệu tham khảo | daftar pustaka | referensi
    referências citadas | fontes citadas | fuentes citadas | sources des citations | sources citées | sources consultées
    œuvres citées | fonti citate | fonti consultate | geciteerd werk | geciteerde werken | geciteerde bronnen
    geraadpleegde werken | cytowane prace | cytowane źródła | citerade verk | siterte verk | citerede værker | citované práce
    citované zdroje | citovaná díla | lucrări citate | idézett művek | idézett munkák | alıntılanan çalışmalar
    цитированные источники | цитированные работы | цитируемые источники | цитовані джерела | цитовані роботи
    nguồn trích dẫn | nguồn tham khảo | karya yang dikutip | sumber | स्रोत | उद्धृत कार्य | อ้างอิง
    แหล่งข้อมูล | ผลงานที่อ้างอิง | עבודות שצוטטו | 引用的著作 | 引用的文献 | 引用的文獻 | 引用来源 | 引用來源 | 来源
    來源 | 信息来源 | 資訊來源 | 参考链接 | 參考連結 | 参考文章 | 出处 | 出處 | 引用元 | 情報ソース | 参考リンク | 参考url
    参考情報 | 참고 자료 | 참고 링크 | 인용 자료 | 인용된 저작물 | quellenliste | verwendete quellen | source list
    citation sources | sources list | web sources | all sources
    online sources | source index | citation list | end notes | cited works | full citations | numbered sources
    research sources | selected sources | source urls | sources analyzed | sources referenced | sources reviewed
    internetquellen | onlinequellen | sitographie | webographie | webgrafía | elenco delle fonti | sitografia
    lista de fontes | lista de referências | spis źródeł | wykaz źródeł | 来源列表 | 來源列表 | 来源清单 | 來源清單 | 主要来源
    关键来源 | 参考列表 | 参考文献列表 | 参考网址 | 參考來源 | 文献列表 | 引用列表 | 信源 | 出典一覧 | 参考資料一覧
    参考文献リスト | 主な参考文献 | 主要参考文献 | 参照元 | 情報源一覧 | 인용 문헌 | 주요 출처 | 참고문헌 목록 | 출처 목록
""")

# Those of them that announce notes, which markers cite beside those of a list of references.
NOTE_HEADINGS = _phrases("""
    notes | endnotes | footnotes | end notes | endnoten | fußnoten | fussnoten | anmerkungen | notes de bas de page
    notas | notas al pie | notas a pie de página | notas finales | notas de rodapé | note | note a piè di pagina | noten
    eindnoten | voetnoten | fotnoter | noter | viitteet | przypisy | przypisy końcowe | poznámky | jegyzetek | dipnotlar
    notlar | примечания | сноски | примітки | бележки | бележки под линия | σημειώσεις | 注释 | 注釋 | 註釋 | 注解 | 註解
    尾注 | 附注 | 注 | 註 | 脚注 | 腳註 | 注記 | 注釈 | 註記 | 각주 | 미주 | 주석 | الهوامش | هوامش | الحواشي | پانویس
    הערות שוליים
""")

# Headings that announce a reference list beside a word of it: "Sources and links".
BESIDE_REFERENCES = _phrases("""
    further reading | links | web links | useful links | external links | resources | acknowledgements | acknowledgments
    evidence | weblinks | weiterführende links | weiterführendes | liens | lectures complémentaires | enlaces | lecturas
    collegamenti | ligações | leituras | koppelingen | ссылки | полезные ссылки | 链接 | 連結 | 延伸阅读 | 延伸閱讀 | リンク
""")

# Sentences that are chrome.
_SITES = r"(?:twitter|x|facebook|instagram|linkedin|youtube|telegram|tiktok|google news|whatsapp|mastodon|bluesky|threads)"
_COUNTED = r"comments?|languages|shares|likes|views|replies|kommentare?|commentaires?|comentarios?|комментари\w{1,3}"
CHROME_SENTENCE = lazy_pattern(
    # cookies and consent
    r"(?:we|this (?:web)?site|our (?:web)?site)(?: and our (?:\d+ )?partners)? uses? (?:.{0,40} )?cookies\b.*"
    r"|by (?:continuing|using|clicking|choosing|closing|browsing|signing|submitting|subscribing|registering|entering) "
    r".{0,120}\b(?:cookies|(?:you|i) (?:also |hereby )?(?:agree|consent|accept|acknowledge))\b.*"
    r"|we (?:value|care about|respect) your privacy\b.*"
    r"|(?:wir|diese (?:web)?seite|(?:diese|unsere) website) (?:verwende[nt]|(?:be)?nutz(?:en|t)) (?:.{0,40} )?cookies\b.*"
    r"|(?:nous utilisons|(?:ce|notre) site (?:web )?utilise) (?:.{0,30} )?cookies\b.*"
    r"|(?:utilizamos|usamos|est[ea] (?:sitio|site|página)(?: web)? (?:utiliza|usa)) (?:.{0,30} )?cookies\b.*"
    r"|(?:utilizziamo|questo sito (?:web )?(?:utilizza|usa)) (?:.{0,30} )?cookies?\b.*"
    r"|(?:wij gebruiken|deze (?:web)?site gebruikt) (?:.{0,30} )?cookies\b.*"
    r"|(?:мы используем|(?:этот |наш )?сайт использует) (?:.{0,40} )?(?:файлы )?(?:cookies?|куки)\b.*"
    r"|(?:本(?:网站|站)|我们|我們|本網站|当サイト|このサイト|本サイト).{0,16}cookie.*"
    r"|(?:نستخدم|يستخدم (?:هذا )?(?:الموقع|موقعنا)) .{0,30}(?:الكوكيز|كوكيز|تعريف الارتباط).*"
    # newsletters, accounts, payment
    r"|(?:sign up|subscribe|register) (?:now |here |today )?(?:for|to) .{0,60}\b"
    r"(?:newsletters?|e-?mails?|updates|alerts|briefing)\b.{0,80}"
    r"|thanks for reading\b.{0,80}\bsubscribe\b.{0,100}"
    r"|get .{1,80} (?:in|to) your inbox\b.{0,60}|thank you for (?:signing up|subscribing).{0,60}|check your inbox\b.{0,80}"
    r"|(?:please )?enter (?:a valid|your) e-?mail\b.{0,60}|your email address will not be published.*"
    r"|required fields are marked.*"
    r"|(?:you can |you may )?unsubscribe at any time.{0,60}|this site is protected by recaptcha.*|save my name, email.*"
    r"|already (?:a (?:subscriber|member)|have an account|registered|subscribed)\?.{0,40}"
    r"|(?:create|start) (?:an?|your) (?:free )?(?:account|trial|subscription)\b.{0,40}"
    r"|this (?:article|story|content) is (?:for|only available to|available to|exclusive to) (?:our )?subscribers\b.{0,60}"
    r"|you (?:have|have read|'ve read) .{0,30}\b(?:free )?articles? (?:left|remaining|this month).{0,40}"
    r"|(?:abonnieren sie|melden sie sich|jetzt) .{0,30}newsletter\b.{0,60}"
    r"|(?:inscrivez-vous|abonnez-vous) à .{0,60}newsletter\b.{0,40}"
    r"|(?:suscríbete|suscríbase|inscríbete) a .{0,40}(?:newsletter|boletín)\b.{0,40}"
    r"|подпишитесь на .{0,80}"
    # sharing and comments
    r"|(?:follow|like|join|find) (?:us|me|@\w{1,30}) on "
    + _SITES
    + r"\b.{0,60}|share (?:this )?(?:on|via|by|article|story) .{1,24}"
    rf"|no (?:{_COUNTED})"
    r"|comments? (?:are|is) (?:closed|off|disabled)\b.{0,60}|comments powered by .{1,40}"
    r"|loading comments?\W*"
    r"|(?:be the first to comment|join the (?:conversation|discussion))\b.{0,30}"
    r"|(?:show|view|see|read|load|hide) (?:all |more )?(?:\d{1,4} )?(?:comments?|replies)(?: \(\d{1,4}\))?"
    # notices of sites, publishers and libraries
    r"|this page was last (?:edited|modified) on .*|text is available under the .*"
    r"|(?:main article|hidden categories|categories|filed under|posted in): .*|please enable javascript\b.*"
    r"|(?:©|\(c\)|copyright) .{0,80}all rights reserved|(?:©|\(c\)|copyright ©) ?(?:19|20)\d\d\b.{0,100}"
    r"|(?:this content )?(?:was )?downloaded (?:from|by|on) .{3,200}|all use subject to .{3,120}|content courtesy of .{3,120}"
    r"|see discussions, stats, and author profiles for this publication at:?.{0,120}|view publication stats"
    r"|page \d{1,4} (?:of|/) \d{1,4}|seite \d{1,4} von \d{1,4}",
    re.IGNORECASE | re.DOTALL,
)
CHROME_COUNT = lazy_pattern(rf"\d{{1,4}} (?:{_COUNTED})|\d{{1,4}} ?(?:条评论|則留言|件のコメント|تعليقات?)", re.IGNORECASE)

# The beginnings of the sentences above. Checking them first is faster, and spares most articles the compilation.
CHROME_BEGINNINGS = (
    *("we use", "we and ", "we value your", "we care about your", "we respect your", "this site", "this website"),
    *("this page was", "this article is", "this story is", "this content", "our site", "our website", "by continuing"),
    *("by using", "by clicking", "by choosing", "by closing", "by browsing", "by signing", "by submitting"),
    *("by subscribing", "by registering", "by entering", "wir verwenden", "wir benutzen", "wir nutzen"),
    *("diese seite", "diese web", "unsere web", "nous utilisons", "ce site", "notre site", "utilizamos", "utilizziamo"),
    *("usamos", "este si", "esta p", "questo sito", "wij gebruiken", "deze ", "мы используем"),
    *("этот сайт", "наш сайт", "сайт использует", "本", "我们", "我們", "当サイト"),
    *(
        "このサイト",
        "نستخدم",
        "يستخدم",
        "sign up",
        "subscribe",
        "register ",
        "get ",
        "thank you for",
        "thanks for",
        "check your",
    ),
    *("please en", "enter ", "your email", "required fields", "you have", "you've", "you can unsub", "you may unsub"),
    *("unsubscribe", "save my", "already ", "create ", "start ", "abonnieren", "melden sie", "jetzt ", "inscrivez"),
    *("abonnez", "suscr", "inscríbete", "подпишитесь", "follow ", "like us", "like me", "join ", "find us"),
    *("share ", "no ", "comment", "loading", "be the first", "show ", "view ", "see ", "read ", "load ", "hide "),
    *("text is available", "main article:", "hidden categories:", "categories:", "filed under", "posted in", "©", "(c)"),
    *("copyright ", "downloaded", "all use", "content courtesy", "page ", "seite "),
)

# A text without any of these words and marks has no debris of a chat program.
DEBRIS_WORDS = ("oai", "cite index=", "\ue200", "†", "grok", "-citation[", "(start")
DEBRIS_MARKS = (lazy_pattern(r"\[(?:cite|citation:|web:|page:|attached_file:)"), lazy_pattern(r"turn\d"))

_PAGE_PHRASES: Final = CHROME | CHROME_NEAR_CHROME | MENU_WORDS | READ_ALSO
_FURNITURE: Final = lazy_pattern(
    r"\+\d{1,3}|[×✕✖☰≡⋮↑↓▲▼►▶«»‹›<>]{1,3}"
    r"|\d{1,4} ?(?:comments?|shares?|likes?|views?|votes?|replies)"
    r"|(?:posted |updated )?(?:\d{1,3}|an?) ?(?:s|m|h|d|w|mins?|minutes?|hours?|days?|weeks?|months?|years?)\.? ago"
    r"|[<(]?\d{1,3}/\d{1,3}[>)]?|(?:©|\(c\)|copyright)\W.{0,120}",
    re.IGNORECASE,
)
_LINE_EDGE_SIGNS: Final = " \t:.…#*_|>»→-–—+[]()×▼▾"


def is_furniture(line: str) -> bool:
    """Whether a line is known from pages: a phrase, a word of a menu or a count."""
    bare = line.strip(_LINE_EDGE_SIGNS).casefold().replace("’", "'").replace("\u00a0", " ")
    return bare in _PAGE_PHRASES or _FURNITURE.fullmatch(bare) is not None
