"""The two commands, the checks and continuous integration are one thing, said once."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from inclusiv.devstack import bootstrap, checks
from inclusiv.devstack.__main__ import COMMANDS
from inclusiv.devstack.place import PROJECT

MAKEFILE = (PROJECT / "Makefile").read_text()
CI = (PROJECT / ".ci" / "run").read_text()


@pytest.mark.parametrize(
    ("codes", "filtered", "expected"),
    [
        ([0, 0], False, 0),
        ([1, 0], False, 1),
        ([0, 2], False, 2),
        ([0, 5], False, 5),
        ([0, 5], True, 0),
        ([5, 0], True, 0),
        ([5, 1], True, 1),
        ([5, 5], True, 5),
    ],
)
def test_a_part_without_tests_fails_unless_arguments_left_it_out(
    codes: list[int], filtered: bool, expected: int
) -> None:
    assert checks.verdict(codes, filtered=filtered) == expected


def test_the_browser_that_was_named_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCLUSIV_CHROMIUM", "/opt/browser")
    assert checks.find_chromium() == "/opt/browser"
    monkeypatch.setenv("INCLUSIV_CHROMIUM", "")
    assert checks.find_chromium() == ""


def test_a_browser_that_does_not_start_counts_as_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("INCLUSIV_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    chromium = tmp_path / "chromium"
    chromium.write_text("#!/bin/sh\nexit 1\n")
    chromium.chmod(0o755)
    assert checks.find_chromium() == ""
    chromium.write_text("#!/bin/sh\nexit 0\n")
    assert checks.find_chromium() == str(chromium)


def test_words_of_args_are_split_as_a_shell_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGS", "tests/core -k 'health and not slow'")
    assert checks.extra_arguments() == ["tests/core", "-k", "health and not slow"]


def test_an_old_python_can_read_the_bootstrap_and_import_nothing_but_the_standard_library() -> None:
    tree = ast.parse(Path(bootstrap.__file__).read_text(), feature_version=(3, 7))
    imported = {
        (node.names[0].name if isinstance(node, ast.Import) else node.module or "").split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert "subprocess" in imported
    assert imported <= sys.stdlib_module_names


def test_an_old_python_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "hexversion", 0x030902F0)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(bootstrap.Missing, match=r"Il faut Python 3\.11 ou plus récent : installez-le"):
        bootstrap.use_recent_python(["run"])


def test_a_missing_library_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "LIBRARIES", {"libc.so.6": "libc6", "libnowhere.so.0": "libnowhere0"})
    assert bootstrap.missing_libraries() == ["libnowhere0"]


def test_a_missing_package_that_we_may_not_install_is_one_line_with_its_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(
        bootstrap.Missing, match=r"^Il manque à cette machine : a, b\. .*sudo apt-get install -y a b$"
    ):
        bootstrap.install_system_packages(["a", "b"], required=True)


def test_the_browser_of_the_tests_may_be_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    bootstrap.install_system_packages(["chromium"], required=False)
    assert "sudo apt-get install -y chromium" in capsys.readouterr().out


def test_a_browser_that_was_named_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("INCLUSIV_CHROMIUM", raising=False)
    assert bootstrap.missing_programs() == ["chromium", "poppler-utils"]
    monkeypatch.setenv("INCLUSIV_CHROMIUM", "/opt/browser")
    assert bootstrap.missing_programs() == ["poppler-utils"]


def test_a_disk_too_small_for_the_packages_is_said(tmp_path: Path) -> None:
    with pytest.raises(bootstrap.Missing, match=r"est plein : il reste \d+ Mo, il en faut"):
        bootstrap.refuse_small_disk(tmp_path, 10**18)


def test_every_make_target_is_a_command_or_the_lock_and_says_what_it_does() -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    assert targets == (set(COMMANDS) - {"with-servers"}) | {"help", "lock"}
    assert targets == set(re.findall(r"^([a-z]+):.*## \w", MAKEFILE, re.MULTILINE))


def test_continuous_integration_runs_the_readers_command_and_asks_nothing() -> None:
    assert CI.rstrip().endswith("exec make test")
    assert "exec </dev/null" in CI
    assert subprocess.run(["bash", "-n", str(PROJECT / ".ci" / "run")], check=False).returncode == 0


def test_no_file_of_the_chain_names_a_registry() -> None:
    locks = [path.read_text() for path in (PROJECT / "requirements").iterdir()]
    assert len(locks) == 6
    assert not [text for text in (MAKEFILE, CI, *locks) if "://" in text]


def test_every_package_of_the_locks_has_its_hash() -> None:
    for lock in (PROJECT / "requirements").glob("*.txt"):
        blocks = re.split(r"\n(?=\S)", lock.read_text().strip())
        assert len(blocks) > 20
        assert [block for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []
