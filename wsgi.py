"""The front door for a WSGI server: `gunicorn wsgi:app`."""

from vipclub import logs
from vipclub.app import create_app
from vipclub.production import refuse_unsafe_start
from vipclub.settings import Settings

logs.configure("info")
settings = Settings.load()
refuse_unsafe_start(settings)
app = create_app(settings)
