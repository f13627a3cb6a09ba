"""Real notices with hand-made answers: the floors that the reader has reached."""

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tasks.reading import read_notice
from tasks.vocabulary import ClauseKind

NOTICES = Path(__file__).parents[3] / "shared" / "notices"

pytestmark = pytest.mark.skipif(
    not (NOTICES / "score.py").exists(), reason="the real notices (../shared/notices) are absent"
)

FLOORS = {
    "duty_f1": 0.98,
    "owner_f1": 0.98,
    "role_accuracy": 0.98,
    "deadline_accuracy": 1.0,
    "header_accuracy": 1.0,
    "kind_accuracy": 0.98,
    "text_overlap": 0.95,
}


@pytest.fixture(scope="module")
def judge() -> ModuleType:
    """score.py as a module; its dataclasses look themselves up in `sys.modules`."""
    spec = importlib.util.spec_from_file_location("score_of_notices", NOTICES / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def results(judge: ModuleType) -> list[Any]:
    found = []
    for answers in sorted(NOTICES.glob("[0-9][0-9]-*.json")):
        notice = judge.load(answers)
        document = read_notice(notice.text).as_document()
        found.append(judge.compare(notice, judge.understood(document, notice.text)))
    return found


def test_floors(judge: ModuleType) -> None:
    found = results(judge)
    assert not [problem for result in found for problem in result.problems]
    total = judge.Score(sum((result.score.counts for result in found), start=Counter()))
    for name, floor in FLOORS.items():
        assert total.ratios()[name] >= floor, name
    assert total.counts["dates_false"] == 0
    assert judge.means(found)["duty_f1"] >= 0.98


def test_negatives_stay_empty(judge: ModuleType) -> None:
    for result in results(judge):
        if result.notice.name[:2] in ("18", "20", "21"):
            assert result.score.counts["wrong"] == 0


def test_the_first_notice_is_read_whole(judge: ModuleType) -> None:
    (first,) = [result for result in results(judge) if result.notice.name.startswith("00")]
    ratios = first.score.ratios()
    assert ratios["duty_f1"] == ratios["owner_f1"] == ratios["role_accuracy"] == 1.0
    assert ratios["header_accuracy"] == 1.0
    assert ratios["measure_recall"] >= 0.95
    kinds = Counter(duty.kind for duty in read_notice(first.notice.text).duties)
    assert kinds == {
        ClauseKind.department_duty: 7,
        ClauseKind.collective_duty: 3,
        ClauseKind.measure: 37,
        ClauseKind.target: 10,
    }
