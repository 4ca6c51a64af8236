"""The folder of `make run`: its secrets are kept, its data are never guessed, each trouble names its remedy."""

import stat
import subprocess
from pathlib import Path

import pytest

from inclusiv.devstack import keys, postgres
from inclusiv.devstack.place import Var
from inclusiv.devstack.trouble import Trouble


def launch(data: Path) -> postgres.Server:
    return postgres.launch(
        data, password="p", log=data.with_suffix(".log")
    )  # pragma: no cover - refused before


def test_secrets_are_made_once_and_read_by_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    made = keys.keep(file, data_exists=False)
    assert set(made) == {"SECRET_KEY", "FIELD_KEYS", "DATABASE_PASSWORD", "REDIS_PASSWORD"}
    assert len(set(made.values())) == 4
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys.keep(file, data_exists=True) == made


def test_a_secret_that_is_missing_is_added_to_those_that_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    file.write_text("SECRET_KEY=kept=as-it-is\n")
    assert keys.keep(file, data_exists=True)["SECRET_KEY"] == "kept=as-it-is"
    assert keys.keep(file, data_exists=True) == keys.keep(file, data_exists=True)


def test_lost_secrets_stop_the_start_while_data_written_with_them_remain(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"secrets\.env manque alors que des données existent : remettez"):
        keys.keep(tmp_path / "secrets.env", data_exists=True)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_is_said_with_both_figures(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"est plein : il reste \d+ Mo, il en faut \d+\. Libérez"):
        Var(tmp_path).refuse_full_disk(needed=10**18)


def test_a_disk_with_room_is_silent(tmp_path: Path) -> None:
    Var(tmp_path).refuse_full_disk(needed=1)


def test_a_data_folder_without_its_version_is_refused_untouched(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    (data / "base").mkdir(parents=True)
    with pytest.raises(
        Trouble, match=r"est abîmé \(PG_VERSION manque\) : restaurez ce dossier, ou .* rm -r '"
    ):
        launch(data)
    assert [path.name for path in data.iterdir()] == ["base"]


def test_a_data_folder_of_another_version_is_refused_untouched(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("15\n")
    with pytest.raises(Trouble, match=r"vient de PostgreSQL 15, il faut 18 : restaurez"):
        launch(data)
    assert (data / "PG_VERSION").read_text() == "15\n"


def test_a_data_folder_cut_short_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("18\n")
    with pytest.raises(Trouble, match=r"est abîmé \(pg_control manque\)"):
        launch(data)


def test_two_holders_of_one_folder_are_refused_across_processes(tmp_path: Path) -> None:
    var = Var(tmp_path)
    command = ["flock", "--no-fork", "--exclusive", str(var.lock), "sh", "-c", "echo held; exec sleep 60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(Trouble, match="Inclusiv tourne déjà dans ce dossier"), var.held("http://x"):
            pass
        other.terminate()
    with var.held("http://x"):
        assert var.lock.read_text().endswith(" http://x\n")


def test_logs_of_the_start_before_are_put_aside(tmp_path: Path) -> None:
    var = Var(tmp_path)
    var.make()
    var.log("web").write_text("before")
    var.make()
    assert not var.log("web").exists()
    assert (tmp_path / "log" / "web.log.1").read_text() == "before"
