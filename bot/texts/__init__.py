"""The words of the bot: one catalogue per language, read once when first needed.

A catalogue is a TOML file with one table per message; a key is the path to a sentence, such
as `digest.title`. Both languages hold the same keys with the same placeholders.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

LANGUAGES = ("zh", "en")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The sentences of a language by key; those of the first for one that is not known."""
    if language not in LANGUAGES:
        return catalogue(LANGUAGES[0])
    source = files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return MappingProxyType(dict(_flat(tomllib.loads(source), "")))


def _flat(table: Mapping[str, object], path: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", str(value).strip("\n")
