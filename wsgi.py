"""The front door for a WSGI server: `gunicorn wsgi:app`."""

from vipclub import logs
from vipclub.app import create_app

logs.configure("info")
app = create_app()
