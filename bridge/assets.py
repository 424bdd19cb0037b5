"""Where the files lie that are not Python: pages, static files, catalogues, configuration.

In a checkout they are the folders web/, kiosk/ and config/ beside bridge/; in an installed wheel the same
folders lie in bridge/_assets.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
ROOT = _PACKAGE / "_assets" if (_PACKAGE / "_assets").is_dir() else _PACKAGE.parent

CONFIG = ROOT / "config"
WEB = ROOT / "web"
STATIC = WEB / "static"
TEMPLATES = WEB / "templates"
LOCALES = WEB / "locales"
KIOSK_PAGE = ROOT / "kiosk" / "page"
