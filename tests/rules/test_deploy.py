"""What an operator copies and reads agrees with the program."""

import re
from pathlib import Path

import pytest

from config.settings import Settings, load

KNOWN = {f"DUBAN_{name.upper()}" for name in Settings.model_fields}
LINE = re.compile(r"^(?P<kind>#|# example: )?(?P<name>DUBAN_\w+)=(?P<value>.*)$", re.MULTILINE)


@pytest.fixture
def example(repository: Path) -> list[re.Match[str]]:
    text = (repository / "deploy" / "duban.env.example").read_text(encoding="utf-8")
    return list(LINE.finditer(text))


def test_the_example_names_every_setting_once(example: list[re.Match[str]]) -> None:
    named = {found["name"].removesuffix("_FILE") for found in example}
    assert named == KNOWN


def test_the_example_shows_the_defaults(example: list[re.Match[str]]) -> None:
    shown = {found["name"]: found["value"] for found in example if found["kind"] == "#"}
    assert "DUBAN_TIMEZONE" in shown
    assert load(shown, Path("no-such.env")) == Settings()


def test_the_examples_are_values_that_pass(example: list[re.Match[str]], tmp_path: Path) -> None:
    shown = {found["name"]: found["value"] for found in example if found["kind"] == "# example: "}
    days = tmp_path / "days.txt"
    days.write_text("2027-02-06..2027-02-12 off\n", encoding="utf-8")
    settings = load(shown | {"DUBAN_WORKING_DAYS_FILE": str(days)}, Path("no-such.env"))
    for name in shown:
        field = name.removeprefix("DUBAN_").removesuffix("_FILE").lower()
        assert getattr(settings, field) != getattr(Settings(), field), name


def test_the_example_can_be_used_as_it_is(repository: Path) -> None:
    assert load({}, repository / "deploy" / "duban.env.example") == Settings()


def test_no_paper_names_a_setting_that_is_none(repository: Path) -> None:
    papers = [*repository.glob("*.md"), *(repository / "deploy").iterdir()]
    assert repository / "deploy" / "RUNBOOK.md" in papers
    strange = {
        f"{paper.name}: {name}"
        for paper in papers
        for name in re.findall(r"\bDUBAN_[A-Z_]+\b", paper.read_text(encoding="utf-8"))
        if name.removesuffix("_FILE") not in KNOWN | {"DUBAN_NAME"}
        and not name.startswith("DUBAN_TEST_")
        and not name.endswith("_")
    }
    assert not strange
