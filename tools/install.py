"""Installs what a lock pins, and Tradewind itself, into the environment whose Python runs this file: `make install`.

The standard library alone is used, since nothing else is there yet. What is to be installed is decided by the locks;
what Tradewind does belongs into `pipelines`.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOG = Path(sys.prefix) / "install.log"

# The lock is complete, so pip must not look for dependencies: an older pip does, beyond the lock, whenever a package
# asks for an extra of another, and then refuses the newer version that it finds.
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
FROM_LOCK = [*PIP, "install", "--progress-bar", "off", "--no-compile", "--no-deps", "--require-hashes", "-r"]
OURSELVES = [*PIP, "install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
CHECK = [*PIP, "check"]


def pinned(lock: str) -> list[str]:
    """The names of the packages that a lock's text pins, in its order."""
    return re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==", lock, flags=re.MULTILINE)


def main(arguments: list[str]) -> int:
    lock = ROOT / arguments[0]
    started = time.monotonic()
    LOG.write_text("", encoding="utf-8")
    if importlib.util.find_spec("pip") is None:  # its making was interrupted
        _run([sys.executable, "-m", "ensurepip"])
    total = len(pinned(lock.read_text(encoding="utf-8")))
    print(f"Installing {total} packages that {lock.name} pins, once; it takes a minute or two", flush=True)
    _install(lock, total)
    _run(OURSELVES)
    _run(CHECK)
    _compile()
    _show(f"Installed in {time.monotonic() - started:.0f} s", last=True)
    return 0


def _install(lock: Path, total: int) -> None:
    fetched = 0
    for line in _lines([*FROM_LOCK, str(lock)]):
        if line.startswith("Ignoring "):  # of another platform or Python
            total -= 1
        elif line.startswith("Collecting "):
            fetched += 1
            _show(f"  {fetched} of {total}: {line.split()[1]}")
        elif line.startswith("Installing collected packages"):
            _show(f"  {total} of {total} are here; unpacking them")


def _compile() -> None:
    """Compile every module, on all cores: it makes each later command start three times as fast."""
    _show("  compiling")
    packages = next(path for path in map(Path, sys.path) if path.name == "site-packages")
    folders = [str(packages), str(ROOT / "pipelines"), str(ROOT / "simulator")]
    # some packages ship templates named .py that are no Python; they are not imported either
    subprocess.run([sys.executable, "-m", "compileall", "-qq", "-j", "0", *folders], check=False)


def _run(command: list[str]) -> None:
    for _ in _lines(command):
        pass


def _lines(command: list[str]) -> Iterator[str]:
    """The lines that a command prints, which are kept in the log; the program ends in words if the command fails."""
    with (
        LOG.open("a", encoding="utf-8") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as pip,
    ):
        assert pip.stdout is not None
        for line in pip.stdout:
            log.write(line)
            yield line
    if pip.returncode:
        _show("", last=True)
        said = [line for line in LOG.read_text(encoding="utf-8").splitlines() if not line.startswith("WARNING")]
        print(f"The installation stopped, and pip says:\n\n{chr(10).join(said[-12:])}\n", file=sys.stderr)
        print(f"All of it is in {LOG}. The same command goes on from here.", file=sys.stderr)
        raise SystemExit(1)


def _show(text: str, last: bool = False) -> None:
    """One line, written over and over where somebody watches; elsewhere its end only."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text[:78]}", end="\n" if last and text else "", flush=True)
    elif last and text:
        print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
