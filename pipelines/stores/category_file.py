"""Reads and changes a store's `category_file`: a CSV of its categories, one row a keyword.

It is for what a program adds (`POST /v1/categories`); people write `categories` in stores.yaml. Which file a store has
stands there, too (`reading.py`). The columns are `category`, `keyword` and `auto_crawl` (true or false, the same in all
rows of a category). A file that is not there has no rows.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from pipelines.errors import ConfigError
from pipelines.stores.model import Category

COLUMNS = ("category", "keyword", "auto_crawl")
_LONGEST = 200


def all_categories(
    written: Iterable[tuple[str, list[str], bool]], path: Path | None, problems: list[str]
) -> tuple[Category, ...]:
    """The categories of stores.yaml (name, keywords, auto_crawl), and those of the file, if the store names one."""
    found = [Category(name, tuple(dict.fromkeys(keywords)), crawled) for name, keywords, crawled in written]
    return (*found, *(read(path, problems) if path is not None else ()))


def read(path: Path, problems: list[str]) -> list[Category]:
    """The categories of a file in its order. Each mistake becomes a sentence in `problems`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path} cannot be read as UTF-8 text: {error}.")
        return []
    rows = csv.DictReader(io.StringIO(text), strict=True)
    keywords: dict[str, dict[str, None]] = {}
    crawled: dict[str, bool] = {}
    try:
        if tuple(rows.fieldnames or ()) != COLUMNS:
            problems.append(f"{path}: the first line must be {','.join(COLUMNS)}.")
            return []
        for row in rows:
            name, keyword, crawl = ((row[column] or "").strip() for column in COLUMNS)
            if not _is_line(name) or not _is_line(keyword) or crawl not in ("true", "false"):
                problems.append(
                    f"{path}, line {rows.line_num}: a row has a category and a keyword of at most {_LONGEST} "
                    "characters, and true or false."
                )
                continue
            keywords.setdefault(name, {})[keyword] = None
            if crawled.setdefault(name, crawl == "true") != (crawl == "true"):
                problems.append(f"{path}, line {rows.line_num}: auto_crawl is another than before for {name!r}.")
    except csv.Error as error:
        problems.append(f"{path}, line {rows.line_num}: {error}.")
    return [Category(name, tuple(found), crawled[name]) for name, found in keywords.items()]


def put(path: Path, category: Category) -> bool:
    """Write a category into a file, in place of one of the same name; whether it was new. The file is made if it is
    missing. Raises ConfigError if the file has mistakes: nothing is written then."""
    problems: list[str] = []
    known = {each.name: each for each in read(path, problems)}
    if problems:
        raise ConfigError(" ".join(problems))
    new = category.name not in known
    known[category.name] = category
    _write(path, known.values())
    return new


def _is_line(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and text.isprintable()


def _write(path: Path, categories: Iterable[Category]) -> None:
    """Put a new file in the place of the old one: whoever reads meanwhile finds one of the two, whole."""
    path = path.resolve()
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent, text=True)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(
                (each.name, keyword, str(each.auto_crawl).lower()) for each in categories for keyword in each.keywords
            )
        Path(part).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
