"""Personal fields at rest."""

from __future__ import annotations

import pytest

from vipclub.core.crypto import Cipher, FieldDamaged, FieldKeys

KEYS = FieldKeys.generate()


def test_a_sealed_field_opens_only_in_its_own_row_and_column() -> None:
    cipher = Cipher(KEYS)
    blob = cipher.seal("person.mobile", "M-1", "+8613800138000")
    assert b"138001" not in blob
    assert cipher.unseal("person.mobile", "M-1", blob) == "+8613800138000"
    for place, row in (("person.mobile", "M-2"), ("person.email", "M-1")):
        with pytest.raises(FieldDamaged):
            cipher.unseal(place, row, blob)


@pytest.mark.parametrize("byte", [0, 1, 13, -1])
def test_one_changed_byte_is_noticed(byte: int) -> None:
    cipher = Cipher(KEYS)
    blob = bytearray(cipher.seal("person.mobile", "M-1", "+8613800138000"))
    blob[byte] ^= 1
    with pytest.raises(FieldDamaged):
        cipher.unseal("person.mobile", "M-1", bytes(blob))


def test_equal_values_are_found_by_their_index_and_kinds_do_not_mix() -> None:
    cipher = Cipher(KEYS)
    assert cipher.blind_index("mobile", "1") == cipher.blind_index("mobile", "1")
    assert cipher.blind_index("mobile", "1") != cipher.blind_index("email", "1")
    assert cipher.blind_index("mobile", "1") != Cipher(FieldKeys.generate()).blind_index(
        "mobile", "1"
    )


def test_what_an_old_key_sealed_still_opens_after_rotation() -> None:
    blob = Cipher(KEYS).seal("person.mobile", "M-1", "x")
    rotated = FieldKeys({**KEYS.encryption, 2: b"k" * 32}, KEYS.index, KEYS.mac)
    cipher = Cipher(FieldKeys.parse(rotated.dump()))
    assert cipher.unseal("person.mobile", "M-1", blob) == "x"
    assert cipher.seal("person.mobile", "M-1", "x")[0] == 2


@pytest.mark.parametrize("text", ["", "x", "1:abc;index:a;mac:b", "1:QUJD;index:QUJD;mac:QUJD"])
def test_keys_that_cannot_be_read_are_refused_without_showing_them(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|32 bytes"):
        FieldKeys.parse(text)


def test_parts_of_a_mac_do_not_run_into_each_other() -> None:
    cipher = Cipher(KEYS)
    assert cipher.mac(b"ab", b"c") != cipher.mac(b"a", b"bc")
