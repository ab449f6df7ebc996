"""Spreadsheets in and out: facts as rows of CSV and XLSX, told by their public identities, never by database ids.

`parsing` makes texts of a file (`csv_file`, `xlsx_file`) and refuses what is no sheet; `layouts` says which `columns`
each kind of fact has; `importing` judges and writes the rows; `exporting` writes files. The desk
(admin/spreadsheets.py) and `manage.py import_facts` both use these.
"""
