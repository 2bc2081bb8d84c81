"""What the desk refuses."""

from __future__ import annotations

from vipclub.core.errors import Refused
from vipclub.core.i18n import N_


class NoteNotAccepted(Refused):
    """An empty note, or one of more than `most` characters."""

    code = "note_not_accepted"
    sentence = N_("A note has between 1 and %(most)s characters.")
