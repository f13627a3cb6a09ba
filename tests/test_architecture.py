"""The house keeps its shape: who may import whom, and that nothing happens at import.

Read from the syntax trees, so that an import inside a function counts as well. A failure
names file, line and rule.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ("config", "tasks", "bot", "migrations")
FOLDERS = {*HOUSE, "deploy", "docs", "tests"}
MADE_BY_TOOLS = {"build", "data", "dist", "__pycache__"}
LONGEST = 400

PURE = (
    *("vocabulary", "errors", "policy", "calendars", "periods", "due", "classes", "workflow"),
    *("replies", "reading", "matching", "typos", "scopes", "instructions", "revision", "exports"),
    *("chips", "gate", "cooperation", "recurrence", "announcing"),
)
STANDARD = frozenset(sys.stdlib_module_names)
OURS = frozenset((*HOUSE, "tests"))
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
CLOCKS |= {("time", name) for name in ("time", "time_ns", "monotonic", "localtime", "gmtime")}


@dataclass(frozen=True, slots=True)
class Import:
    """One name that a module imports; `late` when only once a function is called."""

    module: str
    target: str
    line: int
    late: bool

    @property
    def top(self) -> str:
        return self.target.split(".")[0]


@cache
def modules() -> dict[str, Path]:
    """Every module of the house, by its dotted name."""
    found = {}
    for folder in HOUSE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def imports(module: str) -> tuple[Import, ...]:
    path = modules()[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    return tuple(_imports(tree(path), module, package, late=False))


def _imports(node: ast.AST, module: str, package: str, *, late: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        inner = late or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for target in _targets(child, package):
            yield Import(module, target, getattr(child, "lineno", 0), late)
        yield from _imports(child, module, package, late=inner)


def _targets(node: ast.AST, package: str) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=origin, names=names, level=level):
            parts = package.split(".") if level else []
            base = ".".join(parts[: len(parts) - level + 1] + ([origin] if origin else []))
            # `from bot import sandbox` imports bot.sandbox: what is named may be a module.
            yield from (f"{base}.{alias.name}" for alias in names)
        case ast.Call(
            func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
            args=[ast.Constant(value=str(target)), *_],
        ):
            yield target


def within(name: str, *packages: str) -> bool:
    """Whether the name is one of the packages or lies in one."""
    return any(name == package or name.startswith(package + ".") for package in packages)


def breaches(allowed: Callable[[Import], bool], *rooms: str) -> list[str]:
    """The imports in those rooms that are not allowed, as file:line and what it is."""
    return [
        f"{modules()[module].relative_to(ROOT)}:{one.line} imports {one.target}"
        for module in modules()
        if within(module, *rooms)
        for one in imports(module)
        if not allowed(one)
    ]


def test_the_house_is_there() -> None:
    # Else a moved folder would make every rule below hold for nothing.
    assert {"config.settings", "tasks.due", "bot.sandbox.server"} <= modules().keys()
    assert any(within(one.target, "tasks.vocabulary") for one in imports("tasks.due"))


def test_only_the_known_folders_stand_at_the_top() -> None:
    found = {path.name for path in ROOT.iterdir() if path.is_dir()}
    strange = {
        name
        for name in found - FOLDERS - MADE_BY_TOOLS
        if not name.startswith(".") and not name.endswith(".egg-info")
    }
    assert not strange, f"no room of the house: {sorted(strange)}"


def test_config_imports_nothing_of_ours() -> None:
    assert not breaches(lambda one: one.top not in OURS or one.top == "config", "config")


def test_tasks_knows_no_chat_and_no_operator() -> None:
    forbidden = ("telegram", "apscheduler", "bot", "config", "migrations", "tests", "aiohttp")
    assert not breaches(lambda one: not within(one.target, *forbidden), "tasks")


def test_the_pure_rules_import_only_each_other() -> None:
    pure = tuple(f"tasks.{name}" for name in PURE)

    def allowed(one: Import) -> bool:
        if one.top in STANDARD or within(one.target, *pure):
            return True
        if within(one.module, "tasks.reading.files"):
            # Each format's library, and only once such a file is met.
            return one.top in {"lxml", "openpyxl", "pypdf"} and one.late
        if within(one.module, "tasks.exports"):
            return one.top == "openpyxl" and one.late
        return one.module == "tasks.calendars" and one.target == "chinese_calendar"

    assert not breaches(allowed, *pure)


def test_the_pure_rules_reach_no_file_and_no_network() -> None:
    doors = (
        "socket",
        "sqlite3",
        "subprocess",
        "threading",
        "asyncio",
        "urllib.request",
        "logging",
    )
    pure = tuple(f"tasks.{name}" for name in PURE)

    def allowed(one: Import) -> bool:
        # It only silences what the library would tell of a file.
        silent = one.module == "tasks.reading.files.pdf" and one.target == "logging"
        return silent or not within(one.target, *doors)

    assert not breaches(allowed, *pure)


def test_the_sandbox_knows_no_other_part() -> None:
    def allowed(one: Import) -> bool:
        return one.top in STANDARD | {"aiohttp", "telegram"} or within(one.target, "bot.sandbox")

    assert not breaches(allowed, "bot.sandbox")


def test_the_bot_does_not_know_the_sandbox() -> None:
    def allowed(one: Import) -> bool:
        if not within(one.target, "bot.sandbox") or within(one.module, "bot.sandbox"):
            return True
        room = one.module.split(".")[1] if "." in one.module else ""
        if room.startswith("demo"):
            return True
        return one.late and (room == "__main__" or room.startswith("cli"))

    assert not breaches(allowed, "bot")


def test_migrations_do_not_know_the_bot() -> None:
    assert not breaches(lambda one: not within(one.target, "bot", "tests"), "migrations")


def test_nothing_that_runs_needs_the_tests() -> None:
    assert not breaches(lambda one: one.top != "tests", *HOUSE)


def test_no_module_is_long() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in modules().values()}
    long = [f"{p.relative_to(ROOT)}:{n} lines" for p, n in lengths.items() if n > LONGEST]
    assert not long, f"more than {LONGEST} lines"


def test_every_module_says_what_lives_in_it() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules().values()
        if tree(path).body and not ast.get_docstring(tree(path))
    ]
    assert not silent, "no docstring"


def test_time_is_an_argument_in_tasks() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} reads a clock"
        for module, path in modules().items()
        if within(module, "tasks")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and _attribute(node) in CLOCKS
    ]
    assert not found


def _attribute(node: ast.Attribute) -> tuple[str, str]:
    """`datetime.datetime.now` and `datetime.now` are both ("datetime", "now")."""
    match node.value:
        case ast.Name(id=owner) | ast.Attribute(attr=owner):
            return owner, node.attr
    return "", node.attr


WATCHER = """
import importlib, json, logging, sys, threading

