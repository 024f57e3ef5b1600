"""The phrases by which pages that are no articles are known, in the languages of many sites.

They are compared with the letters and digits of a title, a part of it or a button, in lower case: `spell` gives both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reader.article.lazy_pattern import lazy_pattern

_WORD: Final = lazy_pattern(r"[^\W_]+")
_MAX_LENGTH: Final = 200


def spell(words: str) -> str:
    """Return the words of a phrase in lower case, one blank apart, without signs."""
    return " ".join(_WORD.findall(words[:_MAX_LENGTH].casefold()))


def _phrases(lines: str) -> frozenset[str]:
    return frozenset(spell(phrase) for line in lines.splitlines() for phrase in line.split("/") if phrase.strip())


ERROR_WORDS: Final = frozenset(
    {"404", "410", "error", "oops", "whoops", "sorry", "http", "status", "code", "fehler", "erreur", "errore"}
)
ERROR_NUMBERS: Final = frozenset({"404", "410"})

MISSING_PAGE: Final = _phrases("""
    not found/page not found/the page was not found/file not found/article not found/document not found
    content not found/story not found/item not found/resource not found/nothing found/page gone/page does not exist
    page doesn't exist/this page does not exist/this page doesn't exist/the page you requested was not found
    the page you requested could not be found/the requested page could not be found/the requested page was not found
    the requested url was not found on this server/the page you are looking for could not be found
    the page you are looking for cannot be found/the page you are looking for does not exist
    the page you are looking for doesn't exist/the page you were looking for doesn't exist/the page cannot be found
    the page can't be found/that page can't be found/this page can't be found/this page could not be found
    this page isn't available/this page is not available/this page is no longer available/page unavailable
    page not available/this content isn't available/this content is no longer available/content unavailable
    content not available/no longer available/this article is no longer available/article no longer available
    article unavailable/this story is no longer available/we can't find that page
    we can't find the page you're looking for/we couldn't find that page/we could not find that page
    seite nicht gefunden/die seite wurde nicht gefunden/diese seite wurde nicht gefunden/seite existiert nicht
    diese seite existiert nicht/diese seite existiert nicht mehr/die seite existiert nicht mehr/artikel nicht gefunden
    nicht gefunden/page introuvable/page non trouvée/cette page n'existe pas/cette page n'existe plus
    la page n'existe pas/article introuvable/página no encontrada/la página no existe/esta página no existe
    no se encontró la página/no encontrado/página não encontrada/esta página não existe/pagina non trovata
    pagina niet gevonden/deze pagina bestaat niet/sidan hittades inte/sidan kunde inte hittas/siden blev ikke fundet
    siden ble ikke funnet/siden finnes ikke/sivua ei löydy/sivua ei löytynyt/nie znaleziono strony/strona nie istnieje
    strona nie została znaleziona/stránka nenalezena/pagina nu a fost găsită/страница не найдена/страница не существует
    сторінку не знайдено/sayfa bulunamadı/az oldal nem található/η σελίδα δεν βρέθηκε/ページが見つかりません
    ページが見つかりませんでした/お探しのページは見つかりません/お探しのページは見つかりませんでした/页面不存在
    找不到页面/找不到该页面/页面未找到/您访问的页面不存在/找不到頁面/頁面不存在/페이지를 찾을 수 없습니다
    الصفحة غير موجودة
""")

FOR_SALE: Final = _phrases("""
    this domain is for sale/this domain name is for sale/this domain may be for sale/domain for sale/buy this domain
    domain is for sale/domain parked/parked domain/this domain is parked/account suspended/this account has been suspended
    diese domain steht zum verkauf/domain zu verkaufen/ce domaine est à vendre/nom de domaine à vendre
    este dominio está en venta/dominio en venta/questo dominio è in vendita/deze domeinnaam is te koop/домен продается
""")

LOGIN: Final = _phrases("""
    login/log in/log on/sign in/signin/please log in/please sign in/login required/sign in required/login page
    member login/account login/user login/sign in or register/log in or register/log in or sign up/log in to continue
    sign in to continue/sign in to your account/log in to your account/authentication required/single sign on
    institutional login/anmelden/anmeldung/einloggen/bitte anmelden/bitte einloggen/login erforderlich/se connecter
    connexion/connectez vous/identifiez vous/iniciar sesión/inicia sesión/inicie sesión/acceder/acceso/iniciar sessão
    inicie sessão/entrar/accedi/accesso/inloggen/aanmelden/logga in/logg inn/logg in/log ind/kirjaudu/kirjaudu sisään
    zaloguj/zaloguj się/logowanie/вход/войти/увійти/вхід/giriş/giriş yap/oturum aç/bejelentkezés/přihlášení
    autentificare/登录/登入/用户登录/ログイン/로그인/تسجيل الدخول
