"""PURE. Office files that the bot gives out, and those that come back edited.

    cells        the columns of a draft as a workbook, and what stands in each cell
    draft_sheet  a draft -> .xlsx, and an edited .xlsx -> its rows
    judging      one row of an edited sheet: its cells as what they mean
    changes      what an edited sheet does to a draft, as values
    differences  the rows of an edited sheet against the draft as it stands now

The one rule: nothing here knows a database, and no file is believed.
"""
