"""The migrations make exactly the tables of the models, on both kinds of server."""

import json
import multiprocessing
import re
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

import migrations
from migrations import Standing
from tasks.db import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


def test_an_empty_database_comes_to_the_models_in_one_go(database: Database) -> None:
    assert migrations.standing(database) is Standing.empty
    assert migrations.upgrade(database)
    assert migrations.standing(database) is Standing.current
    assert migrations.differences(database) == []
    assert set(inspect(database.engine).get_table_names()) == {
        "alembic_version",
        *migrations.models().tables,
    }


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    migrations.upgrade(database)
    with database.transaction() as session:
        session.execute(text("INSERT INTO department (name) VALUES ('教育局')"))
    assert not migrations.upgrade(database)
    with database.reading() as session:
        assert session.scalars(text("SELECT name FROM department")).all() == ["教育局"]


def test_every_constraint_and_index_has_the_name_that_the_models_give(database: Database) -> None:
    migrations.upgrade(database)
    migrated = _described(database)
    with database.engine.begin() as connection:
        migrations.models().drop_all(connection)
        migrations.models().create_all(connection)
    made = _described(database)
    assert migrated == made
    names = [name for table in made.values() for name in table["names"]]
    assert None not in names
    assert "fk_part_task_id_task" in names


def test_a_difference_is_seen(database: Database) -> None:
    migrations.upgrade(database)
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE person ADD COLUMN extra INTEGER"))
        connection.execute(text("DROP INDEX ix_part_next_due_at"))
    found = {difference[0] for difference in migrations.differences(database)}
    assert found == {"remove_column", "add_index"}


def test_a_step_can_be_taken_back_and_again(database: Database) -> None:
    migrations.upgrade(database)
    migrations.downgrade(database, "base")
    assert migrations.standing(database) is Standing.empty
    assert migrations.upgrade(database)
    assert migrations.differences(database) == []


def test_what_another_program_left_is_told_apart(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (n INTEGER)"))
    assert migrations.standing(database) is Standing.foreign
    migrations.upgrade(database)
    assert migrations.standing(database) is Standing.current
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert migrations.standing(database) is Standing.ahead


def test_a_step_that_fails_leaves_nothing_behind(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE task (n INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        migrations.upgrade(database)
    assert inspect(database.engine).get_table_names() == ["task"]


def _fresh() -> ForkServerContext:
    """Processes that share nothing with this one; what they import is imported once."""
    fresh = multiprocessing.get_context("forkserver")
    fresh.set_forkserver_preload([__name__])
    return fresh


def test_two_processes_may_make_the_same_database(database_url: str) -> None:
    fresh = _fresh()
    ready = fresh.Barrier(3)
    results = fresh.Queue()
    makers = [fresh.Process(target=_make, args=(database_url, ready, results)) for _ in range(3)]
    for maker in makers:
        maker.start()
    made = sorted(results.get(timeout=60) for _ in makers)
    for maker in makers:
        maker.join()
    assert made == ["False", "False", "True"]


def _make(url: str, ready: "multiprocessing.synchronize.Barrier", results: object) -> None:
    database = Database(url)
    ready.wait()
    try:
        told = str(migrations.upgrade(database))
    except Exception as error:
        told = repr(error)
    results.put(told)  # type: ignore[attr-defined]
    database.dispose()


def test_the_steps_are_found_from_any_folder(tmp_path: Path, repository: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import migrations; from tasks.db import Database;"
            "print(migrations.upgrade(Database('sqlite:///here.sqlite3')))",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(repository)},
    )
    assert (done.stdout, done.returncode) == ("True\n", 0), done.stderr
    assert (tmp_path / "here.sqlite3").exists()


def test_alembic_itself_reads_the_project_file(tmp_path: Path, repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=repository,
        capture_output=True,
        text=True,
        env={"DUBAN_DATABASE_URL": f"sqlite:///{tmp_path / 'a.sqlite3'}"},
    )
    assert done.returncode == 0, done.stderr
    made = Database(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    assert migrations.standing(made) is Standing.current
    made.dispose()


def _described(database: Database) -> dict[str, dict[str, Any]]:
    look = inspect(database.engine)
    found: dict[str, dict[str, Any]] = {}
    for table in migrations.models().tables:
        constraints = [
            look.get_pk_constraint(table),
            *look.get_foreign_keys(table),
            *look.get_unique_constraints(table),
            *look.get_indexes(table),
        ]
        written = _statement(database, table)
        columns = {
            column["name"]: (str(column["type"]), column["nullable"])
            for column in look.get_columns(table)
        }
        found[table] = {
            "names": sorted(_name(constraint, written) for constraint in constraints),
            "columns": columns,
            "written": written,
        }
    return found


def _name(constraint: Any, written: list[str]) -> str:
    """The name of a constraint. SQLAlchemy does not read the one of a reference that SQLite keeps
    with its column, so that is looked up in what is written."""
    if constraint["name"] is not None or "referred_table" not in constraint:
        return f"{constraint['name']}"
    (column,) = constraint["constrained_columns"]
    return next(line.split()[1] for line in written if f"FOREIGN KEY({column}) REFERENCES" in line)


_WITH_ITS_COLUMN = re.compile(r'(\w+) INTEGER (CONSTRAINT \w+) REFERENCES "(\w+)" \(id\)')


def _statement(database: Database, table: str) -> list[str]:
    """How SQLite keeps a table, without white space, the order of its constraints, what a column
    that was added to rows had to be filled with, and where a reference was written."""
    if not database.is_sqlite:
        return []
    with database.reading() as session:
        sql = session.scalar(
            text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}
        )
    assert sql is not None
    inside, _, after = sql.partition("(")[2].rpartition(")")
    assert after in ("", "\n")
    inside = re.sub(r" DEFAULT ('[^']*'|\(?\w+\)?)", "", inside)
    inside = _WITH_ITS_COLUMN.sub(r"\1 INTEGER, \2 FOREIGN KEY(\1) REFERENCES \3 (id)", inside)
    return sorted(part.strip() for part in re.split(r",\s*(?![^(]*\))", inside))


def test_sentences_without_clause_become_rows_and_spans_again(database: Database) -> None:
    _upgrade_to(database, "0001")
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO notice (id, text, text_hash, unmapped, state, imported_at)"
                " VALUES (7, '一二三四五六', 'x', '[[1, 3], [4, 6]]', 'draft',"
                " '2026-09-07 01:00:00')"
            )
        )
    assert migrations.upgrade(database)
    with database.reading() as session:
        rows = session.execute(
            text('SELECT notice_id, start, "end", text, state FROM passage ORDER BY start')
        ).all()
    assert [tuple(row) for row in rows] == [
        (7, 1, 3, "二三", "open"),
        (7, 4, 6, "五六", "open"),
    ]
    migrations.downgrade(database, "0001")
    with database.reading() as session:
        kept = session.scalar(text("SELECT unmapped FROM notice"))
    assert (json.loads(kept) if isinstance(kept, str) else kept) == [[1, 3], [4, 6]]


