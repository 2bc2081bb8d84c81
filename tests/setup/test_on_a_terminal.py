"""A new club by a person at a terminal, who mistypes, stops and comes back."""

from __future__ import annotations

import re

import pytest
from dotenv import dotenv_values

from tests.setup.empty_server import EmptyServer
from tests.setup.pseudo_terminal import PseudoTerminal

pytestmark = pytest.mark.slow


def answer_settings(terminal: PseudoTerminal, server: EmptyServer) -> None:
    """All of them, right."""
    terminal.answer("The club's name", "Harbour Circle")
    terminal.answer("Simplified Chinese")
    terminal.answer("Traditional Chinese")
    terminal.answer("Hotline in mainland China", "400-820-8820")
    terminal.answer("Hotline from abroad", "+852 2890 1234")
    terminal.answer("Time zone [Asia/Shanghai]")
    terminal.answer("The club's address", "https://club.example")
    terminal.answer("Database", server.database_url)
    terminal.answer("Mail server", server.mail_url)
    terminal.expect("answers")
    terminal.answer("proxies stand in front [1]")
    terminal.answer("Your own name", "Lin Yue")


def on_terminal(server: EmptyServer, *words: str) -> PseudoTerminal:
    allowed = ["--allow-sqlite"] if server.database_url.startswith("sqlite") else []
    return PseudoTerminal(server.environment, server.folder, "setup", *allowed, *words)


def test_each_answer_is_checked_at_once_and_the_others_stay(server: EmptyServer) -> None:
    with on_terminal(server) as terminal:
        terminal.answer("The club's name", "Harbour Circle")
        terminal.answer("Simplified Chinese", "海港会")
        terminal.answer("Traditional Chinese", "海港會")
        terminal.answer("Hotline in mainland China", "four hundred")
        terminal.expect("VIPCLUB_HOTLINE is no phone number")
        terminal.answer("Hotline in mainland China")
        terminal.expect("VIPCLUB_HOTLINE is the default, at which nobody answers")
        terminal.answer("Hotline in mainland China", "400-820-8820")
        terminal.answer("Hotline from abroad", "+852 2890 1234")
        terminal.answer("Time zone", "Asia/Hong_Kong")
        terminal.answer("The club's address", "http://club.example")
        terminal.expect("VIPCLUB_BASE_URL begins with http://")
        terminal.answer("The club's address", "https://club.example")
        terminal.answer("Database", "postgresql+psycopg://a:b@127.0.0.1:1/c")
        terminal.expect("can't be reached")
        terminal.answer("Database", server.database_url)
        terminal.answer("Mail server", "smtps://a:b@127.0.0.1:1")
        terminal.answer("Take it all the same", "n")
        terminal.answer("Mail server", server.mail_url)
        terminal.answer("proxies stand in front", "two")
        terminal.expect("VIPCLUB_PROXIES is no number from 0 to 5")
        terminal.answer("proxies stand in front", "2")
        terminal.answer("Your own name", "Lin Yue")
        terminal.answer("Bring the ", "y")
        terminal.answer("Code of a company", "LI FE")
        terminal.answer("Name of LI FE", "Harbour Life")
        terminal.expect("LI FE is no code of a company: 1 to 20 letters and digits")
        terminal.answer("Code of a company", "LIFE")
        terminal.answer("Name of LIFE", "Harbour Life")
        terminal.answer("Code of a company")
        terminal.answer("Put the standard tier policy, benefits, booking rules in force?", "y")
        terminal.answer("The first administrator's name", "Zhao Min")
        terminal.answer("Her e-mail address", "zhao")
        terminal.expect("A sign-in name is an e-mail address or a phone number")
        terminal.answer("Her e-mail address", "zhao@club.example")
        terminal.answer("Her language", "en")
        assert terminal.end() == 0, terminal.said
        assert re.search(r"https://club\.example/join/\S+", terminal.said)
    kept = dotenv_values(server.env_file)
    assert kept["VIPCLUB_NAME_ZH_HANT"] == "海港會"
    assert kept["VIPCLUB_TIME_ZONE"] == "Asia/Hong_Kong"
    assert kept["VIPCLUB_PROXIES"] == "2"
    assert kept["VIPCLUB_DATABASE_URL"] == server.database_url


def test_who_stops_between_two_questions_has_changed_nothing(server: EmptyServer) -> None:
    with on_terminal(server) as terminal:
        terminal.answer("The club's name", "Harbour Circle")
        terminal.expect("Simplified Chinese")
        terminal.interrupt()
        assert terminal.end() == 1
        assert "Stopped." in terminal.said
        assert "Traceback" not in terminal.said
    assert not server.env_file.exists()
    assert not server.has_tables()


def test_who_stops_before_the_schema_goes_on_there_with_the_same_keys(
    server: EmptyServer,
) -> None:
    with on_terminal(server) as terminal:
        answer_settings(terminal, server)
        terminal.expect("Bring the ")
        terminal.interrupt()
        assert terminal.end() == 1
    kept = server.env_file.read_bytes()
    with on_terminal(server) as terminal:
        terminal.answer("Your own name", "Lin Yue")
        terminal.answer("Bring the ")
        terminal.expect("Code of a company")
        terminal.interrupt()
        assert terminal.end() == 1
        assert "Hotline" not in terminal.said
    assert server.env_file.read_bytes() == kept
    done = server.set_up(proxies=None)
    assert done.returncode == 0, done.stderr
    assert server.env_file.read_bytes() == kept
    assert server.counts()["account"] == 1
