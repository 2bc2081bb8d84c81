"""Callbacks: somebody is to be called back by a moment. `asking` makes them, `calling` says what
came of a call, `watching` is the clock and keeps an owner on duty, `queries` lists them."""
