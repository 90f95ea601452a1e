"""Writes a typed client of the API in Python, made of its OpenAPI document by openapi-python-client.

`python tools/api_client.py [FOLDER]`; default: `.tradewind/client`. It is not kept in the repository: it follows from
the marts' contracts, and changes with them.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from pipelines.serving.api import description, pages

NAME = "tradewind_client"


def generate(folder: Path) -> Path:
    """The package, in a folder that is made or made anew. Raises CalledProcessError with what the generator says."""
    with tempfile.TemporaryDirectory() as work:
        document, config = Path(work) / "openapi.json", Path(work) / "config.yaml"
        document.write_bytes(pages.dumps(description.document({})))
        # JSON and HTML are read by the client; exports are for tools that read them
        config.write_text(f"package_name_override: {NAME}\nproject_name_override: tradewind-client\npost_hooks: []\n")
        command = [Path(sysconfig.get_path("scripts")) / "openapi-python-client", "generate", "--path", document]
        command += ["--config", config, "--output-path", folder, "--overwrite", "--meta", "none"]
        subprocess.run([str(each) for each in command], check=True, capture_output=True, text=True)
    return folder


def main() -> None:
    """Write it, and say where."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(".tradewind") / "client" / NAME
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        generate(folder)
    except subprocess.CalledProcessError as error:
        sys.exit(f"The client could not be made: {error.stdout}{error.stderr}")
    sys.stdout.write(f"The client is in {folder}: `from {NAME} import AuthenticatedClient`.\n")


if __name__ == "__main__":
    main()
