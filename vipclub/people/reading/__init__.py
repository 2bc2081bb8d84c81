"""From a subsidiary's file to rows: the file as a whole, its header, the values of a row."""
