"""What is shipped to deploy says what it should, and nothing secret."""

import ast
import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from inclusiv.devstack.place import PROJECT

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "inclusiv.settings.production",
    "SECRET_KEY": "a-key-of-the-tests-that-is-long-enough-and-has-many-different-characters",
    "FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "ALLOWED_HOSTS": "inclusiv.example",
    "DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/nowhere",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile, continued lines joined, comments left out."""
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#")).replace("\\\n", " ")
    words = (line.strip().split(maxsplit=1) for line in text.splitlines() if line.strip())
    return [(first, rest) for first, rest in words]


def values(name: str) -> list[str]:
    return [rest for first, rest in instructions() if first == name]


def manage(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=PROJECT, env={"PATH": os.defpath} | env,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def setting(*names: str, **env: str) -> list[Any]:
    """Return settings as production reads them."""
    code = f"import json; from django.conf import settings as s; print(json.dumps([getattr(s, n) for n in {names!r}]))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT,
        env={"PATH": os.defpath} | PRODUCTION | env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    read: list[Any] = json.loads(done.stdout)
    return read


def test_production_settings_have_nothing_to_be_warned_of() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout + done.stderr


def test_production_keeps_its_cookies_to_one_host_under_tls() -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "MFA_TRUST_COOKIE_NAME")
    read = setting(
        *names, "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_PATH"
    )
    assert read == ["__Host-session", "__Host-csrf", "__Host-trust", True, True, None, "/"]


def test_production_asks_for_the_second_factor_behind_one_proxy_and_shows_no_persona() -> None:
    assert setting("SECOND_FACTOR_COMPULSORY", "ALLAUTH_TRUSTED_PROXY_COUNT", "DEMO") == [True, 1, False]


@pytest.mark.parametrize("place", ["production", "local"])
def test_processes_count_attempts_in_one_cache(place: str) -> None:
    (caches,) = setting("CACHES", DJANGO_SETTINGS_MODULE=f"inclusiv.settings.{place}")
    assert caches["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache"
    assert caches["default"]["LOCATION"] == PRODUCTION["REDIS_URL"]


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_production_does_not_start_without_its(name: str) -> None:
    done = manage("check", **{key: value for key, value in PRODUCTION.items() if key != name})
    assert done.returncode != 0
    assert f"{name} is not set: see .env.example." in done.stderr


def test_the_example_of_environment_names_every_variable_that_settings_read() -> None:
    example = (PROJECT / ".env.example").read_text()
    read = set()
    for file in (PROJECT / "inclusiv" / "settings").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="env")), args=[ast.Constant(value=str(name)), *_]
                ):
                    read.add(name)
    assert {"SECRET_KEY", "FIELD_KEYS"} <= read
    assert {name for name in read if not re.search(rf"^#?{name}=", example, re.MULTILINE)} == set()


def test_the_example_of_environment_holds_no_secret() -> None:
    example = (PROJECT / ".env.example").read_text()
    for name in ("SECRET_KEY", "FIELD_KEYS", "POSTGRES_PASSWORD", "REDIS_PASSWORD"):
        assert re.search(rf"^{name}=$", example, re.MULTILINE)


def test_the_image_is_named_exactly_and_runs_as_an_ordinary_user() -> None:
    assert {image.split()[0] for image in values("FROM")} == {"python:3.12-slim-bookworm"}
    assert values("USER") == ["inclusiv"]
    names = [name for name, _ in instructions()]
    assert names.index("USER") > max(index for index, name in enumerate(names) if name in {"RUN", "COPY"})


def test_the_image_starts_and_is_checked_without_a_shell() -> None:
    assert [ast.literal_eval(command)[0] for command in values("CMD")] == ["gunicorn"]
    (check,) = values("HEALTHCHECK")
    assert "/healthz" in check
    assert ast.literal_eval(check.partition("CMD ")[2])[0] == "python"


def test_the_image_installs_locked_packages_and_keeps_no_list() -> None:
    runs = " ".join(values("RUN"))
    assert "--require-hashes" in runs
    assert "--no-install-recommends" in runs
    assert "rm -rf /var/lib/apt/lists/*" in runs
    assert not re.search(r"https?://|ADD |sudo", runs)


def test_the_image_leaves_out_what_only_a_workstation_needs() -> None:
    ignored = (PROJECT / ".dockerignore").read_text().split()
    assert ignored[ignored.index("*") :][0] == "*"
    assert {"inclusiv/devstack", "inclusiv/settings/local.py", "inclusiv/settings/test.py"} <= set(ignored)
    assert not {name for name in ignored if name.startswith("!") and ("var" in name or ".env" in name)}


def test_the_deployment_has_its_six_parts() -> None:
    assert set(SERVICES) == {"migrate", "web", "worker", "beat", "postgres", "valkey"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_part_is_an_ordinary_user_with_nothing_more_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] not in {"root", "0"}
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_each_part_that_stays_is_checked_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_the_application_waits_for_its_servers_and_its_tables(name: str) -> None:
    conditions = {part: wait["condition"] for part, wait in SERVICES[name]["depends_on"].items()}
    assert conditions == {
        "migrate": "service_completed_successfully",
        "postgres": "service_healthy",
        "valkey": "service_healthy",
    }
    assert SERVICES[name]["env_file"] == ".env"


def test_servers_are_named_exactly_and_keep_their_data() -> None:
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert re.fullmatch(r"valkey/valkey:\d+\.\d+", SERVICES["valkey"]["image"])
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert SERVICES["valkey"]["volumes"] == ["valkey:/data"]


def test_nothing_but_the_pages_is_open_and_only_to_this_machine() -> None:
    opened = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert opened == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_no_secret_is_written_in_the_deployment() -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    assert not re.search(r"(PASSWORD|SECRET\w*|KEYS?): +[^$\s]", text)
    assert text.count("${POSTGRES_PASSWORD:?") == 2
