"""The API: written by the lead (helper WEB: leave this folder and tests/web/api to the lead)."""