def test_tasks_and_answers_of_the_version_before_stay_as_they_are(database: Database) -> None:
    _upgrade_to(database, "0002")
    with database.transaction() as session:
        for statement in (
            "INSERT INTO department (id, name) VALUES (1, '教育局')",
            "INSERT INTO notice (id, text, text_hash, state, revision, imported_at)"
            " VALUES (1, '正文', 'x', 'issued', 1, '2026-09-07 01:00:00')",
            "INSERT INTO task (id, notice_id, text, follow_up, due, original_due, extensions,"
            " issued_at) VALUES (5, 1, '自查', 'dated', '2026-09-25', '2026-09-20', 1,"
            " '2026-09-07 01:00:00')",
            "INSERT INTO part (id, task_id, department_id, position, role, state, swept_to)"
            " VALUES (3, 5, 1, 1, 'lead', 'submitted', '2026-09-07 01:00:00')",
            "INSERT INTO report (id, part_id, kind, text, percent, said_at, stored_at)"
            " VALUES (8, 3, 'submission', '申请办结', 90, '2026-09-08 01:00:00',"
            " '2026-09-08 01:00:00')",
        ):
            session.execute(text(statement))
    assert migrations.upgrade(database)
    with database.reading() as session:
        part = session.execute(text("SELECT state, desk_days, replaced_by_id FROM part")).one()
        report = session.execute(text("SELECT text, percent, replaced_at FROM report")).one()
        task = session.execute(text("SELECT extensions, grade, paused_at FROM task")).one()
    assert tuple(part) == ("submitted", 0, None)
    assert tuple(report) == ("申请办结", 90, None)
    assert tuple(task) == (1, None, None)
    migrations.downgrade(database, "0002")
    with database.reading() as session:
        assert session.scalar(text("SELECT text FROM report WHERE id = 8")) == "申请办结"


def _upgrade_to(database: Database, revision: str) -> None:
    from alembic import command

    with database.engine.begin() as connection:
        command.upgrade(migrations._config(connection), revision)
