"""The file of partners: one TOML document with companies, sites, services, prices, hours, rules and
staff, which `vipclub partner load` brings into the club, as a whole or not at all.

- `toml_places`: a table of the document and what is wrong with it, by path and line.
- `entries`, `reading`: the document as values; all that can be said of it without the club.
- `standing`: what the club has, found by key or reference.
- `comparison`, `comparing`, `comparing_offerings`, `comparing_staff`: what differs, as steps; what
  can't be.
- `loading`: the steps, in one transaction. `exporting`: what stands, as such a document.
- `cli`: `vipclub partner`.

It is a door: it decides nothing that a page couldn't, and changes only by the parts' use cases.
What the file leaves out is left as it is.
"""