""")

CONSENT: Final = _phrases("""
    before you continue/cookie consent/cookie settings/cookie preferences/we value your privacy/we respect your privacy
    we care about your privacy/your privacy choices/privacy settings/privacy choices/your privacy settings
    your data your choice/manage consent/manage your consent/bevor sie fortfahren/bevor sie weiterlesen
    datenschutzeinstellungen/datenschutz einstellungen/cookie einstellungen/ihre privatsphäre/privatsphäre einstellungen
    zustimmung/einwilligung/wir respektieren ihre privatsphäre/cookie hinweis/avant de continuer
    vos choix en matière de cookies/votre vie privée/gestion des cookies/le respect de votre vie privée
    antes de continuar/tu privacidad/su privacidad/configuración de cookies/valoramos tu privacidad
    informativa sui cookie/prima di continuare/voordat je verdergaat/voordat u verdergaat/cookie instellingen
    integritetsinställningar
""")
CONSENT_BEGINNINGS: Final = ("before you continue ", "bevor sie ", "avant de continuer ", "antes de continuar ", "voordat ")

AGREE: Final = _phrases("""
    accept/accept all/accept all cookies/accept cookies/accept and continue/accept & continue/accept and close
    accept all and continue/i accept/i agree/agree/agree to all/agree and continue/agree & continue/agree and close
    yes i agree/consent/allow all/allow cookies/allow all cookies/yes i accept/akzeptieren/alle akzeptieren
    alles akzeptieren/alle cookies akzeptieren/cookies akzeptieren/akzeptieren und weiter/zustimmen/alle zustimmen
    allem zustimmen/zustimmen und weiter/einverstanden/ich stimme zu/accepter/tout accepter/accepter et fermer
    accepter et continuer/accepter les cookies/accepter & fermer/j'accepte/aceptar/aceptar todo/aceptar todas
    aceptar y continuar/aceptar cookies/aceptar y cerrar/aceitar/aceitar tudo/aceitar todos/accetta/accetto
    accetta tutti/accetta tutto/accetta e continua/accepteren/alles accepteren/akkoord/godkänn/godkänn alla/принять
    принять все/同意/同意する/接受
""")

ROBOT_CHECK: Final = _phrases("""
    just a moment/attention required/access denied/access to this page has been denied/403 forbidden/are you a robot
    are you human/robot check/security check/security verification/browser check/checking your browser
    checking your browser before accessing/verify you are human/verifying you are human/verify that you are human
    human verification/bot verification/pardon our interruption/one more step/ddos guard/request blocked
    request rejected/please verify you are a human/please verify you are human
""")

LOGIN_PLACES: Final = _phrases("""
    login/log-in/log_in/signin/sign-in/sign_in/logon/sso/saml/saml2/oauth/oauth2/auth/idp/cas/wayf/shibboleth
    shibboleth.sso/anmelden/connexion/authorize/authenticate/accounts
""")
CONSENT_PLACES: Final = _phrases("""
    consent/cmp/gdpr/dsgvo/rgpd/cookiewall/cookie-wall/cookie-consent/cookieconsent/collectconsent/privacy-gate/privacygate
    privacywall/privacy-wall/zustimmung/consent-management
""")
"""Labels of hosts and parts of paths, without the extension."""


def has_phrase(parts: Iterable[str], phrases: frozenset[str]) -> bool:
    """Whether one of some spelled parts is one of the phrases."""
    return not phrases.isdisjoint(parts)


def says_not_found(parts: Iterable[str], heading: str) -> bool:
    """Whether one of some spelled parts says that a page was not found, whatever number or excuse comes with it.

    A number alone counts only where the spelled `heading` says nothing else: an article may be about such numbers.
    """
    is_bare = ERROR_WORDS.issuperset(heading.split())
    for part in parts:
        words = part.split()
        rest = " ".join(word for word in words if word not in ERROR_WORDS)
        if part in MISSING_PAGE or rest in MISSING_PAGE or (is_bare and not rest and not ERROR_NUMBERS.isdisjoint(words)):
            return True
    return False
