"""Emergency contacts of a member: whom the club may tell of her, and who may act for her until a
day. `changing` names, changes and removes them, `ending` ends what was given until a day, `reading`
lists them, `callers` has the receipt that staff know who calls."""
