"""Referrals: somebody is handed on to a company of the group, with consent (docs/decisions.md 63).
`making` asks for the consent and makes them, `answering` is the company's side, `ending` ends what
nobody answers, `queries` lists them."""
