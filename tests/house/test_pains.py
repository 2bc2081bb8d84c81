"""What users of such software suffer elsewhere, and which of our tests hold that they don't here.

Each has a number of its own, which the names of tests carry.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

HELD: dict[int, tuple[str, ...]] = {
    1: (
        (
            "bookings/appointments/test_race.py::"
            "test_nothing_is_oversold_when_eight_processes_fight_over_twenty_slots"
        ),
    ),
    2: (
        "bookings/appointments/test_booking.py::test_a_pending_request_holds_its_seat",
        "web/api/test_steps.py::test_pain_2_a_pending_request_holds_its_seat",
    ),
    3: ("bookings/test_pains.py::test_pain_3_the_time_is_there_before_anybody_books_it",),
    4: (
        "bookings/holds/test_holding.py::test_the_booking_consumes_the_hold_that_it_names",
        "web/api/test_steps.py::test_pain_4_a_booking_consumes_the_hold_that_it_names",
    ),
    5: ("web/api/test_steps.py::test_pain_5_one_deadline_for_page_old_link_api_and_phone",),
    6: (
        "bookings/appointments/test_changing_time.py::test_pain_6_moves_are_counted_along_the_whole_chain",
    ),
    7: (
        "bookings/appointments/test_changing_time.py::test_pain_7_a_booking_never_counts_against_its_own_move",
    ),
    8: (
        (
            "bookings/appointments/test_changing_time.py::"
            "test_pain_8_staff_go_beyond_the_rules_with_a_reason_on_record"
        ),
        "web/member_file/test_booking_for_member.py::test_pain_8_staff_may_override_with_a_reason_on_record",
    ),
    9: (
        (
            "partners/capacity/test_slot_generator.py::"
            "test_times_are_the_same_on_the_wall_before_and_after_the_clock_changes"
        ),
        "bookings/policies/test_rules.py::test_what_is_shown_is_what_is_accepted",
    ),
    10: (
        "partners/capacity/test_changing_days_and_slots.py::test_a_bare_date_is_the_sites_local_day",
        "web/api/test_capacity.py::test_places_are_listed_by_the_sites_own_day",
    ),
    11: (
        "bookings/closures/test_closing.py::test_closing_is_not_finished_until_the_displaced_list_is_empty",
    ),
    12: (
        "bookings/appointments/test_booking.py::test_nobody_is_booked_twice_at_one_time_at_two_partners",
        "bookings/appointments/test_for_relatives.py::test_pain_12_a_relative_is_not_at_two_places_at_one_time",
    ),
    13: (
        "partners/capacity/test_slot_generator.py::test_the_closing_hour_is_exclusive_and_the_visit_must_fit",
        (
            "partners/capacity/test_changing_the_week.py::"
            "test_the_closing_hour_is_exclusive_and_the_visit_fits_in_a_new_week"
        ),
    ),
    15: (
        (
            "partners/capacity/test_overbooking.py::"
            "test_a_slot_is_overbooked_only_by_an_act_of_its_own_with_a_name_on_it"
        ),
    ),
    16: (
        "partners/capacity/test_slot_generator.py::test_a_make_up_sunday_is_served_with_fridays_hours",
        "bookings/policies/test_rules.py::test_a_provisional_working_day_is_known_as_one",
    ),
    17: (
        "bookings/appointments/test_reminding.py::test_pain_17_no_reminder_goes_out_after_a_cancellation",
    ),
    18: (
        "bookings/appointments/test_reminding.py::test_pain_18_a_reminder_whose_time_has_passed_is_left_out",
    ),
    19: (
        "bookings/test_letters.py::test_cancelled_visits_leave_the_calendar",
        (
            "bookings/test_letters_sent.py::"
            "test_one_entry_follows_an_appointment_from_confirmation_to_cancellation"
        ),
    ),
    20: (
        "browser/test_every_page.py::test_nobody_is_kept_out_of_any_page",
        "web/test_month_grid.py::test_a_listener_hears_the_whole_date_and_what_is_free",
    ),
    21: (
        (
            "bookings/appointments/test_for_relatives.py::"
            "test_the_member_books_for_a_relative_only_where_the_benefit_is_the_familys"
        ),
    ),
    37: (
        (
            "desk/test_looking_up.py::"
            "test_pain_37_a_caller_is_known_by_a_number_with_slashes_and_spaces"
        ),
    ),
    39: ("benefits/test_ledger_race.py::test_the_last_unit_is_held_once",),
    40: ("benefits/test_ledger.py::test_what_is_held_is_not_taken_away_by_an_adjustment",),
    41: ("membership/test_rating.py::test_a_rating_explains_itself",),
    42: (
        (
            "membership/test_terms.py::"
            "test_a_rating_that_was_missed_renews_from_the_day_after_it_and_shows_the_gap"
        ),
    ),
    44: ("benefits/test_granting.py::test_the_years_end_ends_what_is_left_and_keeps_what_is_held",),
    46: (
        (
            "people/test_linking.py::"
            "test_an_attribute_comes_from_the_most_trusted_source_then_the_latest"
        ),
    ),
    50: ("people/test_linking.py::test_taking_back_consent_splits_and_giving_it_joins_again",),
    51: (
        "accounts/test_sessions.py::test_a_merged_person_is_signed_out_at_once",
        (
            "membership/test_rating.py::"
            "test_two_persons_who_turn_out_to_be_one_keep_the_older_membership"
        ),
    ),
    52: (
        (
            "partners/webhooks/test_retrying.py::"
            "test_pain_52_a_retry_has_the_same_id_and_body_and_its_own_time_in_the_header"
        ),
    ),
    53: ("partners/webhooks/test_sending.py::test_pain_53_events_are_matched_by_their_whole_name",),
}
"""Pain -> the tests that hold its rule."""

NOT_YET: dict[int, str] = {
    14: "two kept times a member and one try each are held; queue at the release and waitlist come "
    "with the waiting list",
    **dict.fromkeys(range(22, 30), "events are not built yet"),
    **dict.fromkeys((30, 31, 32, 33, 34, 35, 36, 38), "cases are not built yet"),
    43: "states are codes under a CHECK and their words are in the catalogues: nothing to rename",
    **dict.fromkeys((45, 47, 48, 49), "the clerk's queue and probable links come with linking"),
}
"""Pain -> why there is no test of it."""


def functions_of(path: Path) -> set[str]:
    """The names of a test file's functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("pain", sorted(HELD))
def test_each_pain_is_held_by_tests_that_are_there(pain: int) -> None:
    for name in HELD[pain]:
        file, _, function = name.partition("::")
        assert function in functions_of(TESTS / file), name


def test_every_pain_has_a_test_or_a_reason() -> None:
    assert sorted([*HELD, *NOT_YET]) == list(range(1, 54))
