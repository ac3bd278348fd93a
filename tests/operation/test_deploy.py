"""What `deploy/` brings is read by the programs that it is for, where this machine has them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.servers import make_nginx_conf
from benchmarks.soak.faults import KIND

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PATH = f"{os.environ['PATH']}:/usr/sbin"


def tool(name: str) -> str:
    found = shutil.which(name, path=PATH)
    if found is None:
        pytest.skip(f"{name} is missing")
    return found


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    for unit in (DEPLOY / "systemd").iterdir():
        # A program that is here stands for the one of an installation.
        there = unit.read_text("utf-8").replace("/opt/portal/.venv/bin/python", "/bin/sh")
        (tmp_path / unit.name).write_text(there, "utf-8")
    units = [str(tmp_path / name) for name in ("portal.service", "portal-nightly.timer")]
    told = run(tool("systemd-analyze"), "verify", "--man=no", *units)
    assert (told.returncode, told.stderr) == (0, "")


def test_logrotate_understands_every_line(tmp_path: Path) -> None:
    logs = tmp_path / "log"
    logs.mkdir(mode=0o750)
    (logs / "access.log").write_text("a line\n")
    conf = tmp_path / "portal"
    conf.write_text(
        (DEPLOY / "logrotate" / "portal").read_text().replace("/var/log/portal", f"{logs}")
    )
    conf.chmod(0o644)
    told = run(tool("logrotate"), "--debug", f"--state={tmp_path}/state", str(conf))
    assert told.returncode == 0
    assert "error:" not in told.stderr
    assert f"considering log {logs}/access.log" in told.stderr


def test_nginx_understands_every_line(tmp_path: Path) -> None:
    for name in ("cache", "log", "html"):
        (tmp_path / name).mkdir()
    conf = tmp_path / "nginx.conf"
    conf.write_text(make_nginx_conf(tmp_path, 8080, 8000), "utf-8")
    told = run(tool("nginx"), "-t", "-c", str(conf), "-p", str(tmp_path))
    assert told.returncode == 0, told.stderr
    assert "[warn]" not in told.stderr


def test_the_nightly_script_is_posix() -> None:
    assert run("sh", "-n", str(DEPLOY / "nightly.sh")).returncode == 0


def test_whatever_nginx_says_itself_is_kind() -> None:
    conf = (DEPLOY / "nginx" / "portal.conf").read_text("utf-8")
    said = conf.partition("location @away")[2].split("location @")
    assert len(said) == 4
    assert [part for part in said if not any(word in part for word in KIND)] == []
