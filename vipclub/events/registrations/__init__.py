"""Who has a seat at an event and who waits for one: `registering` takes seats or a place in the
line, `party` is who comes along, `moving_up` offers seats that come free to the next in line,
`answering` accepts, declines and cancels, `ending` ends what waits."""
