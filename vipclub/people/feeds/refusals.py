"""Why a file, a company's map, a row or a load is refused."""

from __future__ import annotations

from vipclub.core.errors import Conflict, Malformed, Refused
from vipclub.core.i18n import N_


class UnknownSubsidiary(Refused):
    """No subsidiary has this code."""

    code = "unknown_subsidiary"
    sentence = N_("%(subsidiary)s is no subsidiary of the group. Known are: %(known)s.")


class CompanyCodeUnreadable(Malformed):
    """A code that no file of a company could be known by."""

    code = "company_code"
    sentence = N_("%(place)s is no code of a company: 1 to 20 letters and digits, such as LIFE.")


class SubsidiaryExists(Conflict):
    """The code is taken."""

    code = "subsidiary_exists"
    sentence = N_("The subsidiary %(subsidiary)s exists already.")


class FileRefused(Refused):
    """A file can't be taken as a whole: nothing of it was loaded. Each subclass says why in its
    sentence."""

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


class FileMisnamed(FileRefused):
    """The name says one kind of file, the content another."""

    code = "file_misnamed"
    sentence = N_(
        "%(file)s is %(found)s by its content, which its name does not say. Please name it so, or "
        "save it again. Nothing was loaded."
    )


class FileKindUnknown(FileRefused):
    code = "file_kind_unknown"
    sentence = N_(
        "%(file)s is of a kind that can't be read here. Please send CSV, XLSX or Parquet. "
        "Nothing was loaded."
    )


class FileTooLarge(FileRefused):
    """A workbook that unpacks to more than `limit` MB."""

    code = "file_too_large"
    sentence = N_(
        "%(file)s holds more than %(limit)s MB when it is unpacked. Please send it as CSV. "
        "Nothing was loaded."
    )


class FileTooHeavy(FileRefused):
    """Reading took more memory or time than a file may."""

    code = "file_too_heavy"
    sentence = N_(
        "%(file)s takes too much memory or time to read, after line %(line)s. Please send it as "
        "CSV. Nothing was loaded."
    )


class FilePackedOddly(FileRefused):
    """A container as no spreadsheet program makes one: a bomb, a macro, a locked or strange
    part."""

    code = "file_packed_oddly"
    sentence = N_(
        "%(file)s is packed in a way that is not accepted, at %(part)s. Please save it again "
        "without macros or a password, or send CSV. Nothing was loaded."
    )


class FileDamaged(FileRefused):
    code = "file_damaged"
    sentence = N_(
        "%(file)s is damaged after line %(line)s. Please save it again, or send CSV. "
        "Nothing was loaded."
    )


class FileTooWide(FileRefused):
    code = "file_too_wide"
    sentence = N_(
        "%(file)s has %(columns)s columns; at most %(limit)s can be read. Nothing was loaded."
    )


class ColumnNested(FileRefused):
    code = "column_nested"
    sentence = N_(
        "%(file)s: the column %(column)s holds lists or tables (%(kind)s), not single values. "
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


class FileOfTomorrow(FileRefused):
    """A file of a day to come: whatever is sent until then would be older, and go unheard."""

    code = "file_of_tomorrow"
    sentence = N_("%(file)s is dated %(day)s, which is still to come. Nothing was loaded.")


class FileAllBad(FileRefused):
    """Not one row is valid: a wrong file or a wrong mapping."""

    code = "file_all_bad"
    sentence = N_(
        "%(file)s: none of its %(rows)s rows is valid, beginning with %(field)s in line %(line)s. "
        "Nothing was loaded."
    )


class MapUnreadable(Refused):
    """A file of maps is no TOML or JSON of words."""

    code = "map_unreadable"
    sentence = N_("%(file)s is not TOML or JSON with words for words.")


class MapColumnUnknown(Refused):
    code = "map_column_unknown"
    sentence = N_("%(file)s: %(column)s is no column of the feed. Known are: %(known)s.")


class MapColumnTwice(Refused):
    """Two headers for one column: in one file, which would count?"""

    code = "map_column_twice"
    sentence = N_("%(file)s: %(first)s and %(second)s both stand for %(column)s.")


class MapValueUnknown(Refused):
    code = "map_value_unknown"
    sentence = N_("%(file)s: %(value)s is no value of %(column)s. Possible are: %(known)s.")


class MapWordTwice(Refused):
    """One word of a company's can't mean two things."""

    code = "map_word_twice"
    sentence = N_("%(file)s: %(word)s in %(column)s can't be both %(first)s and %(second)s.")


class RowStillWrong(Refused):
    """A corrected row that is still no customer's: `problems` says what is wrong with which
    field."""

    code = "row_still_wrong"
    sentence = N_("Line %(line)s is not right yet. Please look at the marked fields.")


class RowSettled(Conflict):
    """Somebody has corrected or dropped the row meanwhile."""

    code = "row_settled"
    sentence = N_("Line %(line)s has been settled already. Nothing was changed.")


class LoadUnderWay(Conflict):
    """One delivery of a subsidiary at a time."""

    code = "load_under_way"
    sentence = N_("Another file of %(subsidiary)s is being loaded. Please wait until it is done.")
