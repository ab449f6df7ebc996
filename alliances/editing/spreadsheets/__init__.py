"""Spreadsheets in and out: facts as rows of CSV and XLSX, told by their public identities, never by database ids.

`reading` makes texts of a file and refuses what is no sheet, `resources` says which columns each kind of fact has,
`importing` judges and writes the rows, `writing` exports. The desk (admin/sheets.py) and `manage.py import_facts`
both ask these.
"""
