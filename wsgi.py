"""The front door for a WSGI server: `gunicorn wsgi:app`."""

from vipclub.app import create_app

app = create_app()
