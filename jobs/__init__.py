"""The clock: a short file a timed job, that says when, how late is too late, and which function.

Decisions (2026-11): deadlines are rows, and when a job falls due is one too (`core/timetable.py`);
the scheduler only looks often enough. So any number of workers may run, one that was down catches
up once, and a clock that is set back stops nothing.
"""
