"""Who the customers are: subsidiaries' deliveries, the records in them, the persons behind those.

What subsidiaries send has a wing of its own, `feeds`. The persons stand here:
- who is one person: `clusters` is the only door to it; `linking` decides it, `golden_record`
  computes what is known of each, `exporting` lists it
- who may find whom: `finding`; locked: `locking`; by a number or a name as typed: `searching`,
  with the keys that `search_keys` writes
- how a person is reached and what they allow: `contact`, `consent`; relatives: `family`; whom the
  club may tell of a member, and who may act for her: `emergency_contacts`
- who is handed on to a company of the group, with consent: `referrals`
- that a number or an address is really theirs: `proving`, by `codes`; which is: `proven_contacts`
- a person with all the records, for staff: `person_records`, after `viewing` has written who looks;
  numbers as they are shown: `masks`; as they are stored and compared: `normal_forms`

Decisions:
- 2026-11: each record makes a person of its own when it comes first, and keeps that person's id for
  ever. Who belongs together is `person.survivor_id` alone, so that joining and separating people
  moves no other row, and linking again can't renumber anyone. The survivor is the person that came
  first. Other parts never name that column: they ask `clusters`.
- 2026-11: a load links what it brought, with all that shares a key or a person with it; `people
  link` looks at everything. Both give the same answer in whatever order the records came.
- 2026-11: rows of one file that say different things about one customer are all set aside: neither
  is more right than the other.
- 2026-11: a file is read in one pass of plain Python, not by columns
  (docs/decisions.md 27): the ciphers and the database take longer than reading does, and rows keep
  their lines.
- 2026-11: a relative whom a member books for is a person without a record, known by the member's
  word (`family`), and never linked: an entry must not tell whether somebody is a customer.
- 2026-11: workbooks (openpyxl) and Parquet (pyarrow) are read by a child process with little memory
  and time; name and content must agree. A workbook's first visible sheet with a header counts;
  formulas, cells with an error and numbers beyond fifteen digits are set aside, not guessed.
- 2026-11: what the file said of a set-aside row is kept sealed until the row is corrected or
  dropped. A corrected row counts no longer as rejected, but for ever in the error rate: that says
  how the file came. It goes in under its own delivery; on one day the later delivery stands.
- 2026-11: who looks at somebody else whole is on record first (`viewing`): the receipt of that row
  opens the queries, for the persons that it names and nobody else.
- 2026-11: a name's spellings (pinyin, initials, another order) hang on the name and not on the
  person: who has it is said by the records alone, so that joining, separating, leaving and
  correcting people changes none of them, and ten thousand of one name share one set.
- 2026-11: an emergency contact is a name and a number by the member's word, no person of the club:
  who is named somewhere isn't thereby known here. Each change of a contact is told to the member,
  her own too: a stolen sign-in must not open her file to a voice on the telephone.
- 2026-11: who may act for a member gives nobody else that right: contacts are the member's alone.
- 2026-11: a small full file (fewer than 20 known customers) is suspicious only when it names none
  of them: a share of so few says nothing.
"""

from __future__ import annotations

