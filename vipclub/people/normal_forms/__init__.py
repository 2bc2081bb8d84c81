"""Single values in the one form in which they are stored and compared: `names`, `texts`,
`documents` (identity documents), `phone_numbers`, `email_addresses`, `dates`, `amounts`.

Pure functions. Each gives the normal form, or raises `BadValue` with a code of `reasons`.
"""
