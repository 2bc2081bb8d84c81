"""Who may be meant by what was typed: survivors, as SQL for others to join.

- `meant`: a way of being meant, and by what; bounded
- `by_number`: a reference, a phone number or its last four digits, an e-mail address
- `by_name`: a name in characters, pinyin or other letters, in any order, by its initials, a given
  name, a relative's name; narrowed by year of birth and city
- `of_somebody`: whether a name is somebody's, for lists that are scoped already

A number is compared in E.164, a name by its key and by its spellings (`normal_forms`): script,
accents, tones, spaces and the order of the words make no difference. What is looked for stands in
`SourceRecord`, `OwnDetails`, `FamilyTie` and `NameSpelling`; records that were deleted count for
nothing. Every way reads a bounded number of rows, however many people are called so.
"""
