"""That the search finds what is there, tells how to find it again, and ends as it should."""

from pathlib import Path
from random import Random

import pytest

from tests.fuzz import __main__ as fuzz
from tests.fuzz.targets import TARGETS, Input, Target, hold


@pytest.mark.parametrize("kind", TARGETS)
def test_some_inputs_of_each_kind_hold(kind: str) -> None:
    for number in range(25):
        TARGETS[kind].check(TARGETS[kind].make(Random(f"{kind} 1 {number}")), Random(number))


@pytest.mark.parametrize("kind", TARGETS)
def test_an_input_follows_from_its_number(kind: str) -> None:
    one, same, other = (TARGETS[kind].make(Random(seed)) for seed in ("a", "a", "b"))
    assert one == same
    assert one != other


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["fuzz", *words])
    # The bound on memory would outlast the test.
    monkeypatch.setattr("resource.setrlimit", lambda *bound: None)
    return fuzz.main()


def test_a_finding_is_written_small_and_made_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def check(said: Input, _: Random) -> None:
        hold("责任" not in str(said), "no text says that")

    monkeypatch.setitem(TARGETS, "text", Target(TARGETS["text"].make, check))
    monkeypatch.setattr(fuzz, "ROOT", tmp_path)
    monkeypatch.setattr(fuzz, "FOLDER", tmp_path / "build" / "fuzz")
    assert run(monkeypatch, "--minutes", "0.2", "--seed", "5", "--only", "text") == 1
    (found,) = (tmp_path / "build" / "fuzz").iterdir()
    assert found.read_text("utf-8") == "责任"
    number = found.name.rpartition("-")[2]
    told = capsys.readouterr().out
    assert "seed 5\n" in told
    assert "no text says that" in told
    found.unlink()
    again = ("--seed", "5", "--only", "text", "--number")
    assert run(monkeypatch, *again, number) == 1
    assert found.read_text("utf-8") == "责任"


def test_what_takes_too_long_is_a_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def check(_said: Input, _chance: Random) -> None:
        while True:
            pass

    monkeypatch.setitem(TARGETS, "file", Target(TARGETS["file"].make, check))
    monkeypatch.setattr(fuzz, "PATIENCE", 1)
    monkeypatch.setattr(fuzz, "ROOT", tmp_path)
    monkeypatch.setattr(fuzz, "FOLDER", tmp_path)
    assert run(monkeypatch, "--minutes", "1", "--only", "file") == 1


def test_nothing_found_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--minutes", "0.01", "--only", "saying") == 0
    assert "0 findings" in capsys.readouterr().out
