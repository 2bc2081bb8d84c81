"""Who is on duty: `roster` (shifts, breaks, leave, the leader on call), `on_duty` who answers now,
`owners` who owns which case, and that no open case is without one, `handover` the change of shift
(`handover_lists` what is read, `waiting_handovers` what waits)."""
