"""Components: what each one draws, what it refuses, and the gallery that shows them all."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Library, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from inclusiv.core.components.actions import button, link_button
from inclusiv.core.components.checks import WrongParameter
from inclusiv.core.components.figures import (
    STATES,
    counter,
    progress_bar,
    status,
    timeline,
    two_lines,
)
from inclusiv.core.components.layout import contact_card
from inclusiv.core.components.screens import Crumb, Series, Tab, TimelineEntry
from inclusiv.core.gallery import gallery
from inclusiv.core.templatetags import components
from inclusiv.core.templatetags.components import BLOCKS, LINES


def drawn(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("ON_TRACK", "Dans les temps"),
        ("CATCH_UP", "Retard à rattraper"),
        ("ACTION", "Action nécessaire"),
        ("DONE", "Terminé"),
    ],
)
def test_the_scale_has_four_words(state: str, word: str) -> None:
    assert word in status(state=state)


def test_each_state_has_its_own_shape_and_colour() -> None:
    assert len({shape for _, _, shape in STATES.values()}) == len(STATES)
    assert len({colour for colour, _, _ in STATES.values()}) == len(STATES)


def test_a_state_outside_the_scale_needs_its_word() -> None:
    assert "Brouillon" in status(state="NEUTRAL", word="Brouillon")
    with pytest.raises(WrongParameter, match="needs a word"):
        status(state="NEUTRAL")


@pytest.mark.parametrize(
    "draw",
    [
        lambda: drawn("{% status state=missing %}"),
        lambda: drawn("{% status state='LATE' %}"),
        lambda: drawn("{% panel title=missing %}{% endpanel %}"),
        lambda: drawn("{% counter number=missing label='a' href='#' %}"),
        lambda: drawn("{% counter number=3 label='a' href='#' hot='yes' %}"),
        lambda: drawn("{% button label='Envoyer' variant='big' %}"),
        lambda: drawn("{% timeline entries='abc' %}"),
        lambda: drawn("{% progress_bar done=x total=3 %}", x=12.5),
        lambda: counter(number=True, label="a", href="#"),
    ],
)
def test_a_wrong_value_is_refused_rather_than_drawn_empty(draw: Callable[[], str]) -> None:
    with pytest.raises(WrongParameter):
        draw()


@pytest.mark.parametrize(
    "source",
    [
        "{% status %}",
        "{% status state='DONE' colour='red' %}",
        "{% button 'Envoyer' %}",
        "{% panel %}{% endpanel %}",
        "{% panel title='Lots' %}",
    ],
)
def test_a_missing_or_unknown_parameter_stops_the_template(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        drawn(source)


def test_a_translated_text_is_a_text() -> None:
    assert "Envoyer" in button(label=gettext_lazy("Envoyer"))  # type: ignore[arg-type]  # a lazy text on purpose


def test_every_component_is_documented_with_its_tag() -> None:
    silent = [
        function.__name__
        for function in (*BLOCKS, *LINES)
        if f"{{% {function.__name__} " not in re.sub(r"%}", " %}", function.__doc__ or "")
    ]
    assert silent == ["definition"], "shown by definition_list"


def test_every_component_is_a_tag_of_the_library() -> None:
    assert isinstance(components.register, Library)
    assert {function.__name__ for function in (*BLOCKS, *LINES)} < set(components.register.tags)


@pytest.mark.parametrize(
    "html",
    [
        button(label="<i>"),
        link_button(label="<i>", href='"><i>', about="<i>"),
        two_lines(main="<i>", small="<i>", href="<i>"),
        counter(number=1, label="<i>", href="#", age="<i>"),
        contact_card(role="<i>", name="<i>", phone="<i>", email="<i>"),
        timeline({}, entries=[TimelineEntry(when=date(2025, 1, 1), what="<i>", who="<i>", detail="<i>")]),
        drawn("{% panel title=x %}{{ x }}{% endpanel %}", x="<i>"),
        drawn("{% notice title=x %}{{ x }}{% endnotice %}", x="<i>"),
        drawn("{% breadcrumb trail=x %}", x=[Crumb(label="<i>", url="<i>")]),
        drawn("{% tabs label=l items=x %}", l="<i>", x=[Tab(label="<i>", url="<i>", count=1)]),
    ],
)
def test_texts_are_escaped(html: str) -> None:
    assert "<i>" not in html
    assert "&lt;i&gt;" in html


def test_a_bar_is_told_in_words() -> None:
    html = progress_bar(done=1302, total=1890, pending=Decimal(112), expected=1436)
    spoken = re.search(r'aria-label="([^"]*)"', html)
    assert spoken is not None
    assert re.sub(r"\s", " ", spoken[1]) == (
        "1 302 h validées sur 1 890 h (69 %), 112 h à contrôler, 1 436 h attendues à ce jour"
    )


def test_a_bar_is_measured_in_shares_of_what_is_owed() -> None:
    html = progress_bar(done=50, total=200, pending=30, expected=100)
    assert 'class="progress-done" x="0" y="4" width="25.0%"' in html
    assert 'class="progress-pending" x="0" y="4" width="40.0%"' in html
    assert '<svg x="50.0%"' in html


@pytest.mark.parametrize(
    ("done", "total", "width"),
    [(962, 920, "100.0%"), (Decimal("0.01"), 2000, None), (0, 100, None), (10, 0, None)],
)
def test_a_bar_never_overflows(done: Decimal, total: int, width: str | None) -> None:
    found = re.search(r'progress-done" x="0" y="4" width="([^"]*)"', progress_bar(done=done, total=total))
    assert (found and found[1]) == width


def test_a_bar_says_its_forecast_under_it() -> None:
    html = progress_bar(done=1, total=2, forecast="À ce rythme : 190 h le 15/12")
    assert '<p class="forecast">À ce rythme\u00a0: 190 h le 15/12</p>' in html


def test_a_time_is_told_in_paris() -> None:
    late = datetime(2025, 11, 27, 23, 30, tzinfo=UTC)
    html = timeline({}, entries=[TimelineEntry(when=late, what="Relevé validé", kind="alert")])
    assert "28\u00a0novembre 2025</time>" in html
    assert 'datetime="2025-11-28T00:30:00+01:00"' in html
    assert 'class="timeline-alert"' in html


@pytest.mark.parametrize(("entries", "shown", "folded"), [(0, 0, 0), (8, 8, 0), (10, 10, 0), (11, 8, 3)])
def test_a_long_timeline_folds_its_oldest_entries(entries: int, shown: int, folded: int) -> None:
    html = timeline({}, entries=[TimelineEntry(when=date(2025, 1, 1), what="Fait")] * entries)
    first, _, rest = html.partition("<details")
    assert (first.count("<li"), rest.count("<li")) == (shown, folded)
    assert ("Voir tout l’historique (3 de plus)" in rest) is bool(folded)


def test_a_counter_is_hot_only_when_told() -> None:
    assert "counter-hot" in counter(number=3, label="besoins", href="#", hot=True)
    assert "counter-hot" not in counter(number=3, label="besoins", href="#")


def test_the_current_tab_is_marked() -> None:
    html = drawn(
        "{% tabs label='Lot' items=x %}", x=[Tab(label="A", url="/a", current=True), Tab(label="B", url="/b")]
    )
    assert html.count('aria-current="page"') == 1
    assert '<a href="/a" aria-current="page">A</a>' in html


def test_a_button_names_what_it_is_about_for_those_who_hear() -> None:
    html = link_button(label="Relancer", href="#", about="PLIE Nord")
    assert 'Relancer<span class="visually-hidden"> : PLIE Nord</span>' in html


def test_an_empty_pair_is_said() -> None:
    assert "non renseigné" in drawn("{% definition label='Titulaire' %} {% enddefinition %}")
    assert "non renseigné" not in drawn("{% definition label='Titulaire' %}Bâti-Sud{% enddefinition %}")


def test_a_slot_goes_to_the_header_of_its_panel() -> None:
    html = drawn(
        "{% slot as right %}<b>R</b>{% endslot %}{% panel title='Lots' actions=right %}x{% endpanel %}"
    )
    assert '<div class="panel-actions"><b>R</b></div>' in html


def test_a_confirmation_is_a_form_that_posts_once() -> None:
    html = drawn(
        "{% confirm title='Retirer ?' action='/x' button='Retirer' back='/y' danger=True %}<p>Oui</p>{% endconfirm %}",
        csrf_token="jeton",
    )
    assert 'method="post" action="/x" data-confirm data-submit-once' in html
    assert 'name="csrfmiddlewaretoken" value="jeton"' in html
    assert "btn-danger" in html
    assert 'href="/y" data-close' in html


def test_a_chart_carries_its_figures() -> None:
    html = drawn(
        "{% chart title='Heures' series=s %}<svg></svg>{% endchart %}",
        s=Series(headings=["Mois", "Heures"], rows=[("mars", "12 h")]),
    )
    assert '<th scope="row">mars</th><td class="num">12 h</td>' in html


def test_a_phone_number_can_be_dialled() -> None:
    assert 'href="tel:+33600000010"' in contact_card(role="r", name="n", phone="+33 6 00 00 00 10")


def test_components_return_safe_text_that_python_can_place_in_a_cell() -> None:
    assert isinstance(status(state="DONE"), SafeString)


@pytest.fixture
def gallery_html(db: None) -> str:
    request = RequestFactory().get("/galerie/")
    return str(gallery(request).content.decode())


@pytest.mark.parametrize("forbidden", [" style=", "<style", "hx-on", "javascript:", "{{", "{%", "onclick"])
def test_the_gallery_has_nothing_that_the_policy_forbids(gallery_html: str, forbidden: str) -> None:
    assert forbidden not in gallery_html


def test_scripts_and_styles_are_files_of_ours(gallery_html: str) -> None:
    assert re.findall(r"<script[^>]*>[^<]", gallery_html) == []
    sources = re.findall(r'(?:src|href)="([^"#?]+\.(?:js|css|svg))"', gallery_html)
    assert sources
    assert all(source.startswith("/static/") for source in sources)


def test_the_gallery_is_a_page_in_french_with_one_heading(gallery_html: str) -> None:
    assert '<html lang="fr">' in gallery_html
    assert gallery_html.count("<h1") == 1
    assert "<title>Galerie des composants · Inclusiv</title>" in gallery_html
    ids = re.findall(r'\bid="([^"]+)"', gallery_html)
    assert sorted(ids) == sorted(set(ids))


def test_the_gallery_shows_every_component(gallery_html: str, settings: Any) -> None:
    page = (settings.BASE_DIR / "templates/gallery.html").read_text(encoding="utf-8")
    shown = set(re.findall(r"{%\s+(\w+)", page))
    elsewhere = {"button", "error_summary", "icon", "sort_header", "timeline"}
    assert {function.__name__ for function in (*BLOCKS, *LINES)} - shown - elsewhere == set()
