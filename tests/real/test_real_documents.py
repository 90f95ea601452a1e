"""Each case of `cases/` and `shared/`, all on one warehouse with one build."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipelines.verify.audit import audit
from tests.real.case import Case
from tests.real.cases import CASES
from tests.real.shared import SHARED
from tests.real.world import RealWorld, names, real_world
from tests.support.postgres import TestServer

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def world(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealWorld]:
    with real_world(postgres, tmp_path_factory.mktemp("real")) as made:
        made.bring()
        made.built = made.build()
        yield made


@pytest.mark.parametrize("case", (*CASES, *SHARED), ids=names)
def test_the_figures_of_a_real_document_are_right(world: RealWorld, case: Case) -> None:
    world.assert_given(case)
    world.assert_right(case)


def test_nothing_was_lost_on_the_way(world: RealWorld) -> None:
    report = audit(world.settings, world.warehouse, world.catalog)
    assert report.ok, "\n".join(finding.text for finding in report.findings)


def test_the_build_goes_well(world: RealWorld) -> None:
    assert world.built is not None and world.built.ok, world.built
