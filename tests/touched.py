"""Which tests a change calls for: those of the rooms it touches and of the rooms that import them.

A room is a part, a door, the jobs, or a module beside them; `tests/` mirrors them by folder. What
all stand on (the ground, the wiring, the schema, the tests' own footing) calls for everything; the
house's tests are always run. `python -m tests.touched` prints the paths for `make quick`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
ALWAYS = ("tests/house", "tests/acceptance", "tests/test_server.py", "tests/test_settings.py")
EVERYTHING = "tests"
GROUND = frozenset({"app", "core", "database", "migration", "parts", "settings", "wiring"})
"""Rooms that all others stand on or are joined in."""
NO_CODE = (".ci/", "docs/", "tests/bench/", "tests/browser/", "tests/soak/")
"""What no test of the quick kind is about but the house's."""

Importers = Mapping[str, frozenset[str]]
"""Room -> the rooms that import it; test module -> the folders whose tests import it."""


def room(module: str) -> str:
    """The room of a module of the product: `bookings`, `web/member`, `jobs`, `cli`.

    >>> room("vipclub.web.member.booking"), room("vipclub.bookings.models"), room("jobs.reminding")
    ('web/member', 'bookings', 'jobs')
    """
    top, *rest = module.split(".")
    if top == "jobs":
        return "jobs"
    return "/".join(rest[:2] if rest[:1] == ["web"] else rest[:1])


def folder(module: str) -> str:
    """The folder of a test module, as pytest takes it.

    >>> folder("tests.web.member.test_home"), folder("tests.cast")
    ('tests/web/member', 'tests')
    """
    return module.rpartition(".")[0].replace(".", "/")


def importers() -> Importers:
    """Who imports whom, as the code says today."""
    graph = grimp.build_graph("vipclub", "jobs", "tests")
    found: dict[str, set[str]] = {}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            ours, theirs = module.startswith("tests."), imported.startswith("tests.")
            if theirs:
                found.setdefault(imported, set()).add(folder(module))
            elif not ours and room(imported) != room(module):
                found.setdefault(room(imported), set()).add(room(module))
    return {name: frozenset(names) for name, names in found.items()}


def paths_for(changed: Iterable[str], importers: Importers, folders: frozenset[str]) -> list[str]:
    """The paths to give to pytest for changed files of the checkout; `folders` has tests."""
    wanted: set[str] = set(ALWAYS)
    for path in changed:
        pieces = path.split("/")
        if path.endswith(".md") or path.startswith(NO_CODE) or path in {"Makefile", ".gitignore"}:
            continue
        if pieces[0] == "tests":
            wanted |= _of_tests(path, importers, folders)
        elif pieces[0] == "templates":
            wanted |= _of_a_room(_of_template(pieces), importers, folders)
        elif pieces[:2] == ["vipclub", "translations"]:
            name = "/".join(pieces[3:]).removesuffix(".po")
            wanted |= {f"tests/{name}"} & folders
        elif pieces[:3] == ["vipclub", "web", "static"]:
            wanted.add("tests/web/frame")
        elif pieces[0] in {"vipclub", "jobs"} and len(pieces) > 1:
            module = path.removesuffix(".py").replace("/", ".")
            wanted |= _of_a_room(room(module), importers, folders)
        else:  # the schema, the dependencies, and what nobody has thought of
            return [EVERYTHING]
    if EVERYTHING in wanted:
        return [EVERYTHING]
    return sorted(
        path for path in wanted if not any(f"{path}/".startswith(f"{w}/") for w in wanted - {path})
    )


def _of_tests(path: str, importers: Importers, folders: frozenset[str]) -> set[str]:
    """A test is run with its folder, what tests share with the folders that share it."""
    above = path.split("/")[:-1]
    while len(above) > 1 and "/".join(above) not in folders:
        above.pop()
    if above == ["tests"] and path.startswith("tests/test_"):
        return {path} if (ROOT / path).exists() else set()
    module = path.removesuffix(".py").replace("/", ".")
    return {"/".join(above)} | (importers.get(module, frozenset()) & folders)


def _of_a_room(name: str, importers: Importers, folders: frozenset[str]) -> set[str]:
    """The folders of a room and of those who import it. A room without tests of its own is tried
    through its importers, and so are theirs."""
    if name in GROUND or name.startswith("__"):
        return {EVERYTHING}
    if name in {"web", "web/__init__"}:
        return {"tests/web"}
    found, seen, waiting = set[str](), {name}, [name]
    while waiting:
        here = waiting.pop()
        own = f"tests/{here}"
        if own in folders:
            found.add(own)
        if here == name or own not in folders:
            new = importers.get(here, frozenset()) - seen - GROUND
            seen |= new
            waiting += new
    return found


def _of_template(pieces: list[str]) -> str:
    """The room that a template is the face of; what several doors show is the web's."""
    name = pieces[1] if len(pieces) > 2 else ""
    if name == "messages":
        return name
    return f"web/{name}" if name and name not in {"components", "errors"} else "web"


def changed_files() -> list[str] | None:
    """What differs from the main branch's last common commit, committed or not. None where that
    can't be said: this is no clone."""

    def git(*words: str) -> list[str]:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
        return [path for path in done.stdout.split("\0") if path]

    base = "HEAD"
    for main_branch in ("main", "origin/main"):
        with suppress(OSError, subprocess.CalledProcessError):
            base = git("merge-base", "HEAD", main_branch)[0].strip()
    try:
        return [
            *git("diff", "--name-only", "--no-renames", "-z", base, "--"),
            *git("ls-files", "--others", "--exclude-standard", "-z"),
        ]
    except (OSError, subprocess.CalledProcessError):
        return None


def main() -> None:
    changed = changed_files()
    if changed is None:
        paths = [EVERYTHING]
    else:
        held = frozenset(
            path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("tests/**/test_*.py")
        )
        paths = paths_for(changed, importers(), held)
    short = ", ".join(path.removeprefix("tests/") for path in paths)
    print(f"Tests of what is touched: {short} (ALL=1 runs them all)", file=sys.stderr)  # noqa: T201
    print(*paths)  # noqa: T201


if __name__ == "__main__":
    main()
