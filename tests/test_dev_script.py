"""`./dev`, `.ci/run` and the lock files: what has to hold before anything else can run.

The installing itself is tried with a stand-in for uv and for Django in a copy of the script, so
that no test needs a network.
"""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")

# Writes down that it was called, takes a moment, and fails where the test asks for it.
FAKE_UV = """#!/bin/sh
echo "$*" >>uv.log
sleep 0.5
[ ! -e uv-fails ]
"""
# Writes down the management commands that it is asked for.
FAKE_DJANGO = """
def call_command(*command, **options):
    with open("django.log", "a") as log:
        log.write(" ".join(command) + "\\n")
"""


def pins(lock: str) -> dict[str, str]:
    """Return the version of each package in a lock file."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def named(requirement: str) -> str:
    """Return the package's name in a line such as `whitenoise[brotli]>=6`."""
    found = re.match(r"[a-z0-9-]+", requirement)
    assert found
    return found[0]


@pytest.mark.parametrize("script", ["dev", ".ci/run"])
def test_scripts_are_posix_and_executable(script: str) -> None:
    path = ROOT / script
    assert path.read_text().startswith("#!/bin/sh\n")
    assert os.access(path, os.X_OK)
    shell = shutil.which("dash") or "sh"
    assert subprocess.run([shell, "-n", path], check=False).returncode == 0


def test_help_has_a_line_for_every_command() -> None:
    listed = subprocess.run([ROOT / "dev"], capture_output=True, text=True, check=True).stdout
    commands = set(re.findall(r"^cmd_(\w+)\(\)", (ROOT / "dev").read_text(), re.MULTILINE))
    assert commands == set(re.findall(r"^\./dev (\w+)", listed, re.MULTILINE))


def test_an_unknown_command_is_refused() -> None:
    run = subprocess.run([ROOT / "dev", "sevre"], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "./dev serve" in run.stderr


def test_ci_runs_the_check_and_the_tests() -> None:
    lines = (ROOT / ".ci/run").read_text()
    assert lines.index("\n./dev check ") < lines.index("\n./dev test ")
    assert "\n./dev test postgres quick " in lines


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_hashes_and_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    packages = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert packages
    assert [p.split()[0] for p in packages if "--hash=sha256:" not in p] == []


def test_what_is_tested_is_what_is_served() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {named(line) for line in project["dependencies"]}
    assert asked <= pins("requirements.lock").keys()
    for extra in project["optional-dependencies"].values():
        asked |= {named(line) for line in extra}
    assert asked <= pins("requirements-dev.lock").keys()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the script and the locks beside stand-ins for uv and Django."""
    for name in ("dev", *LOCKS):
        shutil.copy(ROOT / name, tmp_path / name)
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(FAKE_UV)
    uv.chmod(0o755)
    management = tmp_path / "django" / "core" / "management"
    management.mkdir(parents=True)
    (management / "__init__.py").write_text(FAKE_DJANGO)
    (management.parent / "__init__.py").touch()
    (tmp_path / "django" / "__init__.py").write_text("def setup(): pass\n")
    return tmp_path


def start(checkout: Path, *command: str) -> subprocess.Popen[str]:
    """Start the copied `./dev` with the stand-in for uv first on the path."""
    return subprocess.Popen(
        [checkout / "dev", *command],
        # Not from the checkout itself: the script has to find its own place.
        cwd="/",
        env=os.environ | {"PATH": f"{checkout / 'bin'}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def seed(checkout: Path) -> int:
    process = start(checkout, "seed")
    process.communicate(timeout=60)
    return process.returncode


def log(checkout: Path, name: str) -> list[str]:
    path = checkout / name
    return path.read_text().splitlines() if path.exists() else []


def test_installs_hashed_and_only_when_the_lock_changed(checkout: Path) -> None:
    assert seed(checkout) == 0
    assert seed(checkout) == 0
    (installed,) = log(checkout, "uv.log")
    assert "--require-hashes -r requirements.lock" in installed
    assert log(checkout, "django.log") == ["migrate --no-input", "seed"] * 2

    with (checkout / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    kept = checkout / ".venv" / "kept"
    kept.touch()
    assert seed(checkout) == 0
    assert len(log(checkout, "uv.log")) == 2
    assert kept.exists()


def test_a_broken_off_install_starts_from_nothing(checkout: Path) -> None:
    assert seed(checkout) == 0
    (checkout / ".venv" / "installed").unlink()
    left_over = checkout / ".venv" / "left-over"
    left_over.touch()
    assert seed(checkout) == 0
    assert len(log(checkout, "uv.log")) == 2
    assert not left_over.exists()


def test_an_install_that_fails_says_so_and_leaves_no_stamp(checkout: Path) -> None:
    (checkout / "uv-fails").touch()
    # Nothing to fall back on, whatever this machine has: empty packages, and an apt that refuses.
    for module in ("pip", "ensurepip"):
        (checkout / module).mkdir()
        (checkout / module / "__init__.py").touch()
    for tool in ("apt-get", "sudo"):
        (checkout / "bin" / tool).symlink_to("/bin/false")
    process = start(checkout, "seed")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "There is neither pip nor uv" in output
    assert not (checkout / ".venv" / "installed").exists()
    assert log(checkout, "django.log") == []


def test_two_at_once_install_once(checkout: Path) -> None:
    both = [start(checkout, "seed"), start(checkout, "seed")]
    output = "".join(process.communicate(timeout=60)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert len(log(checkout, "uv.log")) == 1
    assert "Waiting for another ./dev" in output


def test_an_older_python_is_refused(checkout: Path) -> None:
    old = checkout / "bin" / "old-python"
    # It answers as an interpreter that found itself too old does: with nothing.
    old.write_text("#!/bin/sh\n")
    old.chmod(0o755)
    run = subprocess.run(
        [checkout / "dev", "seed"],
        env=os.environ | {"PYTHON": str(old)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "Python 3.11" in run.stderr
