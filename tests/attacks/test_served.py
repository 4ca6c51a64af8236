"""The real server: the command of the Dockerfile, production's settings, a proxy's headers, answers read on the wire."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.conf.global_settings import PASSWORD_HASHERS
from django.db import connection
from django.urls import reverse

from inclusiv.core.middleware import CONTENT_SECURITY_POLICY, SECURITY_HEADERS
from inclusiv.devstack.network import free_port
from inclusiv.records.actions import links
from inclusiv.records.models import reference
from tests.accounts.conftest import PASSWORD, with_password
from tests.conftest import Cast, make_cast
from tests.devstack.test_deployment import PRODUCTION, values
from tests.workers import database_url, wait_until
from tests.world import NOW

pytestmark = pytest.mark.service

HOST = "inclusiv.example"
PROXY = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}


@dataclass
class Answer:
    """What came back on the wire."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def words_of(self, name: str) -> set[str]:
        """Return the parts of a header."""
        return set(self.headers.get(name, "").split(", "))


@dataclass
class Visitor:
    """Somebody behind the proxy, with cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, way: str, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        """Send a request and read its answer; a form goes with the token of the last page."""
        told = PROXY | {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if form is not None:
            body = urlencode({"csrfmiddlewaretoken": self.cookies.get("__Host-csrf", "")} | form)
            told |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}"}
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        wire.request(way, path, body, {name: value for name, value in told.items() if value})
        got = wire.getresponse()
        answer = Answer(got.status, got.headers, got.read())
        wire.close()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer

    def sign_in(self, email: str) -> Answer:
        """Sign in by the page."""
        self.ask("GET", reverse("account_login"))
        return self.ask("POST", reverse("account_login"), {"login": email, "password": PASSWORD})


@dataclass(frozen=True)
class Server:
    """The server and what it logs."""

    port: int
    log: Path

    def visitor(self) -> Visitor:
        return Visitor(self.port)


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Server]:
    """Serve as in a container, on a free port: the same command, but for the place where workers give signs of life."""
    folder = Path(tempfile.mkdtemp(prefix="inclusiv-test-"))
    port, log = free_port(), folder / "web.log"
    environment = {
        "PATH": os.defpath,
        **PRODUCTION,
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
    }
    environment |= {"INCLUSIV_VAR": str(folder), "FIELD_KEYS": settings.FIELD_KEYS[0], "DATABASE_POOL": "1"}
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        cwd=settings.BASE_DIR, env=environment, check=True,
    )  # fmt: skip
    command: list[str] = json.loads(values("CMD")[-1])
    command = [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in command]
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=written,
            stderr=written,
        )
        try:
            wait_until(lambda: answers(port), "the server answers")
            yield Server(port, log)
        finally:
            process.terminate()
            process.wait(timeout=40)
            shutil.rmtree(folder)


def answers(port: int) -> bool:
    try:
        return Visitor(port).ask("GET", "/healthz").status == 200
    except OSError:
        return False


@pytest.fixture
def cast(transactional_db: None, reference: None, settings: Any) -> Cast:
    """The characters, seen by the server, their passwords hashed as it reads them."""
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    return make_cast()


def lacking(answer: Answer) -> list[str]:
    """Return the headers that an answer should carry and does not."""
    expected = SECURITY_HEADERS | {
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload"
    }
    expected |= {"Referrer-Policy": "same-origin"}
    return [name for name, value in expected.items() if answer.headers.get(name) != value]


def test_every_kind_of_answer_carries_every_header(server: Server, cast: Cast) -> None:
    visitor = server.visitor()
    page = visitor.ask("GET", reverse("account_login"))
    styles = re.findall(r'href="(/static/[^"]+\.css)"', page.body.decode())
    scripts = re.findall(r'src="(/static/[^"]+\.js)"', page.body.decode())
    answers = {
        "page": (200, page),
        "style": (200, visitor.ask("GET", styles[0])),
        "script": (200, visitor.ask("GET", scripts[0])),
        "no file": (404, visitor.ask("GET", "/static/nothing.css")),
        "no page": (404, visitor.ask("GET", "/rien/")),
        "redirection": (302, visitor.ask("GET", "/")),
        "no token": (403, visitor.ask("POST", reverse("account_login"))),
        "wrong method": (405, visitor.ask("GET", reverse("records:renew-link", args=["x"]))),
        "too large": (413, visitor.ask("POST", reverse("account_login"), Content_Length=str(50 << 20))),
        "another host": (400, visitor.ask("GET", "/", Host="evil.example")),
        "form refused": (200, visitor.sign_in("personne@example.org")),
    }
    assert {name: answer.status for name, (_, answer) in answers.items()} == {
        name: status for name, (status, _) in answers.items()
    }
    assert {name: found for name, (_, answer) in answers.items() if (found := lacking(answer))} == {}


def test_a_breakdown_carries_them_and_tells_nothing_of_itself(server: Server, cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE records_signedlink RENAME TO elsewhere")
        try:
            answer = server.visitor().ask("GET", reverse("records:link", args=["x"]))
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO records_signedlink")
    assert (answer.status, lacking(answer)) == (500, [])
    for word in (b"signedlink", b"Traceback", b"Exception", b"psycopg"):
        assert word not in answer.body, word


def test_the_policy_of_pages_lets_nothing_inline_nor_foreign_in() -> None:
    words = " ".join(CONTENT_SECURITY_POLICY.values()).split()
    assert set(words) == {"'none'", "'self'", "data:"}
    for rule in ("default-src", "frame-ancestors", "base-uri"):
        assert CONTENT_SECURITY_POLICY[rule] == "'none'"


def test_signs_of_life_tell_no_version_and_are_kept_nowhere(server: Server, cast: Cast) -> None:
    for path in ("/healthz", "/readyz?only=web"):
        answer = server.visitor().ask("GET", path, Host="10.0.0.1", X_Forwarded_Proto="")
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
        assert set(SECURITY_HEADERS) <= set(answer.headers)


def test_the_server_does_not_say_which_version_it_is(server: Server, cast: Cast) -> None:
    headers = server.visitor().ask("GET", reverse("account_login")).headers
    assert headers["Server"] == "gunicorn"
    assert not {"X-Powered-By", "X-Runtime", "X-Django-Version", "Via"} & set(headers)


def test_without_tls_one_is_sent_to_it_and_given_no_cookie(server: Server, cast: Cast) -> None:
    answer = server.visitor().ask(
        "GET", f"{reverse('account_login')}?next=/marches/", X_Forwarded_Proto="http"
    )
    assert (answer.status, answer.headers["Location"]) == (
        301,
        f"https://{HOST}/compte/connexion/?next=/marches/",
    )
    assert answer.headers.get_all("Set-Cookie") is None


def test_cookies_are_for_this_host_under_tls_out_of_reach_of_scripts(server: Server, cast: Cast) -> None:
    visitor = server.visitor()
    user = with_password(cast.buyer)
    opened = visitor.ask("GET", reverse("account_login"))
    entered = visitor.sign_in(user.email)
    assert entered.status == 302
    lines = [line for got in (opened, entered) for line in got.headers.get_all("Set-Cookie") or ()]
    cookies = {name: morsel for line in lines for name, morsel in SimpleCookie(line).items()}
    assert {"__Host-session", "__Host-csrf"} <= set(cookies)
    for name, cookie in cookies.items():
        assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/"), name
        assert (cookie["samesite"], cookie["domain"]) == ("Lax", ""), name
    assert cookies["__Host-session"]["max-age"] == ""


def test_a_file_leaves_as_an_attachment_that_nobody_keeps(server: Server, cast: Cast) -> None:
    visitor = server.visitor()
    visitor.sign_in(with_password(cast.buyer).email)
    for kind, told in (("csv", "text/csv; charset=utf-8"), ("xlsx", "application/vnd.openxmlformats")):
        answer = visitor.ask("GET", f"{reverse('followup:my-tenders')}?export={kind}")
        assert (answer.status, lacking(answer)) == (200, [])
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Type"].startswith(told)
        assert {"no-store", "private"} <= answer.words_of("Cache-Control")


def test_a_facilitator_without_a_second_factor_opens_no_page_there(server: Server, cast: Cast) -> None:
    visitor = server.visitor()
    visitor.sign_in(with_password(cast.facilitator).email)
    for path in (reverse("people:list"), reverse("records:link", args=["x"]), "/"):
        assert visitor.ask("GET", path).headers["Location"] == reverse("accounts:protect")


def test_the_demonstration_is_not_there(server: Server, cast: Cast) -> None:
    visitor = server.visitor()
    for name in ("gallery", "demo-mails"):
        assert visitor.ask("GET", reverse(name)).status == 404
    visitor.ask("GET", reverse("account_login"))
    assert visitor.ask("POST", reverse("demo-sign-in"), {"persona": "nadia"}).status == 404


def test_no_log_holds_the_token_of_a_link_nor_a_name_that_was_searched(server: Server, cast: Cast) -> None:
    link, address = links.issue(
        purpose="contacts", subject=reference(cast.builder), recipient="x@y.example",
        organisation_id=cast.builder.pk, at=NOW, name="Karim H.",
    )  # fmt: skip
    type(link).objects.filter(pk=link.pk).update(expires_at="2099-01-01T00:00Z")
    token = address.rstrip("/").rpartition("/")[2]
    visitor = server.visitor()
    path = reverse("records:link", args=[token])
    assert visitor.ask("GET", path).status == 200
    assert visitor.ask("POST", path, {}).status == 422
    visitor.ask("GET", "/static/css/none.css", Referer=f"https://{HOST}{path}")
    visitor.ask("POST", f"{path}renvoyer/", {})
    visitor.ask("GET", "/recherche/?q=Zorgniotti")
    visitor.ask("GET", "/", Host="evil.example", Referer=f"https://{HOST}{path}")
    wait_until(lambda: "/recherche/" in server.log.read_text(), "the server logs what it serves")
    said = server.log.read_text()
    assert token not in said
    assert "Zorgniotti" not in said
    assert "/lien/…/" in said


def raw(port: int, request: bytes) -> bytes:
    """Send bytes that no browser would, and return how the answer begins."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(request)
        return wire.recv(4096)


