"""What intake refuses."""

from __future__ import annotations

from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class UnknownSubsidiary(Refused):
    """No subsidiary has this code."""

    code = "unknown_subsidiary"
    sentence = N_("%(subsidiary)s is no subsidiary of the group. Known are: %(known)s.")


class SubsidiaryExists(Conflict):
    """The code is taken."""

    code = "subsidiary_exists"
    sentence = N_("The subsidiary %(subsidiary)s exists already.")


class FileRefused(Refused):
    """A file can't be taken as a whole: nothing of it was loaded. Subclasses say why."""

    code = "file_refused"
    sentence = N_("%(file)s can't be read. Nothing was loaded.")


class FileEmpty(FileRefused):
    code = "file_empty"
    sentence = N_("%(file)s is empty. Nothing was loaded.")


class FileUndecodable(FileRefused):
    code = "file_undecodable"
    sentence = N_("%(file)s, line %(line)s: this is neither UTF-8 nor GB18030. Nothing was loaded.")


class FileHasNul(FileRefused):
    code = "file_has_nul"
    sentence = N_(
        "%(file)s, line %(line)s: a zero byte. This is no text file; please send CSV in UTF-8 or "
        "GB18030. Nothing was loaded."
    )


class FileBroken(FileRefused):
    """The quotation marks don't pair from this line on."""

    code = "file_broken"
    sentence = N_(
        "%(file)s, line %(line)s: a quotation mark is missing, or a cell never ends. "
        "Nothing was loaded."
    )


class FileTruncated(FileRefused):
    code = "file_truncated"
    sentence = N_(
        "%(file)s ends in the middle of line %(line)s: it was cut off. Nothing was loaded."
    )


class FileChanged(FileRefused):
    code = "file_changed"
    sentence = N_(
        "%(file)s changed while it was being read. Please send it again when it is complete. "
        "Nothing was loaded."
    )


class HeaderIncomplete(FileRefused):
    code = "header_incomplete"
    sentence = N_("%(file)s: the header has no column %(column)s. Nothing was loaded.")


class HeaderTwice(FileRefused):
    code = "header_twice"
    sentence = N_("%(file)s: the header has the column %(column)s twice. Nothing was loaded.")


class FileSuspicious(FileRefused):
    """A full file that would make most customers disappear."""

    code = "file_suspicious"
    sentence = N_(
        "%(file)s is a full file with %(rows)s customers, of whom %(kept)s are among the "
        "%(before)s known. That looks like the wrong file; if it is right, say --expect-fewer. "
        "Nothing was loaded."
    )


class FileAllBad(FileRefused):
    """Not one row is valid: a wrong file or a wrong mapping."""

    code = "file_all_bad"
    sentence = N_(
        "%(file)s: none of its %(rows)s rows is valid, beginning with %(field)s in line %(line)s. "
        "Nothing was loaded."
    )


class LoadUnderWay(Conflict):
    """One delivery of a subsidiary at a time."""

    code = "load_under_way"
    sentence = N_("Another file of %(subsidiary)s is being loaded. Please wait until it is done.")


class RelativeNotAccepted(Refused):
    """A relative can't be noted like this. `rule` is name, relation or birth_date; the sentence is
    the rule's."""

    code = "relative_not_accepted"
    sentence = N_("Please check what you wrote about this person.")

    def __init__(self, *, rule: str) -> None:
        super().__init__(rule=rule)
        said = _RELATIVE.get(rule)
        if said:
            self.__dict__["sentence"] = said


_RELATIVE = {
    "name": N_("Please write the person's name, at most 120 characters."),
    "relation": N_("Please choose how this person is related to you."),
    "birth_date": N_("The birth date must be a day between 1900 and today."),
}


class FamilyFull(Refused):
    """So many relatives are noted: `most`."""

    code = "family_full"
    sentence = N_("At most %(most)s relatives can be noted. Please remove one first.")


class DetailUnreadable(Refused):
    """A person's own mobile number or e-mail address can't be read; `reason` is a code of
    `REASONS`."""

    code = "detail_unreadable"
    sentence = N_("This number or address can't be reached. Please check it letter by letter.")
