"""What is done with a case: `opening`, `answering` (words both ways), `handling` (triage, waiting,
partner, resolving, reopening), `merging`, `queries`; `timeline` keeps what happened."""