root, names = sys.argv[1], sys.argv[2:]
seen = []

def where():
    # The nearest line of ours that the event comes from, unless an import lies between:
    # what another library does when it is imported is its own affair.
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return None
        if file.startswith(root) and "site-packages" not in file:
            return f"{file[len(root) + 1:]}:{frame.f_lineno}"
        frame = frame.f_back
    return None

DOORS = ("open", "os.", "shutil.", "socket.", "sqlite3.", "subprocess.", "_thread.", "tempfile.")

def watch(event, args):
    if event == "open" and "zoneinfo" in str(args[0]):
        return  # a zone named as a constant: data as fixed as the code
    if event.startswith(DOORS) and (line := where()):
        seen.append(f"{line} {event}")

sys.addaudithook(watch)
for name in names:
    threads = threading.active_count()
    importlib.import_module(name)
    if threading.active_count() > threads:
        seen.append(f"{name} starts a thread")
    if logging.getLogger().handlers or logging.getLogger().level != logging.WARNING:
        seen.append(f"{name} configures logging")
        logging.getLogger().handlers.clear()
        logging.getLogger().setLevel(logging.WARNING)
print(json.dumps(seen))
"""


def watched(root: Path, *names: str) -> list[str]:
    """What happens while the modules are imported, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WATCHER, str(root), *names],
        cwd=root,
        # Pydantic looks for plugins in every installed package when its first class is made.
        env={"PYTHONPATH": str(root), "PYDANTIC_DISABLE_PLUGINS": "__all__"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def test_nothing_happens_at_import() -> None:
    # Alembic runs `env` as a program, with its context set up; nobody imports it.
    names = [name for name in modules() if name != "migrations.env"]
    assert watched(ROOT, *names) == []


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("open(__file__).close()", "loud.py:1 open"),
        ("import pathlib; pathlib.Path(__file__).read_text()", "loud.py:1 open"),
        ("import os; os.mkdir(__file__ + 'd')", "loud.py:1 os.mkdir"),
        ("import sqlite3; sqlite3.connect(':memory:')", "loud.py:1 sqlite3.connect"),
        ("import socket; socket.socket().close()", "loud.py:1 socket.__new__"),
        ("import logging; logging.basicConfig()", "loud configures logging"),
        (
            "import threading, time; threading.Thread(target=time.sleep, args=(1,)).start()",
            "loud starts a thread",
        ),
    ],
)
def test_the_watcher_sees_what_happens(tmp_path: Path, code: str, told: str) -> None:
    (tmp_path / "loud.py").write_text(code)
    assert told in watched(tmp_path, "loud")


@pytest.mark.parametrize(
    ("code", "targets"),
    [
        ("import bot.sandbox.server as s", {"bot.sandbox.server"}),
        ("from bot import sandbox", {"bot.sandbox"}),
        ("from . import x\nfrom .. import y\nfrom .z import w", {"a.b.x", "a.y", "a.b.z.w"}),
        ("import importlib\nimportlib.import_module('bot')", {"importlib", "bot"}),
        ("def f():\n    try:\n        import late\n    except ImportError: pass", {"late"}),
        ("if True:\n    from soon import x", {"soon.x"}),
    ],
)
def test_every_form_of_import_is_seen(code: str, targets: set[str]) -> None:
    found = list(_imports(ast.parse(code), "a.b.c", "a.b", late=False))
    assert {one.target for one in found} == targets
    assert {one.target for one in found if one.late} == targets & {"late"}
