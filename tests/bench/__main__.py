"""Run every measurement, print one table and write `build/bench.json`."""

import importlib
import json
import pkgutil
import sys
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

KEYS = ("name", "value", "unit", "ratio_to", "ratio", "exponent")
NEEDED = {"name", "value", "unit"}
WORDS = {"name", "unit", "ratio_to"}
RESULT = Path("build") / "bench.json"


def main(words: list[str]) -> int:
    """Measure what is asked for by name (all without words); 1 when a measurement failed."""
    rows: list[dict[str, Any]] = []
    failed = []
    for name in found(words):
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            measured = importlib.import_module(f"tests.bench.{name}").measure()
            rows += [checked(row) for row in measured]
        except Exception:
            traceback.print_exc()
            failed.append(name)
    print(table(rows))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def found(words: Iterable[str]) -> list[str]:
    """The measurements whose name contains one of the words; all of them without words."""
    here = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    wanted = list(words)
    return [
        name
        for name in sorted(here)
        if name.startswith("bench_") and (not wanted or any(word in name for word in wanted))
    ]


def checked(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row in the order of the keys; absent ones stay out."""
    given = {key: value for key, value in row.items() if value is not None}
    wrong = (given.keys() - set(KEYS)) | (NEEDED - given.keys())
    wrong |= {key for key, value in given.items() if not fits(key, value)}
    if wrong:
        raise ValueError(f"a row with wrong or missing {sorted(wrong)}: {dict(row)}")
    return {key: given[key] for key in KEYS if key in given}


def fits(key: str, value: object) -> bool:
    if key in WORDS:
        return isinstance(value, str)
    return isinstance(value, int | float) and not isinstance(value, bool)


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows for reading, numbers to the right."""
    cells = [("name", "value", "unit", "ratio", "to", "exponent")]
    for row in rows:
        ratio, exponent = row.get("ratio"), row.get("exponent")
        cells.append(
            (
                row["name"],
                number(row["value"]),
                row["unit"],
                "" if ratio is None else f"{ratio:.3g}",
                row.get("ratio_to", ""),
                "" if exponent is None else f"{exponent:.2f}",
            )
        )
    widths = [max(len(line[n]) for line in cells) for n in range(len(cells[0]))]
    right = (False, True, False, True, False, True)
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at_right else cell.ljust(width)
            for cell, width, at_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in cells
    )


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
