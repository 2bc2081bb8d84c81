"""Gunicorn's processes, as the club runs them: no connection is reset when they stop or change.

The first process holds the listening sockets, one for each worker, so that what waits in a queue
outlives the worker that dies. HUP: new workers come first, and the old are told to stop when the
new ones accept. TERM: nobody begins a connection here any more (`listening_sockets`), then the
workers take what has come, answer it with `Connection: close`, and end.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import time
from collections import Counter
from typing import ClassVar

from gunicorn import systemd  # type: ignore[import-untyped]
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]
from gunicorn.errors import HaltServer  # type: ignore[import-untyped]
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker  # type: ignore[import-untyped]

from vipclub import listening_sockets

BOOT_SECONDS = 60
"""How long a new worker may take to load the application, at HUP."""
ENDING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGQUIT})
COLLECTED_FROM = 20_000
"""New objects until Python looks for circles among them: those of some requests. At 700, Python's
own number, it looks several times a request, and a sixth of the time goes there."""


def collect_seldom() -> None:
    """What is loaded at the start lives as long as the process: nobody looks through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_FROM, 10, 10)


class WebWorker(ThreadWorker):  # type: ignore[misc]
    """A worker with a socket of its own, which listens from when the application is loaded."""

    ready: ClassVar[int] = -1
    """Where a worker writes a byte when it accepts; set before the fork."""
    of_others: ClassVar[list[socket.socket]] = []
    """Sockets that this worker has no business with; set before the fork."""
    sockets: list[socket.socket]

    def init_process(self) -> None:
        for other in self.of_others:
            other.close()
        super().init_process()

    def run(self) -> None:
        collect_seldom()
        for listening in self.sockets:
            listening.listen(listening_sockets.BACKLOG)
        os.write(self.ready, b"1")
        os.close(self.ready)
        super().run()

    def handle_exit(self, sig: int, frame: object) -> None:
        """TERM: take what has come in, then stop as gunicorn does."""
        if self.alive:
            self.method_queue.defer(self._stop_accepting)

    def _stop_accepting(self) -> None:
        if self._accepting:
            for listening in self.sockets:
                self._accept_all(listening)
            self.set_accept_enabled(False)
        for listening in self.sockets:
            listening.close()
        self.sockets = []
        self.alive = False
        soon = time.monotonic() + STOP_KEEPALIVE_LINGER
        for conn in self.pending_conns:  # connected, and nothing sent yet
            conn.timeout = min(conn.timeout, soon)

    def _accept_all(self, listening: socket.socket) -> None:
        before = -1
        while self.nr_conns != before:
            before = self.nr_conns
            self.accept(listening)

    def murder_keepalived(self, force: bool = False) -> None:
        """Look once more before an idle connection is closed: a request may just have come, and
        closing over it would be a reset."""
        now = time.monotonic()
        for conn in [c for c in self.keepalived_conns if not force and c.timeout <= now]:
            if _has_sent(conn.sock):
                self.on_client_socket_readable(conn, conn.sock)
        super().murder_keepalived(force)


def _has_sent(connection: socket.socket) -> bool:
    try:
        return bool(connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:
        return False


class WebProcesses(Arbiter):  # type: ignore[misc]
    """The first process: it holds the sockets and looks after the workers."""

    def __init__(self, app: BaseApplication, *, host: str, port: int) -> None:
        super().__init__(app)
        self._place = host, port
        self._socket_of: dict[int, socket.socket] = {}
        self._ready, self._readied = os.pipe()
        os.set_blocking(self._ready, False)
        self._awaited: int | None = None
        self._notify: str | None = None
        self._ending = False

    def start(self) -> None:
        """Bind, unless sockets were handed over: by systemd, or by a process before this one."""
        if not {"GUNICORN_FD", "LISTEN_FDS"} & os.environ.keys():
            self.LISTENERS = listening_sockets.bind(*self._place, self.num_workers)
        self._awaited = self.num_workers
        self._notify = os.environ.pop("NOTIFY_SOCKET", None)  # gunicorn would be ready too early
        super().start()

    def signal(self, sig: int, frame: object) -> None:
        """Whoever is told to end waits for nothing that a HUP waits for."""
        self._ending = self._ending or sig in ENDING
        super().signal(sig, frame)

    def spawn_worker(self) -> int:
        """With the socket that fewest others serve."""
        serving = Counter(self._socket_of[pid].fileno() for pid in self.WORKERS)
        every = self.LISTENERS
        mine = min(every, key=lambda one: serving[one.fileno()])
        WebWorker.ready = self._readied
        WebWorker.of_others = [one for one in every if one is not mine]
        self.LISTENERS = [mine]
        try:
            pid: int = super().spawn_worker()
        finally:
            self.LISTENERS = every
        self._socket_of[pid] = mine
        return pid

    def manage_workers(self) -> None:
        super().manage_workers()
        if self._awaited is not None:
            self._awaited -= self._readied_by_now()
            if self._awaited <= 0:
                self._awaited = None
                self._tell_ready()

    def _readied_by_now(self) -> int:
        try:
            return len(os.read(self._ready, 64))
        except BlockingIOError:
            return 0

    def _tell_ready(self) -> None:
        host, port = self._place
        self.log.warning("ready on %s:%s with %s workers", host, port, self.num_workers)
        if self._notify:
            os.environ["NOTIFY_SOCKET"] = self._notify
            systemd.sd_notify("READY=1", self.log)

    def handle_hup(self) -> None:
        """New workers with the same code and settings; the old stop when the new accept. When they
        can't, the old stay. A signal to end is heard meanwhile: then all are stopped together."""
        self.log.reopen_files()
        old = set(self.WORKERS)
        self._readied_by_now()
        for _ in range(self.num_workers):
            self.spawn_worker()
        accept = self._new_ones_accept()
        if self._ending:
            return
        if accept:
            leaving, how = old, signal.SIGTERM
            if self._awaited is not None:  # it came before the first workers accepted
                self._awaited = None
                self._tell_ready()
        else:
            self.log.error("new workers don't start: the old go on")
            leaving, how = set(self.WORKERS) - old, signal.SIGKILL
        for pid in leaving & set(self.WORKERS):
            self.kill_worker(pid, how)
        until = time.monotonic() + self.cfg.graceful_timeout
        while leaving & set(self.WORKERS) and time.monotonic() < until and not self._ending:
            self._all_boot()
            time.sleep(0.1)

    def _new_ones_accept(self) -> bool:
        missing, until = self.num_workers, time.monotonic() + BOOT_SECONDS
        while missing > 0:
            if self._ending or not self._all_boot() or time.monotonic() > until:
                return False
            select.select([self._ready], [], [], 0.1)
            missing -= self._readied_by_now()
        return True

    def _all_boot(self) -> bool:
        """Look after those that ended. False when one couldn't load the application."""
        try:
            self.reap_workers()
        except HaltServer:
            return False
        return True

    def stop(self, graceful: bool = True) -> None:
        """Let nobody begin a connection here, give those that have begun time to stand, then
        stop. Sockets that others go on with are left as they are."""
        ours = self.reexec_pid == self.master_pid == 0 and not self.systemd
        if graceful and ours:
            for listening in self.LISTENERS:
                listening_sockets.let_nobody_begin(listening)
            time.sleep(listening_sockets.SETTLING_SECONDS)
        super().stop(graceful)

    def handle_ttin(self) -> None:
        """As many workers as sockets: `--workers` says how many."""

    handle_ttou = handle_ttin
