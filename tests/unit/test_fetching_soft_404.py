"""Which pages are no articles, in many languages, and which only look like that."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest

from reader.fetching.addresses import is_root, is_same_site
from reader.fetching.page_signs import PageSigns, count_body_words, read_signs
from reader.fetching.soft_404 import find_soft_404, is_suspect
from reader.formats import parse_article

DEEP = "https://port.example/reports/1931.html"
STORY = "".join(
    f"<p>In {year} the keeper wrote down {year - 1700} barges, and nobody knows why.</p>" for year in range(1900, 1950)
)


def look(title: str, body: str = "<p>Try the search.</p>", final: str = DEEP, cited_title: str = "") -> str:
    """Return what a page looks like that was asked for at DEEP, with the title that the source has in the list."""
    heading, title = escape(title.partition(" | ")[0]), escape(title)
    data = f"<!doctype html><title>{title}</title><main><h1>{heading}</h1>{body}</main>".encode()
    article = parse_article(data, final)
    return find_soft_404(DEEP, final, read_signs(data, final), article.text, count_body_words(article), cited_title)


NOT_FOUND = "a page that says “not found”"


@pytest.mark.parametrize(
    "title",
    [
        *("404", "Error 404", "404 Not Found", "404 | The Port", "Page not found", "Page Not Found | The Port"),
        *("Port of Brandal: Page not found", "Oops! That page can’t be found.", "Sorry, this page isn't available."),
        *("HTTP Status 404 – Not Found", "Seite nicht gefunden – Hafen", "Fehler 404: Seite nicht gefunden"),
        *("Page introuvable", "Página no encontrada", "Página não encontrada", "Pagina non trovata", "Pagina niet gevonden"),
        *("Sidan hittades inte", "Страница не найдена", "页面不存在", "ページが見つかりません", "Nie znaleziono strony"),
        "Sayfa bulunamadı",
    ],
)
def test_a_page_says_that_it_is_missing(title: str) -> None:
    assert look(title) == NOT_FOUND


@pytest.mark.parametrize(
    "title",
    [
        *("Error 404: how links die on the web", "404 – the end of a link", "The page not found in any library"),
        *("404 barges in one year", "Lost, not found, forgotten", "Sign in the sky over Brandal", "Access to the locks denied"),
        *("Cookies and privacy of lock keepers", "Consent in medicine", "A login for every barge", "JavaScript: a history"),
        *("Just a moment in the life of a keeper", "Enable the keepers"),
    ],
)
def test_a_short_article_about_such_things_is_an_article(title: str) -> None:
    assert look(title, "<p>In 1931 there were 212 barges in the locks of Brandal, as their keeper wrote.</p>") == ""


@pytest.mark.parametrize(
    "title", ["Page Not Found: how links of keepers rot", "Access Denied: locks at night", "Cookie consent: a study of keepers"]
)
def test_a_title_that_is_cited_or_given_for_programs_is_no_sign(title: str) -> None:
    body = "<button>Accept all</button><p>We asked 212 keepers of locks, and this is what they said.</p>"
    assert look(title, body) != ""
    assert look(f"{title} | The Port", body, cited_title=title) == ""
    assert look(title, f"<meta name='citation_doi' content='10.1234/keepers'>{body}") == ""
    assert look("Tides | Page not found", body, cited_title="Tides") == NOT_FOUND


@pytest.mark.parametrize("title", ["port.example is for sale", "This domain is for sale!", "Account suspended"])
def test_a_page_that_sells_the_address_is_no_source(title: str) -> None:
    assert look(title) == "a page that sells the address"


@pytest.mark.parametrize("title", ["404 Not Found", "Sign in", "Before you continue", "Access denied", "Seite nicht gefunden"])
def test_a_long_article_is_an_article_whatever_its_title(title: str) -> None:
    login = '<form><input type="password"><button>Accept all</button></form>'
    assert look(title, STORY + login) == ""


@pytest.mark.parametrize(
    "title", ["Sign in", "Anmelden | Hafen", "Se connecter", "Iniciar sesión", "登录", "Log in to continue"]
)
@pytest.mark.parametrize("sign", ["password", "place"])
def test_a_login_page_has_two_signs(title: str, sign: str) -> None:
    form = '<form><input type="password"></form>' if sign == "password" else "<p>Your address, please.</p>"
    final = DEEP if sign == "password" else "https://sso.port.example/x?back=1931"
    assert look(title, form, final) == "a login page"
    assert look("The locks of Brandal", form, final) == "", "one sign is not enough"


@pytest.mark.parametrize(
    ("title", "button", "final"),
    [
        ("Before you continue to the port", "Accept all", DEEP),
        ("Bevor Sie fortfahren", "Alle akzeptieren", DEEP),
        ("Avant de continuer", "Tout accepter", DEEP),
        ("The port", "I agree", "https://consent.port.example/collect?back=1931"),
        ("We value your privacy", "Weiter", "https://port.example/cookie-wall"),
    ],
)
def test_a_page_that_asks_for_consent_has_two_signs(title: str, button: str, final: str) -> None:
    body = f"<p>{'We and our partners store cookies. ' * 40}</p><button>{button}</button>"
    assert look(title, body, final) == "a page that asks for consent"


@pytest.mark.parametrize("title", ["Just a moment...", "Access Denied", "Attention Required! | Guard", "Verify you are human"])
def test_a_check_for_robots_is_known(title: str) -> None:
    assert look(title, "<p>Ray 5f2a</p>") == "a check for robots"


@pytest.mark.parametrize("text", ["You need to enable JavaScript to run this app.", "Bitte aktivieren Sie JavaScript."])
def test_a_page_that_only_a_script_fills_is_known(text: str) -> None:
    assert look("The port of Brandal", f"<p>{text}</p>") == "a page that only a script fills"


@pytest.mark.parametrize("path", ["", "/", "/index.html", "/en/", "/en/home", "/default.aspx", "/de-DE/"])
def test_a_redirect_to_the_root_of_the_site_is_one_to_its_home_page(path: str) -> None:
    signs = PageSigns(("The port",), "The port", "", has_password=False, buttons=frozenset(), documents=())
    for requested in (DEEP, "https://www.port.example/a", "https://old.port.example/a", "https://doi.org/10.5555/gate.7"):
        assert find_soft_404(requested, f"https://port.example{path}", signs, STORY, 900) == "the home page of the site"
    for requested in ("https://short.example/x7", "https://port.example/", f"https://port.example{path}#top"):
        assert find_soft_404(requested, f"https://port.example{path}", signs, STORY, 900) == ""


def test_which_addresses_are_of_one_site() -> None:
    assert is_same_site("https://www.port.example/a", "http://files.port.example:8080/b")
    assert is_same_site("https://a.journal.example/1", "https://b.journal.example/2")
    for one, other in (
        ("https://port.example/", "https://sport.example/"),
        ("https://a.co.example/", "https://b.co.example/"),
        ("http://127.0.0.1/", "http://127.0.0.2/"),
        ("http://[::1", "http://[::1"),
        ("https://port.example/", "https://port.example.evil.example/"),
    ):
        assert not is_same_site(one, other), (one, other)
    assert not is_root("https://port.example/?page=1931")
    assert not is_root("https://port.example/1931")


CORPUS = Path(__file__).resolve().parents[3] / "shared" / "bench" / "references" / "corpus"
PAGES = sorted(CORPUS.glob("*/*.html"))


@pytest.mark.slow
@pytest.mark.skipif(not PAGES, reason="needs ../shared")
def test_no_page_with_an_article_is_called_another_page() -> None:
    for path in PAGES:
        data = path.read_bytes()
        article, signs = parse_article(data, DEEP), read_signs(data, DEEP)
        looks = find_soft_404(DEEP, DEEP, signs, article.text, count_body_words(article))
        suspect = is_suspect(DEEP, signs, article.title, article.text)
        assert (looks, suspect) == ("", False), path.name
