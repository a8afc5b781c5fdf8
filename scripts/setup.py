"""Set-up (安装): make the virtual environment and install the pinned packages; a run killed half-way is redone."""

import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from scripts import checks, children, say
from scripts.locks import Lock
from scripts.say import Refusal

ROOT = Path(__file__).resolve().parent.parent
NETWORK_SIGNS = re.compile(
    r"No matching distribution|Max retries|Temporary failure|[Tt]imed out|ReadTimeout"
    r"|ProxyError|SSLError|Connection|resolve|HTTP error"
)


class Place:
    """Where things of one clone lie."""

    def __init__(self, root):
        self.root = root
        self.venv = root / ".venv"
        self.python = self.venv / "bin" / "python"
        # Stands while a venv is being changed: found at start, it means that somebody was killed here.
        self.unfinished = self.venv / ".unfinished"
        # Written last: fingerprints of the requirements that are wholly installed.
        self.stamp = self.venv / ".installed"
        self.var = root / "var"
        self.log = self.var / "setup.log"

    def requirements(self, dev):
        names = ["requirements.txt", "requirements-dev.txt"] if dev else ["requirements.txt"]
        return [self.root / name for name in names]


def prepare(root=ROOT, dev=False, free=checks.free_megabytes):
    """Bring the clone to where it can run; quick when there is nothing to do."""
    place = Place(root)
    checks.require_python()
    checks.require_files(place.requirements(dev))
    checks.require_writable(place.var)
    lock = Lock(place.var / "setup.lock")
    if not lock.take():
        say.line("… 另一个安装正在进行，等它完成 · another set-up is running, waiting for it")
        lock.take(wait=True)
    try:
        if not is_installed(place, dev):
            install(place, dev, lock, free)
    finally:
        lock.release()
    return place


def is_installed(place, dev):
    if place.unfinished.exists() or not works(place.python):
        return False
    return place.stamp.exists() and fingerprint(place, dev) in place.stamp.read_text().split()


def fingerprint(place, dev):
    """Of what must be installed; another requirements file asks for another install."""
    content = b"\0".join(path.read_bytes() for path in place.requirements(dev))
    return hashlib.sha256(content).hexdigest()


