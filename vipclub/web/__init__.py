"""The doors: HTTP, forms and pages, a package an audience. No rules of the club in here."""
