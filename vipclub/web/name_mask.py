"""Names as screens show them to those who need not know them whole."""

from __future__ import annotations


def masked(name: str) -> str:
    """A name for a partner's screen: enough to greet, not enough to look up.

    >>> masked("陈晓芳"), masked("李娜"), masked("Chan Siu Man"), masked("欧阳震华")
    ('陈*芳', '李*', 'Chan S* M*', '欧*华')
    """
    name = " ".join(name.split())
    if " " in name or name.isascii():
        first, *rest = name.split(" ")
        return " ".join([first, *(f"{word[:1]}*" for word in rest)])
    return name[:1] + "*" + (name[-1] if len(name) > 2 else "")
