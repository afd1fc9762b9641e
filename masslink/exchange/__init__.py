"""exchange: lists that come in (CSV, spreadsheets, vCards) and lists that go out.

reading turns a file's bytes into a table of text (encodings, separated, spreadsheet and vcards help it),
headings knows what columns are called, columns guesses what each column holds and which stay behind, rows
makes a person's fields of one row, matching finds who is already here, writing makes files, wording fills
sentences. None of these knows the database or Django.

blocks keeps the rows sealed while they wait, taking says how columns and units are meant, acquainted holds whom
we know, steps decides about some rows at a time, newcomers writes people, settling hears the answers, undoing
takes a list back, problems says what was wrong. taking_out makes a list that leaves. doubles shows who stands
at a place twice.
"""
