"""An appointment's own use cases, a room each: booking, the partner's answer (`answering`,
`proposing`), another time (`rescheduling`), `cancelling`, the day of the visit (`attending`), a
mistake (`correcting`); what they share (`finding`, `stepping`, `new_time`, `trail`); and what is
read of appointments (`queries`, `front_desk`, `promises`, `calendar_feed`, `ledger_subjects`) and
reminded (`reminding`)."""
