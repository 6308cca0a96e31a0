"""Fixtures of real databases: SQLite files and a PostgreSQL server of our own, which can be stopped and started."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

__all__ = ["Postgres", "new_store_url", "postgres", "postgres_server", "url"]


@dataclass(frozen=True)
class Postgres:
    """A server on a free loopback port. `url` has no database's name."""

    url: str
    start: Callable[[], None]
    stop: Callable[[], None]

    def new_database(self) -> str:
        """URL of an empty database."""
        name = f"t{uuid.uuid4().hex}"
        at = self.url.replace("postgresql:", "postgresql+psycopg:")
        engine = create_engine(f"{at}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return f"{self.url}/{name}"


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


@contextmanager
def _server() -> Iterator[Postgres]:
    binaries = _binaries()
    if binaries is None:
        if os.environ.get("CI"):
            pytest.fail("no PostgreSQL server binaries on this CI machine: apt-get install postgresql")
        pytest.skip("no PostgreSQL server binaries (apt-get install postgresql)")
    # The server refuses to run as root, and its socket's path must be short.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    as_server = ["runuser", "-u", "postgres", "--"] if root else []
    folder = Path(tempfile.mkdtemp(prefix="pg"))

    def run(*command: str) -> None:
        done = subprocess.run(
            [*as_server, *command], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout

    try:
        if root:
            shutil.chown(folder, "postgres")
        (folder / "password").write_text("s3cret-word")
        (folder / "password").chmod(0o644)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        data, control = str(folder / "data"), str(binaries / "pg_ctl")
        run(str(binaries / "initdb"), "-D", data, "-U", "tester", "-A", "scram-sha-256", "-E", "UTF8", "--no-sync",
            "--locale=C", f"--pwfile={folder / 'password'}")  # fmt: skip
        options = f"-h 127.0.0.1 -p {port} -k {folder} -F"

        def start() -> None:
            # The server keeps its output; a pipe of ours would never end.
            run(control, "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")

        def stop() -> None:
            run(control, "-D", data, "-w", "-m", "immediate", "stop")

        start()
        try:
            yield Postgres(f"postgresql://tester:s3cret-word@127.0.0.1:{port}", start, stop)
        finally:
            stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One server for all tests of a process. Whoever stops it starts it again."""
    with _server() as server:
        yield server


@pytest.fixture
def postgres(postgres_server: Postgres) -> str:
    """The server's URL without the database's name."""
    return postgres_server.url


def new_store_url(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """URL of a store that does not exist yet: "sqlite" or "postgresql"."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'new folder' / '100%' / 'evidence.sqlite'}"
    server: Postgres = request.getfixturevalue("postgres_server")
    return server.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a store that does not exist yet."""
    return new_store_url(request.param, request, tmp_path)
