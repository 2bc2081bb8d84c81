"""What is done with a case: `opening`, the `red_button`, `answering` (words both ways), `handling`
(triage, waiting, partner, resolving, reopening), `merging`, `queries`; `timeline` keeps what
happened. Beside them
`tasks`, `related`, `rating`, and what is `on_the_desk` with a case: `drafts`, and who else has it
open."""
