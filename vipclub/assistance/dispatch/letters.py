"""The letters of the dispatch: to a partner that it is asked, to the desk that somebody was found
or nobody is left. To the partner they name nobody and tell no story."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.assistance.dispatch.models import Dispatch
from vipclub.assistance.dispatch.words import SERVICE_WORDS, country_name
from vipclub.assistance.models import Case
from vipclub.assistance.steps import OPEN
from vipclub.assistance.words import SEVERITY_WORDS
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.core.types import Localized
from vipclub.messages import Letter, Reading

ANSWER_PAGE, REQUEST_PAGE = "/partner/answer/", "/partner/requests/"
DESK_PAGE = "/desk/cases/"


def _to_partner(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    kind, severity = SERVICE_WORDS[data["kind"]], SEVERITY_WORDS[data["severity"]]
    page = f"{ANSWER_PAGE}{reading.secret}" if reading.secret else f"{REQUEST_PAGE}{data['ref']}"
    return {
        "ref": data["ref"],
        "kind": gettext(reading.language, kind),
        "severity": gettext(reading.language, severity),
        "country": country_name(reading.language, data["country"]),
        "until": reading.moment(data["answer_by"]),
        "url": f"{reading.base_url}{page}",
    }


def _to_desk(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    kind = SERVICE_WORDS[data["kind"]]
    return {
        "ref": data["ref"],
        "kind": gettext(reading.language, kind),
        "partner": Localized(*data["partner"]).to(reading.language) if data["partner"] else "",
        "url": f"{reading.base_url}{DESK_PAGE}{data['ref']}",
    }


def still_asked(session: Session, ref: str, version: int) -> bool:
    """Whether the partner can still answer."""
    return (
        session.execute(
            select(Dispatch.id).where(
                Dispatch.public_ref == ref,
                Dispatch.state == "asked",
                Dispatch.answer_by > clock.now(),
            )
        ).first()
        is not None
    )


def still_needed(session: Session, ref: str, version: int) -> bool:
    """Whether the case is open."""
    state = session.execute(select(Case.state).where(Case.public_ref == ref)).scalar()
    return state in OPEN


def still_nobody(session: Session, ref: str, version: int) -> bool:
    """Whether the case is open and of the chain of an asking (its row's id is the version) nobody
    has accepted since."""
    if not still_needed(session, ref, version):
        return False
    chain = select(Dispatch.chain).where(Dispatch.id == version).scalar_subquery()
    found = session.execute(
        select(Dispatch.id).where(
            Dispatch.chain == chain, Dispatch.state.in_(("asked", "accepted"))
        )
    ).first()
    return found is None


LETTERS = (
    Letter(
        "dispatch-asked",
        N_("Request to a partner"),
        _to_partner,
        still_asked,
        until="answer_by",
        kept=False,
    ),
    Letter("partner-found", N_("Partner found"), _to_desk, still_needed, kept=False),
    Letter("partner-none", N_("No partner is left"), _to_desk, still_nobody, kept=False),
)
