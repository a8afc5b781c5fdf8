"""Is this machine able to? Each check raises a Refusal that names the mend."""

import errno
import os
import shutil
import sys
import tempfile

from scripts.say import Refusal

NEEDED_PYTHON = (3, 11)
MEGABYTE = 1024 * 1024
INSTALL_MEGABYTES = 300
INSTALL_DEV_MEGABYTES = 900
RUN_MEGABYTES = 50


def require_python(version=tuple(sys.version_info[:3]), executable=sys.executable):
    if version >= NEEDED_PYTHON:
        return
    found = ".".join(str(part) for part in version)
    raise Refusal(
        "这里的 Python 是 {}（{}），需要 3.11 或更新的版本。\n"
        "Debian 12 及以后、Ubuntu 24.04 及以后：apt-get install python3 python3-venv；"
        "装在别处的话：PYTHON=/路径/python3.12 make run".format(found, executable),
        "This Python is {} ({}); 3.11 or newer is needed.\n"
        "Debian 12+, Ubuntu 24.04+: apt-get install python3 python3-venv; "
        "if it is elsewhere: PYTHON=/path/to/python3.12 make run".format(found, executable),
    )


def require_writable(folder):
    """The folder for data and secrets: for its owner alone."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=str(folder)):
            pass
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise no_space(folder, RUN_MEGABYTES, 0) from None
        raise Refusal(
            "不能在 {} 里写文件（{}）。请换一个你自己的文件夹克隆，或者：sudo chown -R $(id -un) '{}'".format(
                folder, error.strerror, folder
            ),
            "Cannot write in {} ({}). Clone into a folder of your own, or: sudo chown -R $(id -un) '{}'".format(
                folder, error.strerror, folder
            ),
        ) from None


def free_megabytes(folder):
    return shutil.disk_usage(str(folder)).free // MEGABYTE


def require_space(folder, megabytes, free=free_megabytes):
    left = free(folder)
    if left < megabytes:
        raise no_space(folder, megabytes, left)


def no_space(folder, megabytes, left):
    return Refusal(
        "磁盘空间不够：{} 还剩 {} MB，至少需要 {} MB。请腾出空间再试（df -h 看哪里满了）。".format(
            folder, left, megabytes
        ),
        "Not enough disk space: {} has {} MB left, {} MB are needed. "
        "Free some and try again (df -h shows what is full).".format(folder, left, megabytes),
    )


def require_files(files):
    """A copy that lost files would fail later with a riddle."""
    missing = [path.name for path in files if not path.exists()]
    if missing:
        raise Refusal(
            "缺少 {}，克隆不完整。请重新 git clone，或者：git checkout -- .".format("、".join(missing)),
            "{} missing; the clone is incomplete. Clone again, or: git checkout -- .".format(", ".join(missing)),
        )


def is_root():
    return os.geteuid() == 0
