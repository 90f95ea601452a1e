"""The frames: the wordings of each language. Data only; which are said is in the kinds, which is taken is up to
`compose.py`.

A key is a kind and a part, with the direction behind it where the facts have one. A slot is a role: `{x}` its figure,
`{x.size}` without the sign (the words say the direction), `{x.name}` its subject, `{x.when}` its period (`{x.When}`
where a sentence begins), `{x.against}` what it is compared with, `{x.label}` what the fact is called,
`{x|order|orders}` the figure with its noun. A frame says no more than its slots: no period, subject or comparison of
its own.
"""

from __future__ import annotations

from types import ModuleType

from pipelines.insights.locales import locale


def frames(language: str) -> ModuleType:
    """FRAMES, ADVICE, AGAINST, JOIN (between sentences) and OTHERS (behind a name that stands for several).

    Raises ConfigError for one that is not here."""
    locale(language)
    if language == "zh":
        from pipelines.insights.claims.frames import zh

        return zh
    from pipelines.insights.claims.frames import en

    return en
