"""The only words of a model's own that a page may show, where they are switched on at all.

A remark is made of words of this list and of nothing else. The list has no word for a figure, a name, a measure, a
direction, a quantity, a period, a comparison, a judgement or a negation, so that no remark can state one: what is not
listed is refused, whatever it is. A page marks remarks as the model's own.
"""

from __future__ import annotations

import re

MAX_CHARACTERS = 120

_ENGLISH = frozenset(
    re.findall(
        r"\w+",
        """a an and as ask asking at be beside bring by can care carefully check checking colleague colleagues confirm
        consider could customer decide deciding details discuss discussing do explain find for forwarder from give go
        have here how if in into is it itself keep kindly know let look looking make matter matters may maybe might need
        needs note of on or our ourselves page perhaps person photos plan please prepare question questions read reading
        reason reasons review see should so someone speak supplier suppliers take talk team text that the them
        themselves then there they think this to together understand us verify want warehouse watch watching we what
        whether which who why will with worth would you your yourself""",
    )
)

# whole words only, longest first; single characters only where they make no other word beside those listed
_CHINESE = (
    "请",
    "建议",
    "值得",
    "留意",
    "关注",
    "查看",
    "核对",
    "确认",
    "看看",
    "考虑",
    "讨论",
    "沟通",
    "了解",
    "跟进",
    "处理",
    "准备",
    "安排",
    "供应商",
    "货代",
    "仓库",
    "团队",
    "同事",
    "客户",
    "买家",
    "页面",
    "图片",
    "文字",
    "原因",
    "问题",
    "细节",
    "情况",
    "这里",
    "此处",
    "为什么",
    "如何",
    "是否",
    "可以",
    "需要",
    "然后",
    "并且",
    "以及",
    "我们",
    "大家",
    "与",
    "和",
    "的",
)

_ENGLISH_REMARK = re.compile(r"[A-Za-z]+(?:,? [A-Za-z]+){0,23}\.?")
_CHINESE_REMARK = re.compile(
    f"(?:{'|'.join(sorted(_CHINESE, key=len, reverse=True))})"
    f"(?:，?(?:{'|'.join(sorted(_CHINESE, key=len, reverse=True))})){{0,29}}[。]?"
)


def are_harmless(remark: str, language: str) -> bool:
    """Whether a remark is made of listed words alone."""
    if len(remark) > MAX_CHARACTERS:
        return False
    if language == "zh":
        return _CHINESE_REMARK.fullmatch(remark) is not None
    if _ENGLISH_REMARK.fullmatch(remark) is None:
        return False
    first, *others = re.findall(r"[A-Za-z]+", remark)
    return first.lower() in _ENGLISH and all(word in _ENGLISH for word in others)
