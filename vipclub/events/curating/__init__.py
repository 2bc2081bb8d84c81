"""How an event comes about: `drafting` writes and changes it, `rules` says what fits together,
`reviewing` is the second person's word, `calling_off` cancels it and tells everybody, `ending` ends
what is over, `costs` is its budget."""
