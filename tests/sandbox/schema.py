"""The published description of the Bot API, and a judge of JSON against it.

The description stands beside the project, not in it; tests that need it skip where it is
absent.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[3] / "shared" / "telegram" / "api-10.0.json"

_PLAIN: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (float, int),
    "Boolean": (bool,),
    "True": (bool,),
}


@cache
def published() -> dict[str, Any]:
    """The whole description."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def fields(named: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields of a method or type by name."""
    return {field["name"]: field for field in named.get("fields", [])}


def faults_of(value: object, kind: str, at: str = "") -> list[str]:
    """What is wrong with a JSON value that should be of this kind; nothing if it is right."""
    at = at or kind
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{at} is no array"]
        inner = kind.removeprefix("Array of ")
        return [f for n, one in enumerate(value) for f in faults_of(one, inner, f"{at}[{n}]")]
    if kind in _PLAIN:
        wrong = not isinstance(value, _PLAIN[kind])
        wrong |= isinstance(value, bool) and kind in {"Integer", "Float"}
        return [f"{at} is no {kind}: {value!r}"] if wrong else []
    described = published()["types"][kind]
    if "subtypes" in described:
        return min((faults_of(value, sub, at) for sub in described["subtypes"]), key=len)
    if not isinstance(value, dict):
        return [f"{at} is no {kind}"]
    return _object_faults(value, fields(described), at)


def _object_faults(
    value: dict[str, object], known: dict[str, dict[str, Any]], at: str
) -> list[str]:
    needed = (name for name, field in known.items() if field["required"])
    found = [f"{at} has no {name}" for name in needed if name not in value]
    for name, one in value.items():
        if name not in known:
            found.append(f"{at} has the unknown field {name}")
            continue
        judged = [faults_of(one, kind, f"{at}.{name}") for kind in known[name]["types"]]
        fewest: list[str] = min(judged, key=len)
        found += fewest
    return found
