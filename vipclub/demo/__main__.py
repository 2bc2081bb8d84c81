"""`make demo`: fill the demo once, then serve it with the worker running, until Ctrl+C."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from vipclub import logs
from vipclub.core.shipped import CHECKOUT
from vipclub.settings import Settings, SettingsError

ROLES = {
    "member": "/",
    "manager": "/manager/",
    "partner": "/partner/",
    "desk": "/desk/",
    "operations": "/operations/",
    "policy": "/admin/",
    "admin": "/admin/",
    "auditor": "/admin/audit",
}


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--fresh", action="store_true")
    given = parser.parse_args()
    logs.configure("warning")
    os.environ.setdefault("VIPCLUB_BASE_URL", f"http://127.0.0.1:{given.port}")
    try:
        settings = Settings.load()
    except SettingsError as error:
        return _stop(str(error))
    if settings.production:
        return _stop("The demo never runs in production: VIPCLUB_ENV=development is needed.")
    if not _is_free(given.port):
        return _stop(f"Port {given.port} is taken. Another one: make demo PORT={given.port + 1}")
    _prepare(settings, given)
    _welcome(settings, given.port)
    return _serve(given.port)


def _stop(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return 1


def _say(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)  # noqa: T201


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _prepare(settings: Settings, given: argparse.Namespace) -> None:
    """Fill the demo's database unless it is filled; one that was left half filled starts anew."""
    from vipclub.database import open_database
    from vipclub.demo.fill_database import fill
    from vipclub.migration import upgrade

    ready = settings.instance / "demo.json"
    if given.fresh or not ready.exists():
        _clear(settings.instance)
    database = open_database(settings)
    if ready.exists():
        upgrade(database)
    else:
        fill(database, settings, persons=given.people, seed=given.seed, say=_say)
    database.dispose()


def _clear(instance: Path) -> None:
    """Remove what an earlier demo left in the instance folder; its keys stay."""
    for pattern in ("vipclub.db*", "demo.json", "feeds/*", "mail/*"):
        for path in instance.glob(pattern):
            path.unlink()


def _welcome(settings: Settings, port: int) -> None:
    demo = json.loads((settings.instance / "demo.json").read_text())
    lines = ["", f"  The club is open: http://127.0.0.1:{port}/", ""]
    for role, path in ROLES.items():
        sign_in = demo["sign_ins"][role]
        lines.append(
            f"  {role:<11} {sign_in['login']:<26} {sign_in['password']}   "
            f"http://127.0.0.1:{port}{path}"
        )
    lines += [
        "",
        f"  Mails are written to {_short(settings.instance / 'mail')}. Stop with Ctrl+C.",
        "",
    ]
    print("\n".join(lines), flush=True)  # noqa: T201


def _short(path: Path) -> str:
    return (
        str(path.relative_to(CHECKOUT)) if CHECKOUT and path.is_relative_to(CHECKOUT) else str(path)
    )


def _serve(port: int) -> int:
    """The server and the worker as children; both end when this process does, or when one of
    them dies."""
    command = [sys.executable, "-m", "vipclub.cli"]
    children = [
        subprocess.Popen([*command, "worker"]),
        subprocess.Popen([*command, "serve", "--host", "127.0.0.1", "--port", str(port)]),
    ]

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for child in children:
            child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while all(child.poll() is None for child in children):
        time.sleep(0.2)
    for child in children:
        if child.poll() is None:
            child.terminate()
    codes = [child.wait(timeout=20) for child in children]
    return max((code for code in codes if code > 0), default=0)


if __name__ == "__main__":
    sys.exit(main())
