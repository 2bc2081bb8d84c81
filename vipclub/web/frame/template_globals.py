"""What every template knows: the language, dates, money, texts, icons, static files, who asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Concatenate, ParamSpec, TypeVar

import lucide
from flask import Flask, request, url_for
from flask_wtf.csrf import generate_csrf
from jinja2 import Environment, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from vipclub.core import clock, i18n
from vipclub.core.club_name import club_in_sentence, club_name
from vipclub.core.types import Localized
from vipclub.web.frame.doors import HOMES
from vipclub.web.frame.error_summary import errors_of
from vipclub.web.frame.idempotent_form import form_key
from vipclub.web.frame.navigation import navigation
from vipclub.web.frame.request_context import current_actor, current_language, current_sign_in
from vipclub.web.names import person_name

P = ParamSpec("P")
T = TypeVar("T")
LANGUAGES = (("zh-Hans", "简体中文"), ("zh-Hant", "繁體中文"), ("en", "English"))


@lru_cache(maxsize=512)
def icon(name: str, size: int = 20, label: str | None = None) -> Markup:
    """A lucide icon, inline. Decoration unless it has a label."""
    words: dict[str, object] = (
        {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    )
    drawn = lucide._render_icon(name, size, focusable="false", **words)
    return Markup(drawn.replace("<svg ", '<svg class="icon" ', 1))


class SharedMacros(Template):
    """A template whose macros are made once a process. Jinja compares all global names at each
    import to see whether a page brought some of its own; ours never do, and their count tells."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if ctx is not None and len(ctx.globals_keys) == len(self.environment.globals):
            ctx = None
        return super()._get_default_module(ctx)


def said(message: str, /, **data: object) -> Markup:
    """A sentence of a page in the reader's language, its places filled with escaped values."""
    language = current_language()
    if data or type(message) is not str:
        return Markup(i18n.gettext(language, message)) % data
    return _said(language, message)


@lru_cache(maxsize=16_384)
def _said(language: str, message: str) -> Markup:
    return Markup(i18n.gettext(language, message)) % {}


def in_language(function: Callable[Concatenate[str, T, P], str]) -> Callable[..., str]:
    """A formatter of core.i18n, speaking the request's language."""

    def filtered(value: T | None, /, *args: P.args, **kwargs: P.kwargs) -> str:
        return "" if value is None else function(current_language(), value, *args, **kwargs)

    return filtered


def localized(value: Localized | None) -> str:
    """A text of the club's data in the reader's language."""
    return value.to(current_language()) if value else ""


def here(language: str) -> str:
    """The present page in another language."""
    if request.method != "GET" or not request.endpoint:
        return f"?lang={language}"
    arguments: dict[str, Any] = {**request.args.to_dict(flat=False), **(request.view_args or {})}
    arguments["lang"] = language
    return url_for(request.endpoint, **arguments)


def install(app: Flask, *, version: str) -> None:
    """Translation, filters and functions of all templates; static files are named by `version`."""
    _equip(app.jinja_env, version)
    app.context_processor(lambda: {"lang": str(current_language())})


def _equip(env: Environment, version: str) -> None:
    """Translation, filters and functions of all templates."""

    def asset(name: str) -> str:
        return f"/static/{version}/{name}"

    env.template_class = SharedMacros
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: i18n.gettext(current_language(), message),
        lambda one, many, n: i18n.catalogue(current_language()).ngettext(one, many, n),
        newstyle=True,
        pgettext=lambda context, message: i18n.pgettext(current_language(), context, message),
        npgettext=lambda context, one, many, n: i18n.catalogue(current_language()).npgettext(
            context, one, many, n
        ),
    )
    env.globals.update(_=said, gettext=said)
    env.trim_blocks = env.lstrip_blocks = True
    env.policies["ext.i18n.trimmed"] = True
    env.filters.update(
        date=in_language(i18n.format_date),
        day=in_language(i18n.format_day),
        month=in_language(i18n.format_month),
        time=in_language(i18n.format_time),
        moment=in_language(i18n.format_moment),
        money=in_language(i18n.format_money),
        zone_name=in_language(i18n.zone_name),
        present=in_language(i18n.present),
        sentences=in_language(i18n.join_sentences),
        localized=localized,
        person_name=in_language(person_name),
    )
    env.globals.update(
        asset=asset,
        navigation=navigation,
        icon=icon,
        errors_of=errors_of,
        here=here,
        languages=LANGUAGES,
        homes=HOMES,
        form_key=form_key,
        csrf_token=generate_csrf,
        now=clock.now,
        current_actor=current_actor,
        current_sign_in=current_sign_in,
        current_language=current_language,
        club_name=lambda: club_name(current_language()),
        club_in_sentence=lambda: club_in_sentence(current_language()),
    )
