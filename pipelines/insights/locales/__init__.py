"""The languages of a brief: one module each, with the same names (a test compares them).

A language has words of the page (`UI`), names of facts (`FACTS`) and feeds (`FEEDS`), units (`UNITS`), and the
sentences of the deterministic writer (`FINDINGS`). The words that grounding knows are in `lexicon.py`.
"""

from __future__ import annotations

from types import ModuleType

from pipelines.errors import ConfigError

LANGUAGES = ("en", "zh")


def locale(language: str) -> ModuleType:
    """The module of a language. Raises ConfigError for one that is not here."""
    if language == "en":
        from pipelines.insights.locales import en

        return en
    if language == "zh":
        from pipelines.insights.locales import zh

        return zh
    raise ConfigError(f"There is no brief in language {language!r}; there is {' and '.join(LANGUAGES)}.")
