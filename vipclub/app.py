"""Wires settings, database, reactions and doors into one Flask application."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from vipclub import accounts
from vipclub.core import clock
from vipclub.core.club_name import settle_club_name
from vipclub.core.db import Database
from vipclub.core.shipped import shipped
from vipclub.database import open_database
from vipclub.settings import Settings
from vipclub.web.frame import app_setup
from vipclub.web.frame.addresses import KnownAddresses
from vipclub.web.frame.doors import Door

DOORS = (
    "vipclub.web.frame.health:health",
    "vipclub.web.sign_in:sign_in",
    "vipclub.web.member:member",
    "vipclub.web.partner:partner",
    "vipclub.web.manager:manager",
    "vipclub.web.desk:desk",
    "vipclub.web.operations:operations",
    "vipclub.web.admin:admin",
    "vipclub.web.account:account",
    "vipclub.web.api:api",
    "vipclub.web.sms_receipts:sms_receipts",
)
"""Each door by its package and its name there."""


def load_doors() -> list[Door]:
    """Import all that answers, which takes longer than all else at a start."""
    found = []
    for door_named in DOORS:
        module, _, name = door_named.partition(":")
        door: Door = getattr(import_module(module), name)
        found.append(door)
    return found


def create_app(settings: Settings | None = None, *, database: Database | None = None) -> Flask:
    """The application. Make one a process; `database` is for tests, which have their own."""
    settings = settings or Settings.load()
    clock.settle_zone(settings.time_zone)
    settle_club_name(settings.club_name)
    accounts.settle_passwords(memory_kib=settings.argon2_memory_kib, passes=settings.argon2_passes)
    app = KnownAddresses("vipclub", template_folder=str(shipped("templates")))
    club = app_setup.install(app, settings, database or open_database(settings))
    for door in load_doors():
        app.register_blueprint(door)
        if door.bearer:
            club.csrf.exempt(door)
    return app
