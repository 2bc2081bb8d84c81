"""What the club writes to people: templates in three languages, channels, the inbox, and what was
sent.

A use case queues (one INSERT, in its own transaction); a timed job composes and sends later, in the
recipient's language, after asking the letter whether it is still true. A letter is declared by the
part that writes it (`letter.Letter`) and handed over by `vipclub/wiring.py`.

`queueing` puts a letter into the outbox, `sending` takes it from there: `may_send` and
`quiet_hours` say whether it goes out now, `routes` by which ways (`choices` has what members
chose), `recipients` to whom, `composing` what it says, `icalendar` its calendar file, `channels`
how it gets there. `texting` sends what goes by SMS, `receipts` hears what became of it. `sent_log`
keeps what became of each, `inbox` shows it to the member. The letters about accounts and persons
are this part's own: `account_letters` and `letters`, and those about emergency contacts,
`contact_letters`. `threads` are between a member and the relationship manager.

Decisions:
- 2026-11: a mail is composed when it is sent and its words are never stored. What it told is kept
  on the message's row as the letter's data, sealed, and composed again when the inbox is read, in
  the language of that moment; without its key it says nothing. Staff see what was sent and when,
  never what it said.
- 2026-11: a message names its subject (kind, ref, version), and what it tells is carried in the
  outbox row, because this part stands before those that write and can't ask them. It is erased from
  there when the message is done.
- 2026-11: subjects hold no names, places or services: they show on locked screens.
- 2026-11: an SMS goes to a proven number and to no other, never to the one that a caller left; what
  must wake goes by mail and SMS, whatever was chosen. Chosen is the first way: where it fails, the
  other one is taken.
- 2026-11: quiet hours are by the club's wall clock: no zone is known of a person, and the members'
  cities share one.
"""

from __future__ import annotations

from vipclub.messages.account_letters import (
    send_the_code,
    send_the_invitation,
    send_the_link,
    tell_of_new_details,
    tell_of_new_password,
)
from vipclub.messages.channels.mail.building import one_line, usable_address
from vipclub.messages.channels.mail.calling import MailServerAway, call_mail_server
from vipclub.messages.channels.mail.posting import forget_drafts
from vipclub.messages.channels.sms import (
    Gateway,
    GatewayUnreadable,
    ReceiptRefused,
    SmsPost,
    gateway_of,
    read_receipts,
)
from vipclub.messages.channels.sms import forget_drafts as forget_sms_drafts
from vipclub.messages.channels.sms import post_for as sms_post_for
from vipclub.messages.choices import KINDS as CHOICE_KINDS
from vipclub.messages.choices import Ways, choices_of, choose_ways
from vipclub.messages.contact_letters import tell_of_ended_delegation, tell_of_new_contacts
from vipclub.messages.icalendar import Entry, published, uid_domain
from vipclub.messages.inbox import (
    UNREAD,
    InboxItem,
    SentMessage,
    inbox,
    mark_read,
    messages_of,
    unread,
    unread_by,
)
from vipclub.messages.letter import Letter, Reading, always, register_letters, title_of
from vipclub.messages.letters import LETTERS
from vipclub.messages.models import Message, NotificationChoice, SmsSending
from vipclub.messages.queueing import queue
from vipclub.messages.quiet_hours import QUIET
from vipclub.messages.receipts import note_receipts
from vipclub.messages.sealed_columns import SEALED
from vipclub.messages.sending import Sender, sender
from vipclub.messages.steps import SMS_STEPS
from vipclub.messages.texting import SILENCE, TextSender, after_silence
from vipclub.messages.threads.models import ThreadMessage
from vipclub.messages.threads.reading import (
    ThreadLine,
    thread_of,
    unanswered,
    waiting_for_answer,
    waiting_words,
)
from vipclub.messages.threads.refusals import MessageNotAccepted, TooManyMessages
from vipclub.messages.threads.steps import THREAD_STEPS
from vipclub.messages.threads.writing import (
    LONGEST_MESSAGE,
    answer_member,
    mark_passed_on,
    mark_thread_read,
    write_to_manager,
)
from vipclub.messages.trial_letter import Trial, last_trial, send_trial

__all__ = [
    "QUIET",
    "Trial",
    "last_trial",
    "send_trial",
    "SEALED",
    "LETTERS",
    "LONGEST_MESSAGE",
    "THREAD_STEPS",
    "MessageNotAccepted",
    "ThreadLine",
    "ThreadMessage",
    "TooManyMessages",
    "answer_member",
    "mark_passed_on",
    "mark_thread_read",
    "thread_of",
    "unanswered",
    "waiting_for_answer",
    "waiting_words",
    "write_to_manager",
    "Entry",
    "InboxItem",
    "Letter",
    "always",
    "MailServerAway",
    "Message",
    "Reading",
    "Sender",
    "SentMessage",
    "call_mail_server",
    "forget_drafts",
    "inbox",
    "mark_read",
    "messages_of",
    "one_line",
    "published",
    "queue",
    "register_letters",
    "send_the_invitation",
    "send_the_link",
    "sender",
    "tell_of_ended_delegation",
    "tell_of_new_contacts",
    "tell_of_new_details",
    "tell_of_new_password",
    "CHOICE_KINDS",
    "Gateway",
    "GatewayUnreadable",
    "NotificationChoice",
    "ReceiptRefused",
    "SILENCE",
    "SMS_STEPS",
    "SmsPost",
    "SmsSending",
    "TextSender",
    "Ways",
    "after_silence",
    "choices_of",
    "choose_ways",
    "forget_sms_drafts",
    "gateway_of",
    "note_receipts",
    "read_receipts",
    "send_the_code",
    "sms_post_for",
    "title_of",
    "uid_domain",
    "unread",
    "UNREAD",
    "unread_by",
    "usable_address",
]
