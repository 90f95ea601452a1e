"""A disk of its own for a home, which can be filled at once: a file system in memory that only this process and its
children see.

Needs Linux and the right to make namespaces, which most systems give to every user.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_SIZE = "6g"
_SLACK_BLOCKS = 16
_TRIES = 20
_INSIDE = "TRADEWIND_CHAOS_DISK"


def enter(module: str) -> bool:
    """Run this program again where file systems can be mounted, and do not come back; False if that is not possible
    here, True if this is the program that was run again. module: to run, as in `python -m`.
    """
    inside = bool(os.environ.get(_INSIDE))
    way = _way()
    if not inside and way:
        os.environ[_INSIDE] = "1"
        os.execv(way[0], [*way, sys.executable, "-m", module, *sys.argv[1:]])
    return inside


def _way() -> list[str]:
    """The command before a command that mounts; empty if there is none."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    way = [unshare, "--mount"]
    if os.getuid():
        way += ["--user", "--map-current-user", "--keep-caps"]
    tried = subprocess.run([*way, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    return [] if tried.returncode else way


def mount(folder: Path) -> None:
    """Put a disk at a folder, which is made. Raises subprocess.CalledProcessError."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=0711", "none", folder], check=True)


def fill(folder: Path) -> None:
    """Leave no room on the disk that is mounted at a folder: it shrinks to what is on it. Raises
    subprocess.CalledProcessError.
    """
    for _ in range(_TRIES):
        told = os.statvfs(folder)
        done = _remount(folder, f"nr_blocks={told.f_blocks - told.f_bfree + _SLACK_BLOCKS}")
        if not done.returncode:
            return  # it fails where more than the slack was written in between
    done.check_returncode()


def free(folder: Path) -> None:
    """Give the disk its room again. Raises subprocess.CalledProcessError."""
    _remount(folder, f"size={_SIZE}").check_returncode()


def unmount(folder: Path, *, keep: bool) -> None:
    """Take the disk away, from which nobody reads any more; what is on it stays in the folder if it is to be kept.
    Raises subprocess.CalledProcessError.
    """
    kept = folder.with_name(f"{folder.name}.kept")
    if keep:
        shutil.copytree(folder, kept, symlinks=True)
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()
    if keep:
        kept.rename(folder)


def _remount(folder: Path, options: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["mount", "-o", f"remount,{options}", folder], capture_output=True, check=False)
