"""The databases that tests are given: fresh, empty, separate, and run by nobody who matters."""

import pytest
import sqlalchemy as sa

from tests import postgres


def test_database_is_fresh_and_takes_a_table(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    try:
        assert sa.inspect(engine).get_table_names() == []
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE meeting (id integer PRIMARY KEY)"))
            connection.execute(sa.text("INSERT INTO meeting VALUES (1)"))
        with engine.begin() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM meeting")).scalar_one() == 1
    finally:
        engine.dispose()


@pytest.mark.postgres
def test_each_call_makes_another_database(postgres_server: postgres.PostgresServer) -> None:
    first, second = postgres_server(), postgres_server()
    assert first != second
    assert sa.make_url(first).drivername == "postgresql+psycopg"
    for url in (first, second):
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            assert connection.execute(sa.text("SHOW timezone")).scalar_one() == "UTC"
            assert connection.execute(sa.text("SHOW server_encoding")).scalar_one() == "UTF8"
            connection.execute(sa.text("CREATE TABLE only_here (id integer)"))
        engine.dispose()
        postgres_server.drop(url)


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("postgres", True),
        ("browser, postgres", True),
        ("browser postgres", True),
        ("", False),
        ("post", False),
    ],
)
def test_what_must_not_be_skipped(value: str, answer: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVENOR_TEST_REQUIRE", value)
    assert postgres.required() is answer
