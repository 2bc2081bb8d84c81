"""From a subsidiary's file to rows.

- `files`: opens a file, tells its kind and encoding, finds the header, gives the rows
- `child_process` and `workbooks_and_parquet`: the two sides of the process in which such
  files are read
- `company_maps`: a company's own headers, words and ways to write days
- `row_validation`: a row becomes a customer's data, or what is wrong with it
"""