def works(python):
    """Whether this is a whole venv with a Python that is still there and new enough."""
    test = "import sys, pip; sys.exit(sys.version_info < {})".format(checks.NEEDED_PYTHON)
    try:
        return subprocess.call([str(python), "-c", test], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def install(place, dev, lock, free):
    checks.require_space(place.root, checks.INSTALL_DEV_MEGABYTES if dev else checks.INSTALL_MEGABYTES, free)
    if place.unfinished.exists() or not works(place.python):
        make_venv(place)
    place.unfinished.touch()
    install_packages(place, dev, lock)
    # What tests need includes what the product needs, so a dev install counts for both.
    place.stamp.write_text("\n".join({fingerprint(place, dev), fingerprint(place, False)}))
    place.unfinished.unlink()


def make_venv(place):
    require_venv_module(place.log)
    shutil.rmtree(str(place.venv), ignore_errors=True)
    place.venv.mkdir()
    place.unfinished.touch()
    # From the base Python: this one may be the very venv we have just removed.
    base = getattr(sys, "_base_executable", None) or sys.executable
    with open(str(place.log), "ab") as log:
        code = subprocess.call([base, "-m", "venv", str(place.venv)], stdout=log, stderr=log)
    if code or not works(place.python):
        raise Refusal(
            "建不成虚拟环境（.venv），经过写在 {}。".format(place.log),
            "Could not make the virtual environment (.venv); details in {}.".format(place.log),
        )
    say.step("虚拟环境 .venv", "virtual environment")


def has_venv_module():
    # Debian ships venv without ensurepip, and then a venv has no pip.
    return bool(importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"))


def require_venv_module(log):
    """Debian keeps it in a package of its own; install that when we may."""
    if has_venv_module():
        return
    package = "python3.{}-venv".format(sys.version_info[1])
    command = apt_prefix()
    if command is not None:
        say.line("… 安装系统软件包 {} · installing the system package {}".format(package, package))
        if apt_install(command, package, log) and has_venv_module_now():
            return
    raise Refusal(
        "这个 Python 没有 venv 模块。请先运行：sudo apt-get update && sudo apt-get install -y {}，再试一次。".format(
            package
        ),
        "This Python lacks the venv module. Run: sudo apt-get update && sudo apt-get install -y {}, "
        "then try again.".format(package),
    )


def has_venv_module_now():
    importlib.invalidate_caches()
    return has_venv_module()


def apt_prefix():
    """How to call apt-get here, or None when we may not."""
    if not shutil.which("apt-get"):
        return None
    if checks.is_root():
        return []
    if shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        return ["sudo", "-n"]
    return None


def apt_install(prefix, package, log):
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    code = 1
    with open(str(log), "ab") as output:
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", package]):
            code = subprocess.call(prefix + ["apt-get"] + arguments, env=environment, stdout=output, stderr=output)
    return code == 0


def install_packages(place, dev, lock):
    files = place.requirements(dev)
    total = sum(len(re.findall(r"(?m)^[a-z0-9][^\n]*==", path.read_text(encoding="utf-8"))) for path in files)
    say.line("… 安装 {} 个软件包，过程写在 var/setup.log · installing packages, details in var/setup.log".format(total))
    command = [str(place.python), "-m", "pip", "install", "--require-hashes", "--no-input", "--progress-bar", "off"]
    for path in files:
        command += ["-r", str(path)]
    code, output = run_pip(place, command, say.Counter("…", total), lock)
    if code:
        raise explain_pip(output, place.log)
    say.step("软件包已装好", "packages installed")


def run_pip(place, command, counter, lock):
    environment = dict(os.environ, PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUTF8="1")
    output = []
    with open(str(place.log), "ab") as log:
        # pip holds our lock too, so that nobody starts beside one that outlives us.
        pip = children.start(
            command,
            die_with_us=signal.SIGKILL,
            cwd=str(place.root),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[lock.fd],
        )
        for raw in pip.stdout:
            log.write(raw)
            text = raw.decode("utf-8", "replace")
            output.append(text)
            if text.startswith(("Collecting", "Requirement already")):
                counter.advance()
    counter.close()
    return pip.wait(), "".join(output)


def explain_pip(output, log):
    """The likely reason first: a person should not have to read pip's output."""
    if "No space left" in output:
        return Refusal(
            "安装到一半磁盘满了。请腾出空间，再运行一次。",
            "The disk filled up during the installation. Free some space and run it again.",
        )
    if "DO NOT MATCH THE HASHES" in output:
        return Refusal(
            "下载到的软件包和清单里的校验值不一致，没有安装。请运行 .venv/bin/python -m pip cache purge 再试；"
            "如果用了镜像，请换一个。",
            "A downloaded package does not match its recorded hash and was not installed. "
            "Run .venv/bin/python -m pip cache purge and try again; if you use a mirror, try another.",
        )
    if NETWORK_SIGNS.search(output):
        return Refusal(
            "下载软件包失败，多半是网络问题。请再运行一次；在国内可以先设置镜像：export PIP_INDEX_URL=镜像地址；"
            "需要代理时：export HTTPS_PROXY=代理地址。详情见 {}".format(log),
            "Downloading packages failed, most likely the network. Run it again; use a mirror near you with "
            "export PIP_INDEX_URL=…, or a proxy with export HTTPS_PROXY=…. Details in {}".format(log),
        )
    tail = "\n".join(output.strip().splitlines()[-5:])
    return Refusal(
        "安装软件包失败，详情见 {}：\n{}".format(log, tail), "Installing packages failed; details in {}.".format(log)
    )


def main(arguments):
    try:
        prepare(dev="--dev" in arguments)
    except Refusal as refusal:
        say.refuse(refusal)
        return 1
    except KeyboardInterrupt:
        say.line("\n已停止，再运行一次即可继续 · stopped; run it again to go on")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
