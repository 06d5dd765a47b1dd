"""A real PostgreSQL for tests, without docker: whichever binaries are found, else a skip.

As root the server runs as an unprivileged user, because it refuses root. It listens on a unix
socket only. `TEST_PG_URL` names a server that is there already.
"""

import contextlib
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def _binary(name: str) -> str | None:
    folders = [
        os.environ.get("PG_BIN", ""),
        *sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True),  # noqa: PTH207
        *os.environ.get("PATH", "").split(":"),
        "/usr/local/bin",
        "/opt/homebrew/bin",
    ]
    for folder in filter(None, folders):
        path = Path(folder, name)
        if os.access(path, os.X_OK):
            return str(path.resolve())
    return None


def _unprivileged() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _url(folder: Path, database: str) -> str:
    return f"postgresql://t@/{database}?host={folder}"


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The URL of a fresh server's first database, as long as the context lives."""
    initdb, postgres = _binary("initdb"), _binary("postgres")
    if not (initdb and postgres):
        pytest.skip("no PostgreSQL binaries")
    who = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="pgt-", dir="/tmp"))  # a socket's path is short
    if who:
        os.chown(folder, who["user"], who["group"])
    fresh = ["-U", "t", "-A", "trust", "--no-sync", "--no-locale", "-E", "UTF8"]
    subprocess.run(
        [initdb, "-D", f"{folder}/data", *fresh],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        **who,
    )
    fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses="]
    options = [part for option in [*fast, "max_connections=200"] for part in ("-c", option)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [postgres, "-D", f"{folder}/data", "-k", str(folder), *options],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,
            **who,
        )
    try:
        _await_ready(_url(folder, "postgres"), folder / "log")
        yield _url(folder, "postgres")
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _await_ready(url: str, log: Path) -> None:
    import psycopg

    for _ in range(500):
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(url).close()
            return
        time.sleep(0.02)
    raise RuntimeError(log.read_text())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    pytest.importorskip("psycopg")
    if given := os.environ.get("TEST_PG_URL"):
        yield given
        return
    with server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database of its own."""
    import psycopg

    name = f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    yield postgres_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: each test that asks for it runs on both."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path}/selfheal.db"
