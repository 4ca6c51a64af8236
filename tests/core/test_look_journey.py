"""The look in a real browser: accessible, sober with scripts, usable without."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group
from django.template import Engine
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = os.environ.get("INCLUSIV_CHROMIUM", "/usr/bin/chromium")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = [
    "/galerie/",
    "/galerie/?page=confirm",
    "/groupes/",
    "/compte/connexion/",
    "/compte/mot-de-passe/oublie/",
]

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium on this machine"),
]


@pytest.fixture
def site(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Serve the gallery and a real list of sixty rows."""
    settings.ROOT_URLCONF = "tests.core.look_urls"
    engine = Engine.get_default()
    monkeypatch.setattr(engine, "dirs", [*engine.dirs, Path(__file__).parent / "templates"])
    Group.objects.bulk_create(Group(name=f"Groupe {number:02}") for number in range(60))
    return str(live_server.url)


@pytest.fixture
def browser(site: str) -> Iterator[Browser]:
    """Start Chromium once the rows are there: under its event loop, Django would open a second connection."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def open_page(
    browser: Browser, address: str, *, width: int = 1320, scripts: bool = True
) -> tuple[Page, list[str]]:
    """Open a page and return it with what its console complains of."""
    # Without motion: axe would otherwise measure a page that still glides to what took the focus.
    page = browser.new_page(
        viewport={"width": width, "height": 900}, java_script_enabled=scripts, reduced_motion="reduce"
    )
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    return page, complaints


@pytest.mark.parametrize("width", [1320, 390])
def test_pages_have_no_barrier_and_never_slide_sideways(browser: Browser, site: str, width: int) -> None:
    for address in PAGES:
        page, complaints = open_page(browser, f"{site}{address}", width=width)
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        barriers = [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]
        slides = page.evaluate("document.documentElement.scrollWidth") - width
        assert (address, barriers, slides, complaints) == (address, [], 0, [])
        page.close()


def test_a_list_is_searched_sorted_and_paged_without_leaving_the_page(browser: Browser, site: str) -> None:
    page, complaints = open_page(browser, f"{site}/groupes/")
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="Nom").click()
    expect(page.get_by_role("cell").first).to_have_text("Groupe 00")
    page.get_by_role("searchbox").fill("Groupe 1")
    expect(page.get_by_role("status")).to_have_text("10 groupes")
    expect(page).to_have_url(f"{site}/groupes/?q=Groupe%201&lettre=&tri=nom&par=25")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_role("searchbox").fill("")
    expect(page.get_by_role("status")).to_have_text("60 groupes")
    page.get_by_role("link", name="Page 3").click()
    expect(page.get_by_role("cell").first).to_have_text("Groupe 50")
    assert page.evaluate("window.stayed")
    page.go_back()
    expect(page.get_by_role("cell").first).to_have_text("Groupe 00")
    assert complaints == []


def test_a_list_works_without_scripts(browser: Browser, site: str) -> None:
    page, _ = open_page(browser, f"{site}/groupes/", scripts=False)
    page.get_by_role("link", name="Nom").click()
    page.get_by_role("searchbox").fill("Groupe 1")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_role("status")).to_have_text("10 groupes")
    expect(page.get_by_role("cell").first).to_have_text("Groupe 10")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_on_a_phone_the_filters_are_folded(browser: Browser, site: str, *, scripts: bool) -> None:
    page, _ = open_page(browser, f"{site}/groupes/", width=390, scripts=scripts)
    expect(page.get_by_label("Initiale")).to_be_hidden()
    page.get_by_text("Filtres").click()
    page.get_by_label("Initiale").select_option("G")
    if not scripts:
        page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_text("Filtres (1 actif)")).to_be_visible()
    page.set_viewport_size({"width": 1320, "height": 900})
    expect(page.get_by_label("Initiale")).to_be_visible()
    expect(page.get_by_text("Filtres (1 actif)")).to_be_hidden()


def test_a_chart_wider_than_the_screen_slides_in_its_frame(browser: Browser, site: str) -> None:
    page, _ = open_page(browser, f"{site}/galerie/", width=390)
    drawing = page.get_by_role("group", name="Heures validées par mois")
    expect(page.get_by_text("Faites glisser le dessin")).to_be_visible()
    drawing.focus()
    page.keyboard.press("ArrowRight")
    drawing.evaluate("""box => new Promise(slid => {
        box.addEventListener("scroll", () => slid(), {once: true});
        if (box.scrollLeft > 0) slid();
    })""")
    page.set_viewport_size({"width": 1320, "height": 900})
    expect(page.get_by_text("Faites glisser le dessin")).to_be_hidden()


def test_the_errors_of_a_form_take_the_focus_and_lead_to_their_field(browser: Browser, site: str) -> None:
    page, _ = open_page(browser, f"{site}/galerie/")
    expect(page.locator("[data-focus]")).to_be_focused()
    page.get_by_role("link", name="SIRET du titulaire").click()
    expect(page.get_by_label("SIRET du titulaire")).to_be_focused()


def test_a_confirmation_opens_above_the_page_and_closes_by_escape(browser: Browser, site: str) -> None:
    page, _ = open_page(browser, f"{site}/galerie/")
    page.get_by_role("link", name="Retirer le lot").click()
    dialog = page.get_by_role("dialog", name="Retirer le lot 2 du marché ?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_confirmation_is_a_page_without_scripts(browser: Browser, site: str) -> None:
    page, _ = open_page(browser, f"{site}/galerie/", scripts=False)
    page.get_by_role("link", name="Retirer le lot").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Retirer le lot 2 du marché ?")


def test_a_second_press_sends_nothing(browser: Browser, site: str) -> None:
    page, _ = open_page(browser, f"{site}/galerie/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.route("**/galerie/**", lambda route: None if route.request.method == "POST" else route.continue_())
    page.evaluate("""() => {
        const form = document.querySelector("form[data-submit-once]");
        const press = form.querySelector("button[type=submit]");
        press.click();
        press.click();
        press.click();
    }""")
    page.wait_for_timeout(300)
    assert len(sent) == 1


def test_a_file_too_large_is_refused_before_it_is_sent(browser: Browser, site: str) -> None:
    page, _ = open_page(browser, f"{site}/galerie/")
    field = page.locator("[data-file-field]")
    field.set_input_files({"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"x" * (21 << 20)})
    said = field.evaluate("input => input.validationMessage")
    assert said == "« plan.pdf » pèse 21 Mo : la limite est de 20 Mo."
    field.set_input_files({"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"x"})
    assert field.evaluate("input => input.validity.valid")
