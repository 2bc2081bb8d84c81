"""The relationship manager's door: so far the own members, without their numbers and addresses."""

from vipclub.web.manager.views import manager

__all__ = ["manager"]
