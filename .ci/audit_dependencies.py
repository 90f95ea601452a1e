"""Part of `make lint`: known holes in what requirements.lock pins, by pip-audit and the database of osv.dev.

It asks an address of the internet, so it must be asked for: AUDIT=1, as the workflows set it. Where the database cannot
be reached, nothing is audited, and that is said. A hole that is not ours is listed in
`audit-ignored.txt` beside this file: its id, the day until which it is ignored, and why.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

HERE = Path(__file__).parent
DATABASE = "api.osv.dev"


def ignored(text: str, today: date) -> list[str]:
    """The ids whose day has not passed. Raises ValueError for a line without an id, a day and a reason."""
    found = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, until, reason = line.split(maxsplit=2)
        if reason and date.fromisoformat(until) >= today:
            found.append(name)
    return found


def main() -> int:
    """The exit status: 0 if there is no hole, or nobody to ask."""
    if os.environ.get("AUDIT") != "1":
        print("Dependencies are not audited: AUDIT=1 asks for it.")
        return 0
    try:
        socket.create_connection((DATABASE, 443), timeout=5).close()
    except OSError as error:
        print(f"Dependencies are not audited: {DATABASE} cannot be reached ({error}).")
        return 0
    listed = (HERE / "audit-ignored.txt").read_text(encoding="utf-8")
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service=osv", "--disable-pip", "--no-deps"]
    command += ["--progress-spinner=off", "--requirement", str(HERE.parent / "requirements.lock")]
    for each in ignored(listed, datetime.now(UTC).date()):
        command += ["--ignore-vuln", each]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
