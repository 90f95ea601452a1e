"""The languages of a brief. Each is a module with the same names; a test compares them.

A language has words of the page (`UI`), titles of briefs (`BRIEFS`), of tables (`TABLES`, `COLUMNS`) and of figures at
the top (`KPIS`), names of facts (`FACTS`) and feeds (`FEEDS`), units (`UNITS`), periods (`WHEN`), what stands around
and between them (`BRACKETS`, `LIST`) and reasons why something is not shown (`REFUSALS`). The sentences are in
`claims/frames/`.
"""

from __future__ import annotations

from types import ModuleType

from pipelines.errors import ConfigError

LANGUAGES = ("en", "zh")


def locale(language: str) -> ModuleType:
    """The module of a language. Raises ConfigError for an unknown language."""
    if language == "en":
        from pipelines.insights.locales import en

        return en
    if language == "zh":
        from pipelines.insights.locales import zh

        return zh
    raise ConfigError(f"There is no brief in language {language!r}; there is {' and '.join(LANGUAGES)}.")
