"""The two servers together, and the addresses under which the application finds them."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inclusiv.devstack import broker, postgres
from inclusiv.devstack.processes import Child, stop_all, stop_signals_wait


@contextmanager
def temporary() -> Iterator[dict[str, str]]:
    """Yield DATABASE_URL and REDIS_URL of servers that are thrown away at the end.

    An address already in the environment is used as it is.
    """
    folder = Path(tempfile.mkdtemp(prefix="inclusiv-")).resolve()
    children: list[Child] = []
    addresses = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    try:
        if "DATABASE_URL" not in addresses:
            database = postgres.launch(
                folder / "postgres",
                password=secrets.token_urlsafe(24),
                log=folder / "postgres.log",
                settings=postgres.FAST,
            )
            children.append(database.child)
            addresses["DATABASE_URL"] = database.url
        if "REDIS_URL" not in addresses:
            redis = broker.launch(
                folder / "redis", password=secrets.token_urlsafe(24), log=folder / "redis.log", durable=False
            )
            children.append(redis.child)
            addresses["REDIS_URL"] = redis.url
        yield addresses
    finally:
        with stop_signals_wait():
            stop_all(children)
            shutil.rmtree(folder, ignore_errors=True)
