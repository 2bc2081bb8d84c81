"""The thread between a member and the relationship manager: words both ways, an answer promised,
and what happens to a message that nobody answers: it goes on as a case (`assistance`)."""