from vipclub.people import emergency_contacts, referrals
from vipclub.people.clusters import (
    cluster_behind,
    cluster_of,
    is_survivor,
    same_person,
    stands_for,
    survivor_behind,
    survivor_of,
)
from vipclub.people.codes import (
    CodeOver,
    CodeRight,
    CodeSent,
    CodeTooSoon,
    CodeWrong,
    OpenCode,
    code_still_open,
    end_codes,
    enter_code,
    forget_old_codes,
    open_code,
    send_code,
)
from vipclub.people.consent import (
    OWN_PURPOSES,
    OWN_WORD,
    PURPOSES,
    SPOKEN,
    ConsentView,
    consents_of,
    record_consent,
)
from vipclub.people.contact import (
    ContactDetails,
    change_contact_details,
    contact_details_by,
    contact_details_of,
    may_reveal,
    may_state_details,
    reveal_contact_details,
    set_reminders,
    wants_reminders,
)
from vipclub.people.exporting import export_rows
from vipclub.people.facts import (
    CodeAsked,
    ContactsChanged,
    DelegationEnded,
    DeliveryApplied,
    DetailsChanged,
    PersonsMerged,
    PersonUnmerged,
    ReferralEnded,
    ReferralMade,
)
from vipclub.people.family import (
    RELATIONS,
    FamilyMember,
    add_relative,
    family_of,
    relatives_of,
    remove_relative,
)
from vipclub.people.feeds.correcting import (
    DROP_REASONS,
    Settled,
    correct_row,
    drop_row,
    record_row_view,
    retry_rows,
)
from vipclub.people.feeds.generated_files import GENERATED, generate_feed
from vipclub.people.feeds.loading import DeliveryReport, check_file, load_delivery
from vipclub.people.feeds.newest_files import newest_files
from vipclub.people.feeds.queries import (
    DeliveryView,
    ProblemView,
    RowView,
    deliveries,
    delivery,
    problems,
    problems_by_reason,
    set_aside_row,
)
from vipclub.people.feeds.reading.company_maps import (
    DAYS,
    POSSIBLE,
    header_map_of_rows,
    value_map_of_rows,
)
from vipclub.people.feeds.reading.row_validation import COLUMNS
from vipclub.people.feeds.refusals import FileRefused, RowStillWrong, SubsidiaryExists
from vipclub.people.feeds.steps import DELIVERY_STEPS, SET_ASIDE_STEPS
from vipclub.people.feeds.subsidiaries import (
    LEAST_TRUSTED,
    SubsidiaryView,
    add_subsidiary,
    all_subsidiaries,
    change_subsidiary,
    company_seen,
    find_subsidiary,
    known_subsidiaries,
    readable_code,
    subsidiary_view,
)
from vipclub.people.finding import (
    PersonRow,
    Sight,
    find_by_phone,
    find_person,
    names_of,
    person_columns,
    person_of,
    sight_of,
    values_of,
    visible_to,
)
from vipclub.people.first_rows import (
    any_company_without_file,
    any_file_applied,
    any_file_unlinked,
    any_subsidiary,
)
from vipclub.people.invariants import INVARIANTS
from vipclub.people.linking import LinkReport, link_records
from vipclub.people.locking import LockedPerson, lock_member, lock_persons, lock_survivors
from vipclub.people.masks import masked_email, masked_number
from vipclub.people.models import (
    Consent,
    Delivery,
    FamilyTie,
    Person,
    QuarantineRow,
    SetAsideRow,
    SourceRecord,
    SourceRecordVersion,
    Subsidiary,
)
from vipclub.people.normal_forms.amounts import CURRENCIES
from vipclub.people.normal_forms.names import is_latin
from vipclub.people.normal_forms.phone_numbers import callable_number, mobile_e164, phone_number
from vipclub.people.normal_forms.texts import visible
from vipclub.people.person_records import PersonWithRecords, RecordView, person_with_records
from vipclub.people.proven_contacts import KINDS as CONTACT_KINDS
from vipclub.people.proven_contacts import ProvenContacts, proven_contacts
from vipclub.people.proving import ask_proof, code_open, prove_contact
from vipclub.people.reasons import REASONS
from vipclub.people.refusals import (
    CallerNotVerified,
    ContactNotAccepted,
    DetailUnreadable,
    NothingToProve,
)
from vipclub.people.sealed_columns import SEALED as SEALED_OF_PERSONS
from vipclub.people.search_keys import renew_search_keys
from vipclub.people.searching.by_name import by_name
from vipclub.people.searching.by_number import (
    by_email,
    by_phone,
    by_phone_end,
    by_reference,
    last_four,
)
from vipclub.people.searching.meant import (
    LOOKED_AT,
    SURE_ALONE,
    FoundBy,
    Meant,
    bounded,
    ranked,
)
from vipclub.people.searching.of_somebody import asked_of, is_called, named_like, related_to
from vipclub.people.viewing import Viewed, record_view, record_views

