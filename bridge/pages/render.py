"""Pages from templates, in the reader's language."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from aiohttp import web
from babel.dates import format_datetime

from bridge import __version__, assets
from bridge.pages.headers import NONCE
from bridge.pages.texts import Texts


class Renderer:
    """Fills templates. Every template gets ``_`` (translate), ``language``, ``nonce``, ``version`` and ``when``."""

    def __init__(self, texts: Texts, zone: ZoneInfo) -> None:
        self._texts = texts
        self._zone = zone
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(assets.TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            enable_async=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, request: web.Request, template: str, status: int = 200, **context: Any) -> web.Response:
        """The template's page, in the language the browser asks for first."""
        catalogue = self._texts.catalogue(self._texts.preferred(request.headers.get("Accept-Language", "")))
        assert catalogue is not None

        def when(at_ms: int) -> str:
            at = datetime.fromtimestamp(at_ms / 1000, UTC)
            locale = catalogue.language.locale.replace("-", "_")
            return format_datetime(at, "short", tzinfo=self._zone, locale=locale)

        text = self._templates.get_template(template).render(
            nonce=request.get(NONCE, ""),
            language=catalogue.language,
            _=catalogue.gettext(),
            when=when,
            version=__version__,
            **context,
        )
        return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def inline_json(value: Any) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
