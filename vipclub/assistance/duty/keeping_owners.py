"""No open case without an owner on duty: whoever goes home, on a break or on leave hands over to
whom a handover is given that waits, else to the stand-in who is there, else to who has the fewest
cases."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub.assistance.cases.handling import Act
from vipclub.assistance.duty.on_duty import stand_in_of
from vipclub.assistance.duty.owners import duty_at, unowned
from vipclub.assistance.duty.waiting_handovers import receiver_of
from vipclub.assistance.letters import tell_agent
from vipclub.assistance.steps import OPEN
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database

BATCH = 200
ACTOR = Actor.system("keep_owners")


def keep_owners(db: Database) -> int:
    """Give every open case whose owner is not on duty to somebody who is; gives how many. What
    nobody can take stays where it is."""
    with db.read() as session:
        duty = duty_at(session, clock.now())
        # with nobody there, each case would be locked again and again for nothing
        refs = unowned(session, duty, limit=BATCH) if duty.owners else []
    return sum(db.each(refs, give_owner))


def give_owner(session: Session, ref: str) -> bool:
    """Give a case whose owner may not keep it to somebody who may; whether it was given."""
    act = Act(session, ACTOR, ref)
    case, now = act.case, clock.now()
    duty = duty_at(session, now)
    if case.state not in OPEN or case.owner_id in duty.owners:
        return False
    stand_in = None
    if case.owner_id is not None:
        stand_in = receiver_of(session, case.id) or stand_in_of(session, case.owner_id, now)
    owner = duty.owner(but=case.against_id, stand_in=stand_in)
    if owner is None or owner.account_id == case.owner_id:
        return False
    act.write("owner", other_ref=owner.ref)
    act.finish("case.owner", after={"owner": owner.ref}, owner=owner.ref, owner_id=owner.account_id)
    tell_agent(
        session,
        "case-assigned",
        ref=case.ref,
        account_id=owner.account_id,
        version=case.version + 1,
        kind=case.kind,
        severity=case.severity,
    )
    return True
