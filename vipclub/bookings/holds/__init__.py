"""A time that is kept while a member decides: taken (`holding`), ended exactly once (`ending`) by
the table of `steps`; and the guarded seat, which ends a full slot's overdue holds before it refuses
(`seats`)."""