SEALED = (*SEALED_OF_PERSONS, *emergency_contacts.SEALED, *referrals.SEALED)

__all__ = [
    "emergency_contacts",
    "referrals",
    "CallerNotVerified",
    "ContactNotAccepted",
    "ContactsChanged",
    "DelegationEnded",
    "callable_number",
    "masked_number",
    "ReferralEnded",
    "ReferralMade",
    "Sight",
    "person_columns",
    "sight_of",
    "values_of",
    "any_company_without_file",
    "any_file_applied",
    "any_file_unlinked",
    "any_subsidiary",
    "CURRENCIES",
    "SEALED",
    "INVARIANTS",
    "LockedPerson",
    "lock_persons",
    "lock_member",
    "lock_survivors",
    "cluster_behind",
    "cluster_of",
    "is_survivor",
    "same_person",
    "stands_for",
    "survivor_behind",
    "survivor_of",
    "PersonWithRecords",
    "RecordView",
    "person_with_records",
    "LOOKED_AT",
    "Meant",
    "SURE_ALONE",
    "FoundBy",
    "asked_of",
    "bounded",
    "by_email",
    "by_name",
    "by_phone",
    "by_phone_end",
    "by_reference",
    "is_called",
    "last_four",
    "named_like",
    "is_latin",
    "ranked",
    "related_to",
    "renew_search_keys",
    "visible",
    "phone_number",
    "GENERATED",
    "REASONS",
    "DeliveryApplied",
    "DeliveryReport",
    "DeliveryView",
    "LinkReport",
    "DELIVERY_STEPS",
    "SET_ASIDE_STEPS",
    "add_subsidiary",
    "change_subsidiary",
    "known_subsidiaries",
    "all_subsidiaries",
    "company_seen",
    "subsidiary_view",
    "SubsidiaryView",
    "LEAST_TRUSTED",
    "header_map_of_rows",
    "value_map_of_rows",
    "readable_code",
    "check_file",
    "COLUMNS",
    "POSSIBLE",
    "DAYS",
    "FileRefused",
    "ProblemView",
    "RowView",
    "RowStillWrong",
    "SubsidiaryExists",
    "SetAsideRow",
    "DROP_REASONS",
    "Settled",
    "correct_row",
    "drop_row",
    "record_row_view",
    "Viewed",
    "record_view",
    "record_views",
    "retry_rows",
    "delivery",
    "problems",
    "problems_by_reason",
    "set_aside_row",
    "deliveries",
    "export_rows",
    "find_subsidiary",
    "names_of",
    "generate_feed",
    "link_records",
    "load_delivery",
    "newest_files",
    "RELATIONS",
    "FamilyMember",
    "FamilyTie",
    "add_relative",
    "family_of",
    "relatives_of",
    "remove_relative",
    "Consent",
    "ConsentView",
    "ContactDetails",
    "DetailUnreadable",
    "OWN_PURPOSES",
    "PURPOSES",
    "SPOKEN",
    "OWN_WORD",
    "consents_of",
    "contact_details_by",
    "contact_details_of",
    "may_reveal",
    "may_state_details",
    "reveal_contact_details",
    "record_consent",
    "set_reminders",
    "change_contact_details",
    "wants_reminders",
    "Delivery",
    "Person",
    "PersonRow",
    "PersonUnmerged",
    "DetailsChanged",
    "CONTACT_KINDS",
    "ProvenContacts",
    "proven_contacts",
    "ask_proof",
    "code_open",
    "prove_contact",
    "NothingToProve",
    "CodeAsked",
    "CodeOver",
    "CodeRight",
    "CodeSent",
    "CodeTooSoon",
    "CodeWrong",
    "OpenCode",
    "code_still_open",
    "end_codes",
    "enter_code",
    "forget_old_codes",
    "open_code",
    "send_code",
    "masked_email",
    "mobile_e164",
    "PersonsMerged",
    "QuarantineRow",
    "SourceRecord",
    "SourceRecordVersion",
    "Subsidiary",
    "find_by_phone",
    "find_person",
    "person_of",
    "visible_to",
]
