"""`tradewind mcp` reads as one tenant, and asks which where there are several."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pipelines.errors import ConfigError
from pipelines.local.assistant import _tenant


def catalog(*tenants: str):
    return SimpleNamespace(tenants=dict.fromkeys(tenants))


def test_the_only_tenant_need_not_be_named():
    assert _tenant(catalog("harbor"), None) == "harbor"
    assert _tenant(catalog("harbor", "sakura"), "sakura") == "sakura"


@pytest.mark.parametrize(("named", "told"), [(None, "Whose figures"), ("bharat", "no tenant 'bharat'")])
def test_of_several_one_is_named_and_a_wrong_one_is_told(named, told):
    with pytest.raises(ConfigError, match=rf"{told}.*harbor, sakura"):
        _tenant(catalog("harbor", "sakura"), named)
