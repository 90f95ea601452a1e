"""Who reads the marts outside of dbt: the `depends_on` of dbt_project/models/_exposures.yml, found in what reads them.

Names and descriptions of exposures are written there by hand. `make pages` writes the lists; a test compares them with
what is found here.
"""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.transformation.news import MODELS, consumers

ROOT = MODELS.parents[1]
FILE = MODELS / "_exposures.yml"


def readers() -> dict[str, set[str]]:
    """Exposure -> the models that it reads.

    BI tools may read every mart; the briefs read what pipelines/insights names, the forecasts what their room there
    names, and the alerts their queries; Superset's dashboard its datasets.
    """
    marts = {path.stem for folder in ("marts", "views") for path in (MODELS / folder).rglob("*.sql")}
    insights = ROOT / "pipelines" / "insights"
    return {
        "bi_tools": marts,
        "alerts": _named_in(insights / "alerts"),
        "briefs": _named_in(insights, without=insights / "alerts"),
        "demand_forecasts": _named_in(insights / "forecast"),
        "superset": {path.stem for path in (ROOT / "docs" / "superset" / "datasets").glob("*/*.yaml")},
    }


def _named_in(folder: Path, *, without: Path | None = None) -> set[str]:
    files = [path for ending in ("py", "sql") for path in folder.rglob(f"*.{ending}")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files if without not in path.parents)
    named = set(re.findall(r"\b(?:marts|intermediate)\.\w+", text)) & set(consumers())
    return {name.partition(".")[2] for name in named}


def page() -> str:
    """_exposures.yml with the lists as they should be."""
    return _with_lists(FILE.read_text(encoding="utf-8"), readers())


def _with_lists(text: str, found: dict[str, set[str]]) -> str:
    head, *exposures = re.split(r"(?m)^(?=  - name: )", text)
    return head + "".join(_with_list(exposure, found) for exposure in exposures)


def _with_list(exposure: str, found: dict[str, set[str]]) -> str:
    name = exposure.split("\n", 1)[0].removeprefix("  - name: ")
    listed = "".join(f'      - ref("{model}")\n' for model in sorted(found[name]))
    return re.sub(r"(    depends_on:\n)(?:      - .*\n)*", lambda match: match[1] + listed, exposure)
