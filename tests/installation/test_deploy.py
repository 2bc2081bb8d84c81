"""What `deploy/` hands to whoever runs a club: each file names what is there, runs as nobody in
particular and holds no secret. Programs that judge them (systemd-analyze, nginx) do, where there
are any."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tests.house.source import ROOT
from tests.production.mail_with_tls import certify
from vipclub.cli import cli
from vipclub.settings import PREFIX, Settings

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PROGRAM = "/usr/local/lib/vipclub/bin/vipclub"
OUR_COMMAND = re.compile(rf"^ExecStart={re.escape(PROGRAM)} (.*)$", re.MULTILINE)
SETTING = re.compile(r"\bVIPCLUB_[A-Z0-9_]+\b")
SECRET = re.compile(
    r"(?:PASSWORD|SECRET_KEY|FIELD_KEYS|TOKEN)=(?!\s|$)|://[\w-]+:(?!PASSWORD)\w+@", re.MULTILINE
)
SANDBOX = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "User": "vipclub",
}


def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return document


def unknown(words: list[str]) -> str | None:
    """The first word that is no command or option of `vipclub`, None when all are."""
    command: click.Command = cli
    with click.Context(cli) as context:
        for word in words:
            if word.startswith("--"):
                if not any(word in option.opts for option in command.params):
                    return word
            elif isinstance(command, click.Group):
                found = command.get_command(context, word)
                if found is None:
                    return word
                command = found
    return None


def keys_of(unit: Path) -> dict[str, str]:
    lines = (line for line in unit.read_text().splitlines() if "=" in line and line[0] != "#")
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_is_one(path: Path) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert set(SETTING.findall(path.read_text())) <= known


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_holds_a_secret(path: Path) -> None:
    assert SECRET.findall(path.read_text()) == []


@pytest.mark.parametrize(
    "line", ["VIPCLUB_SECRET_KEY=abc", "POSTGRES_PASSWORD=x", "smtps://club:hunter2@mail.example"]
)
def test_the_check_of_secrets_bites(line: str) -> None:
    assert SECRET.search(line)


def test_the_example_names_what_production_asks_for() -> None:
    named = set(SETTING.findall((DEPLOY / "club.env.example").read_text()))
    asked = {"DATABASE_URL", "SECRET_KEY", "FIELD_KEYS", "BASE_URL", "MAIL_URL", "HOTLINE"}
    assert {PREFIX + name for name in (*asked, "HOTLINE_ABROAD", "PROXIES")} <= named


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_a_command_that_there_is_and_can_do_little_else(unit: Path) -> None:
    (words,) = OUR_COMMAND.findall(unit.read_text())
    assert unknown(words.split()) is None
    assert {name: keys_of(unit).get(name) for name in SANDBOX} == SANDBOX
    assert "/var/lib/vipclub" in keys_of(unit)["ReadWritePaths"].split()


def test_the_check_of_commands_bites() -> None:
    assert unknown(["db", "upgrade"]) is None
    assert unknown(["serve", "--host", "0.0.0.0"]) is None
    assert unknown(["db", "elevate"]) == "elevate"
    assert unknown(["serve", "--house", "x"]) == "--house"


def test_the_timer_starts_the_backup() -> None:
    assert (DEPLOY / "systemd" / "vipclub-backup.timer").read_text().count("OnCalendar=") == 1
    backup = keys_of(DEPLOY / "systemd" / "vipclub-backup.service")
    assert backup["Type"] == "oneshot"
    assert backup["ExecStart"].rsplit(" ", 1)[1] in backup["ReadWritePaths"].split()


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    """As installed, but for who runs them and where the program lies."""
    judge = shutil.which("systemd-analyze")
    if judge is None:
        pytest.skip("no systemd-analyze here")
    copies = []
    for unit in sorted((DEPLOY / "systemd").iterdir()):
        text = unit.read_text().replace(PROGRAM, sys.executable)
        copies.append(tmp_path / unit.name)
        copies[-1].write_text(re.sub(r"^(User|Group)=.*\n", "", text, flags=re.MULTILINE))
    done = subprocess.run(
        [judge, "verify", "--man=no", *copies], capture_output=True, text=True, check=False
    )
    own = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "vipclub" in line]
    assert (done.returncode, own) == (0, []), done.stderr


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    run = text.split("\nFROM ")[-1]
    assert re.search(r"^USER 10001$", run, re.MULTILINE)
    assert "HEALTHCHECK" in run
    assert "/healthz" in run
    assert 'ENTRYPOINT ["vipclub"]' in run
    (words,) = re.findall(r"^CMD \[(.*)\]$", run, re.MULTILINE)
    assert unknown(re.findall(r'"([^"]+)"', words)) is None
    assert re.findall(r"pip install (?!--require-hashes|--no-deps --no-index)", text) == []


def test_the_image_is_built_from_what_is_there_and_nothing_else() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    copied = [
        word
        for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE)
        for word in line.split()[:-1]
    ]
    allowed = re.findall(r"^!(.*)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert set(copied) == set(allowed)


@pytest.mark.parametrize("name", ["upgrade", "web", "worker", "backup"])
def test_a_container_of_the_club_can_write_only_where_it_must(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert unknown(service["command"]) is None
    assert service["env_file"] == "club.env"
    assert "environment" not in service


def test_the_club_is_brought_to_its_schema_before_it_opens() -> None:
    services = compose()["services"]
    for name in ("web", "worker"):
        waits = services[name]["depends_on"]["upgrade"]["condition"]
        assert waits == "service_completed_successfully"
    assert services["upgrade"]["command"] == ["db", "upgrade"]
    assert "restart" not in services["upgrade"]


def test_the_database_is_not_open_to_the_machine_and_its_role_is_no_superuser() -> None:
    services = compose()["services"]
    assert "ports" not in services["database"]
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])
    script = (DEPLOY / "database-role.sh").read_text()
    assert "LOGIN NOSUPERUSER NOCREATEROLE" in script
    assert (DEPLOY / "database-role.sh").stat().st_mode & 0o111


def test_the_clients_of_the_image_are_of_the_servers_version() -> None:
    server = compose()["services"]["database"]["image"].partition(":")[2]
    assert f"postgresql-client-{server}" in (DEPLOY / "Dockerfile").read_text()


def test_the_proxy_tells_who_calls_and_never_hangs_up_late() -> None:
    from vipclub.server import options

    text = (DEPLOY / "nginx.conf").read_text()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in text
    (seconds,) = re.findall(r"keepalive_timeout (\d+)s; # below", text)
    assert int(seconds) < options("127.0.0.1", 8000, 1, 4)["keepalive"]
    assert "VIPCLUB_PROXIES=1" in text


def test_the_proxy_refuses_no_request_for_help() -> None:
    """For one that is too large it asks without what was sent."""
    text = (DEPLOY / "nginx.conf").read_text()
    (help_at,) = re.findall(r"location = /help/ask \{(.*?)\}", text, re.DOTALL)
    assert "client_max_body_size 16m;" in help_at
    (instead,) = re.findall(r"error_page 413 = (@\w+);", help_at)
    (alone,) = re.findall(rf"location {instead} \{{(.*?)\}}", text, re.DOTALL)
    assert "proxy_pass_request_body off;" in alone
    told = set(re.findall(r"proxy_set_header X-\S+ \S+;", text.partition("location")[0]))
    assert told <= set(re.findall(r"proxy_set_header X-\S+ \S+;", alone)), "who calls, too"


def test_nginx_reads_the_sample(tmp_path: Path) -> None:
    judge = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if judge is None:
        pytest.skip("no nginx here")
    certificate, key = certify(tmp_path / "tls", "club.example")
    site = (DEPLOY / "nginx.conf").read_text()
    site = site.replace("/etc/vipclub/tls/certificate.pem", str(certificate))
    (tmp_path / "site.conf").write_text(site.replace("/etc/vipclub/tls/key.pem", str(key)))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    (tmp_path / "nginx.conf").write_text(
        f"error_log stderr;\npid {tmp_path}/pid;\nevents {{}}\n"
        f"http {{ access_log off; {places} include {tmp_path}/site.conf; }}\n"
    )
    done = subprocess.run(
        [judge, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_database_that_is_still_being_made_does_not_count_as_healthy() -> None:
    """While its scripts run it listens on a socket alone; the others come by the network."""
    asked = compose()["services"]["database"]["healthcheck"]["test"]
    assert asked[asked.index("-h") + 1] == "127.0.0.1"
