"""Names, numbers, dates and amounts in their normal form, and masked: the examples in the code."""

from __future__ import annotations

import doctest
from importlib import import_module
from pkgutil import iter_modules

from vipclub.people import masks, normal_forms


def test_the_examples_are_true() -> None:
    kinds = [
        import_module(f"{normal_forms.__name__}.{found.name}")
        for found in iter_modules(normal_forms.__path__)
    ]
    tried = [doctest.testmod(kind) for kind in (*kinds, masks)]
    assert sum(each.failed for each in tried) == 0
    assert sum(each.attempted for each in tried) > 10


def test_what_clerks_see_hides_the_middle() -> None:
    assert masks.masked("110105194912310021") == "11**************21"
    assert masks.masked("\x1b[3m") == "****"
