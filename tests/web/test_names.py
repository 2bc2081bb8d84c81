"""A person's name on a page: script, order, title and mask, in three languages."""

from __future__ import annotations

import pytest

from vipclub.web.names import PersonName, Shape, person_name

FONG = PersonName("陈晓芳", "陈", "Chan Siu Fong", "F")
"""Known in both scripts."""
MAN = PersonName("Chan Tai Man", "Chan", None, "M")
"""Known in Latin letters, with the surname."""
GIVEN_FIRST = PersonName("Tai Man Chan", "Chan", None, "M")
UNKNOWN = PersonName("Ruoxi Lin", None, None, "F")
"""Nobody says which word is the surname."""
WEI = PersonName("王伟", "王", None, "M")
ZHENHUA = PersonName("欧阳震华", "欧阳", None, None)
LEE = PersonName("  Mary  Lee Wong ", "Lee Wong", None, "F")
"""A surname of two words, badly spaced."""

CASES: list[tuple[PersonName | str, Shape, str, str, str]] = [
    # name, shape, 简体, 繁體, English
    (FONG, "full", "陈晓芳", "陈晓芳", "Chan Siu Fong"),
    (FONG, "titled", "陈晓芳女士", "陈晓芳女士", "Ms Chan Siu Fong"),
    (FONG, "greeting", "陈女士", "陈女士", "Chan Siu Fong"),
    (FONG, "masked", "陈*芳", "陈*芳", "Chan S* F*"),
    (MAN, "full", "Chan Tai Man", "Chan Tai Man", "Tai Man Chan"),
    (MAN, "titled", "Chan Tai Man先生", "Chan Tai Man先生", "Mr Tai Man Chan"),
    (MAN, "greeting", "Chan先生", "Chan先生", "Mr Chan"),
    (MAN, "masked", "Chan T* M*", "Chan T* M*", "T* M* Chan"),
    (GIVEN_FIRST, "full", "Chan Tai Man", "Chan Tai Man", "Tai Man Chan"),
    (UNKNOWN, "full", "Ruoxi Lin", "Ruoxi Lin", "Ruoxi Lin"),
    (UNKNOWN, "greeting", "Ruoxi Lin", "Ruoxi Lin", "Ruoxi Lin"),
    (UNKNOWN, "titled", "Ruoxi Lin女士", "Ruoxi Lin女士", "Ms Ruoxi Lin"),
    (WEI, "full", "王伟", "王伟", "王伟"),
    (WEI, "titled", "王伟先生", "王伟先生", "王伟"),
    (WEI, "greeting", "王先生", "王先生", "王伟"),
    (WEI, "masked", "王*", "王*", "王*"),
    (ZHENHUA, "titled", "欧阳震华", "欧阳震华", "欧阳震华"),
    (ZHENHUA, "greeting", "欧阳震华", "欧阳震华", "欧阳震华"),
    (ZHENHUA, "masked", "欧*华", "欧*华", "欧*华"),
    (LEE, "full", "Lee Wong Mary", "Lee Wong Mary", "Mary Lee Wong"),
    (LEE, "masked", "Lee Wong M*", "Lee Wong M*", "M* Lee Wong"),
    ("陈晓芳", "masked", "陈*芳", "陈*芳", "陈*芳"),
    ("Chan Siu Man", "masked", "Chan S* M*", "Chan S* M*", "Chan S* M*"),
    ("Chan Siu Man", "titled", "Chan Siu Man", "Chan Siu Man", "Chan Siu Man"),
    ("", "full", "", "", ""),
]


@pytest.mark.parametrize(("name", "shape", "hans", "hant", "english"), CASES)
def test_a_name_is_written_as_the_page_is(
    name: PersonName | str, shape: Shape, hans: str, hant: str, english: str
) -> None:
    written = [person_name(language, name, shape) for language in ("zh-Hans", "zh-Hant", "en")]
    assert written == [hans, hant, english]


def test_nobody_has_no_name() -> None:
    assert person_name("en", None) == ""


def test_a_mask_never_shows_a_whole_name_of_two_words() -> None:
    for name, *_ in CASES:
        for language in ("zh-Hans", "zh-Hant", "en"):
            hidden = person_name(language, name, "masked")
            assert not hidden or "*" in hidden
