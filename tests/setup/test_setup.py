"""The set-up: what it installs, and what it says when it cannot."""

import ast
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bench.servers.environment import ROOT
from bench.servers.waiting import wait_until
from scripts import checks, setup
from scripts.say import Refusal

SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))


def write_package(folder: Path, name: str = "kindness") -> str:
    """A wheel of one module; returns its line for a requirements file."""
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}.py", "WORD = '谢谢'\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def write_clone(folder: Path) -> Path:
    """The scripts, and two small packages to install from a shelf beside it."""
    shelf = folder.parent / "shelf"
    shelf.mkdir(parents=True)
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "requirements.txt").write_text(write_package(shelf))
    (folder / "requirements-dev.txt").write_text(write_package(shelf, "patience"))
    return folder


@pytest.fixture(autouse=True)
def shelf_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """pip finds what lies on the shelf of the clone, and nothing else."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "../shelf")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Fresh: nothing is installed."""
    return write_clone(tmp_path / "克隆 one")


@pytest.fixture(scope="session")
def first_installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Set up once, because a venv takes seconds to make."""
    folder = write_clone(tmp_path_factory.mktemp("installed") / "克隆 one")
    shelf = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "../shelf", "PIP_CONFIG_FILE": os.devnull}
    command = [sys.executable, "-m", "scripts.setup"]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **shelf}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder.parent


@pytest.fixture
def installed(first_installed: Path, tmp_path: Path) -> Path:
    """A clone that was set up, to change at will."""
    shutil.copytree(first_installed, tmp_path / "copy", symlinks=True)
    return tmp_path / "copy" / "克隆 one"


def run_setup(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.setup", *arguments]
    return subprocess.run(command, cwd=clone, capture_output=True, text=True)


def can_import(clone: Path, name: str) -> bool:
    return subprocess.run([setup.Place(clone).python, "-c", f"import {name}"], capture_output=True).returncode == 0


def test_it_installs_once_and_the_second_time_has_nothing_to_do(installed):
    assert can_import(installed, "kindness")
    second = run_setup(installed)
    assert (second.returncode, second.stdout) == (0, "")


def test_changed_requirements_are_installed(installed):
    with (installed / "requirements.txt").open("a") as file:
        file.write(write_package(installed.parent / "shelf", "honesty"))
    assert run_setup(installed).returncode == 0
    assert can_import(installed, "honesty")


def test_what_tests_need_is_added_and_counts_for_the_product_too(installed):
    assert run_setup(installed, "--dev").returncode == 0
    assert can_import(installed, "kindness")
    assert can_import(installed, "patience")
    assert run_setup(installed).stdout == ""


@pytest.mark.timeout(400)
@pytest.mark.parametrize("moment", ["making the venv", "installing"])
def test_a_set_up_killed_half_way_is_redone(clone, moment):
    place = setup.Place(clone)
    child = subprocess.Popen(
        [sys.executable, "-m", "scripts.setup"], cwd=clone, stdout=subprocess.DEVNULL, start_new_session=True
    )
    half_way = place.unfinished if moment == "making the venv" else place.venv / "bin" / "pip"
    wait_until(half_way.exists, patience=120)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    assert not setup.is_installed(place, False)
    again = run_setup(clone)
    assert again.returncode == 0, again.stdout + again.stderr
    assert can_import(clone, "kindness")


def test_a_package_half_written_when_it_was_killed_is_made_whole(installed):
    place = setup.Place(installed)
    # As a kill leaves it: pip has noted the package, and its module is not there.
    next(place.venv.glob("lib/*/site-packages/kindness.py")).unlink()
    place.stamp.unlink()
    place.unfinished.touch()
    assert run_setup(installed).returncode == 0
    assert can_import(installed, "kindness")


def test_a_venv_whose_python_is_gone_is_made_again(installed):
    python = setup.Place(installed).python
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert run_setup(installed).returncode == 0
    assert can_import(installed, "kindness")


def test_two_set_ups_at_once_install_once(clone):
    both = [
        subprocess.Popen([sys.executable, "-m", "scripts.setup"], cwd=clone, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    printed = [child.communicate(timeout=100)[0] for child in both]
    assert [child.returncode for child in both] == [0, 0]
    assert sum("packages installed" in text for text in printed) == 1


def test_a_package_that_cannot_be_fetched_names_retry_mirror_and_proxy(installed):
    (installed / "requirements.txt").write_text("unobtainable==1.0 --hash=sha256:" + "0" * 64 + "\n")
    done = run_setup(installed)
    assert done.returncode == 1
    for mend in ("再运行一次", "PIP_INDEX_URL", "HTTPS_PROXY", "Run it again"):
        assert mend in done.stderr
    assert "Traceback" not in done.stderr
    assert not setup.is_installed(setup.Place(installed), False)


def test_a_package_that_was_tampered_with_is_not_installed(installed):
    write_package(installed.parent / "shelf", "honesty")
    (installed / "requirements.txt").write_text("honesty==1.0 --hash=sha256:" + "0" * 64 + "\n")
    done = run_setup(installed)
    assert done.returncode == 1
    assert "does not match its recorded hash" in done.stderr
    assert not can_import(installed, "honesty")


def test_too_little_disk_is_said_before_anything_is_made(clone):
    with pytest.raises(Refusal, match=r"12 MB left, 300 MB are needed"):
        setup.prepare(clone, free=lambda folder: 12)
    assert not setup.Place(clone).venv.exists()


def test_a_disk_that_fills_up_while_installing_is_said_plainly(tmp_path):
    refusal = setup.explain_pip("ERROR: Could not install packages: [Errno 28] No space left on device", tmp_path)
    assert "磁盘满了" in refusal.chinese


def test_a_folder_one_may_not_write_in_is_named_with_the_mend(tmp_path):
    blocked = tmp_path / "var"
    blocked.write_text("a file where a folder should be")
    with pytest.raises(Refusal, match="chown"):
        checks.require_writable(blocked / "deeper")


def test_a_clone_that_lost_its_requirements_is_told_to_clone_again(clone):
    (clone / "requirements.txt").unlink()
    assert "clone is incomplete" in run_setup(clone).stderr


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 9, 2), (3, 10, 99)])
def test_an_old_python_is_told_which_one_it_needs(version):
    with pytest.raises(Refusal, match=r"3\.11 or newer is needed") as refused:
        checks.require_python(version, "/usr/bin/python3")
    assert ".".join(map(str, version)) in refused.value.chinese
    assert "PYTHON=" in refused.value.chinese


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 1), (4, 0, 0)])
def test_a_new_python_is_accepted(version):
    checks.require_python(version, "/usr/bin/python3")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_an_old_python_can_read_the_scripts_far_enough_to_be_told(path):
    tree = ast.parse(path.read_text(), feature_version=(3, 6))
    # It reads annotations and this import before it comes to any message of ours.
    assert "annotations" not in [
        name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names
    ]


def old_pythons() -> list[str]:
    roots = (Path("/usr/bin"), Path.home() / ".pyenv" / "versions")
    found = [path for root in roots for pattern in ("python3.?", "3.?.*/bin/python") for path in root.glob(pattern)]
    return [str(path) for path in found]


@pytest.mark.parametrize("module", ["setup", "run"])
def test_the_old_pythons_of_this_machine_get_the_message(module):
    pythons = old_pythons()
    if not pythons:
        pytest.skip("no Python older than 3.10 on this machine")
    for python in pythons:
        done = subprocess.run([python, "-m", f"scripts.{module}"], cwd=ROOT, capture_output=True)
        assert done.returncode == 1
        assert "需要 3.11" in done.stderr.decode()


def launch(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(ROOT / "scripts" / "python.sh"), *arguments]
    return subprocess.run(command, env={"PATH": str(path)}, capture_output=True, text=True)


def test_the_launcher_takes_the_first_python_that_is_new_enough(tmp_path):
    for name, answer in (("python3", 1), ("python3.12", 0)):
        (tmp_path / name).write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit {answer}\necho "{name} $*"\n')
        (tmp_path / name).chmod(0o755)
    assert launch(tmp_path, "-m", "scripts.run").stdout == "python3.12 -m scripts.run\n"


def test_without_any_python_the_launcher_says_what_to_install(tmp_path):
    done = launch(tmp_path)
    assert done.returncode == 1
    assert "apt-get install python3" in done.stderr


def test_without_the_venv_module_and_without_rights_the_exact_command_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(setup, "has_venv_module", lambda: False)
    monkeypatch.setattr(setup, "apt_prefix", lambda: None)
    with pytest.raises(Refusal, match=rf"apt-get install -y python3\.{sys.version_info[1]}-venv"):
        setup.require_venv_module(tmp_path / "setup.log")


def test_the_venv_module_is_installed_where_we_may(monkeypatch, tmp_path):
    called = tmp_path / "called"
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$*" >> "{called}"\n')
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(setup, "apt_prefix", list)
    monkeypatch.setattr(setup, "has_venv_module", lambda: called.exists())
    setup.require_venv_module(tmp_path / "setup.log")
    assert called.read_text().splitlines()[-1].endswith(f"python3.{sys.version_info[1]}-venv")


def test_plain_make_lists_every_target():
    printed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True).stdout
    for target in ("run", "test", "lint", "bench", "simulate", "db-upgrade", "content-check", "lock", "clean"):
        assert f"make {target} " in printed
