"""What can be had: the slot that somebody asks for (`slots`), services, days and free times to
choose from (`search`), and other times in place of an appointment's own (`alternatives`)."""
