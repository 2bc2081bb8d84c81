"""`vipclub setup`: from an empty server to a club whose first administrator can sign in.

`answers` is what is said by options and in a file, `asking` what is asked on a terminal, where each
answer is checked at once by the rules that production starts by; `environment_file` keeps the
settings, `opening` makes what a new club has: schema, companies, rules, the first administrator.
`one_run` is their order, `cli` the command.

Decisions:
- 2026-11: what is in the environment or the file is never changed, only added to: another answer
  to it is refused before anything is done, since one of the two is a mistake.
- 2026-11: fresh keys are never made for a database that holds a club: its people could not be read.
- 2026-11: nothing is written before all that was answered is right; from then on each step is whole
  by itself, and a second run goes on after the last one.
"""
