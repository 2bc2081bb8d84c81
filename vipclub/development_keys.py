"""The keys of a club on somebody's own machine: made once, and kept in the instance folder (0600).
Production has its own (docs/decisions.md 18)."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from vipclub.core.crypto import FieldKeys
from vipclub.core.private_files import forget_drafts, private_folder, write_privately

DRAFT_SECONDS = 60
"""A file of keys is written in far less: an older draft is of a process that was killed."""


def kept_keys(instance: Path) -> dict[str, str]:
    """Development's keys, generated once into the instance folder."""
    path = instance / "keys.json"
    forget_drafts(instance, ".keys-*", older_than=DRAFT_SECONDS)
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text())
        return kept
    private_folder(instance)
    keys = {
        "secret_key": secrets.token_urlsafe(48),
        "field_keys": FieldKeys.generate().dump(),
    }
    draft = instance / f".keys-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        write_privately(draft, json.dumps(keys).encode())
        os.link(draft, path)
    except FileExistsError:  # another process was first
        return kept_keys(instance)
    finally:
        draft.unlink(missing_ok=True)
    return keys
