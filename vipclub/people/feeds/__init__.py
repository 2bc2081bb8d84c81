"""What subsidiaries send, from the file to the customers' records.

- `subsidiaries`: the companies that send; `steps` and `queries`: of deliveries and of
  rows that were set aside
- `loading`: a delivery from its file to its end; `staging`: its rows written down, still invisible;
  `source_records`: staged rows become the records of customers
- `reading`: what a file says: its bytes, its header, a company's own words, what a row must be
- `raw_rows`: what the file said of a row that was set aside, sealed; `correcting`: such a row is
  corrected and tried again, or dropped
- `generated_files`: made-up files to try all this with

Who the records' persons are is decided outside (`people.linking`): nothing of `people` but its
front door and its commands knows this package.
"""
