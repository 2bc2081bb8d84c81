"""Timed jobs are told in the reader's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from jobs.scheduler import JOBS, run_now
from vipclub import membership
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.operations import JobRow
from vipclub.settings import Settings
from vipclub.web.operations.job_words import COUNTS, JOB_TITLES, did, title_of

AT = datetime(2026, 11, 29, tzinfo=UTC)
JOB = JobRow("offer_other_times", AT, AT, AT, "done", "proposed 2, desk 0, failed 1", 1, False)


def test_each_job_has_a_title_and_each_of_its_counts_a_word(db: Database) -> None:
    settings = Settings.load()
    db.run(membership.load_policy, Actor.system("test"))
    assert set(JOB_TITLES) == {job.name for job in JOBS}
    for job in JOBS:
        told = run_now(job, db, settings) or {}
        assert {name for name, count in told.items() if isinstance(count, int)} <= set(COUNTS)


@pytest.mark.parametrize(
    ("language", "title", "words"),
    [
        ("en", "Other times after a closing", "offered: 2, failed: 1"),
        ("zh-Hans", "关闭后另提时间", "已提出：2、失败：1"),
        ("zh-Hant", "關閉後另提時間", "已提出：2、失敗：1"),
    ],
)
def test_a_run_is_told_by_what_it_counted(language: str, title: str, words: str) -> None:
    assert (title_of(language, JOB), did(language, JOB)) == (title, words)


def test_one_that_failed_says_what_was_wrong_and_one_without_work_says_so() -> None:
    failed = replace(JOB, outcome="failed", detail="OSError: 12 tries")
    assert did("en", failed) == "OSError: 12 tries"
    assert did("en", replace(JOB, detail="proposed 0, desk 0, failed 0")) == "nothing to do"
    assert title_of("en", replace(JOB, name="of_another_day")) == "of_another_day"
