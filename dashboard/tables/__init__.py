"""One way of making a list: a table is declared once (`table`, `columns`, `filters`, `actions`), all else follows.

`asked` reads an address, `page` shows what it asks for, `bulk` does the same with many rows, `views` keeps addresses
under names. The declarations themselves stand in dashboard/lists/.
"""
