"""The version: the newest section of CHANGELOG.md, what the wheel is called, the release's tag."""

__version__ = "0.6.0"
