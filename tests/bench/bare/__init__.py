"""The bare application: the work of a booking and of a page without a club around it. What the
club's figures are held against."""
