"""What is done in a case step by step, by kind and country: `reading` reads the file beside it and
puts a case's list together, `ticking` keeps in the timeline what is done."""
