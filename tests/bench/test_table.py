"""The door of the measurements: what rows it takes and what it writes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import checked, table


def test_a_row_keeps_its_keys_in_order_and_leaves_absent_ones_out() -> None:
    row = checked({"unit": "s", "ratio": None, "value": 2, "name": "x", "exponent": 1.1})
    assert list(row.items()) == [("name", "x"), ("value", 2), ("unit", "s"), ("exponent", 1.1)]


@pytest.mark.parametrize(
    "row",
    [
        {"name": "x", "value": 1},
        {"name": "x", "value": "1", "unit": "s"},
        {"name": "x", "value": True, "unit": "s"},
        {"name": "x", "value": 1, "unit": "s", "speed": 2},
    ],
)
def test_a_wrong_row_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="wrong or missing"):
        checked(row)


def test_the_table_lines_up() -> None:
    rows = [
        {
            "name": "sweep",
            "value": 12345.6,
            "unit": "tasks/s",
            "ratio": 0.00226,
            "ratio_to": "orm",
        },
        {"name": "a longer name", "value": 0.01234, "unit": "s"},
    ]
    assert table(rows).splitlines() == [
        "name            value  unit       ratio  to   exponent",
        "sweep          12,346  tasks/s  0.00226  orm",
        "a longer name  0.0123  s",
    ]


def test_the_result_is_written_as_json(tmp_path: Path, repository: Path) -> None:
    # A name that no measurement has: the door itself is tried, in seconds.
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "no-such-measurement"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "build" / "bench.json").read_text()) == []
