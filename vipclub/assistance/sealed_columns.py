"""What is sealed of cases: who calls from where, and every word of it, those to and of
partners too."""

from __future__ import annotations

from vipclub.assistance.dispatch.models import Dispatch
from vipclub.assistance.models import Case, CaseEntry
from vipclub.assistance.work_models import CaseDraft, CaseRating, CaseTask
from vipclub.core.sealed_columns import BlindIndex, SealedField, SealedTable

SEALED = (
    SealedTable(
        model=Case,
        row_name=Case.public_ref,
        fields=(
            SealedField("caller", "case.caller"),
            SealedField("phone", "case.phone", BlindIndex("phone_index", "mobile")),
            SealedField("what", "case.what"),
            SealedField("place", "case.place"),
        ),
    ),
    SealedTable(
        model=CaseEntry,
        row_name=CaseEntry.public_ref,
        fields=(SealedField("body", "case_entry.body"),),
    ),
    SealedTable(
        model=Dispatch,
        row_name=Dispatch.public_ref,
        fields=(
            SealedField("area", "dispatch.area"),
            SealedField("note", "dispatch.note"),
            SealedField("said", "dispatch.said"),
        ),
    ),
    SealedTable(
        model=CaseTask,
        row_name=CaseTask.public_ref,
        fields=(SealedField("what", "case_task.what"),),
    ),
    SealedTable(
        model=CaseDraft,
        row_name=CaseDraft.public_ref,
        fields=(SealedField("body", "case_draft.body"),),
    ),
    SealedTable(
        model=CaseRating,
        row_name=Case.public_ref,
        joins=((Case, Case.id == CaseRating.case_id),),
        fields=(SealedField("body", "case_rating.body"),),
    ),
)