LINES = b"POST /compte/connexion/ HTTP/1.1\r\nHost: inclusiv.example\r\nX-Forwarded-Proto: https\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 1e3\r\n\r\n",
    ],
)
def test_two_readings_of_one_request_are_refused(server: Server, cast: Cast, headers: bytes) -> None:
    assert raw(server.port, LINES + headers).startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))


def test_a_body_without_a_length_is_not_read(server: Server, cast: Cast) -> None:
    part = b"--x\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n" + b"a" * (1 << 16)
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(part), part)
    told = b"Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert raw(server.port, LINES + told + body).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("prefix", [".evil.example", "@evil.example", "evil.example", "/evil"])
def test_to_have_letters_lead_elsewhere_by_the_place_where_the_site_says_to_be(
    server: Server, cast: Cast, prefix: str
) -> None:
    """Who serves is told a prefix by its proxy: written after our name, one that is no path would make another name."""
    path = reverse("account_reset_password")
    told = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\nSCRIPT_NAME: {prefix}\r\n\r\n"
    assert raw(server.port, told.encode()).startswith((b"HTTP/1.1 400", b"HTTP/1.1 500"))
    if not prefix.startswith("/"):
        told = told.replace(path, f"{prefix}{path}", 1)
        assert raw(server.port, told.encode()).startswith(b"HTTP/1.1 400")
