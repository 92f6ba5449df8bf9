"""A group's attendance over a year as an Excel workbook, through openpyxl (the extra `xlsx`)."""

from openpyxl import Workbook

from commands.attendance_years import AttendanceYear

from .round_excel import about, add_table, saved


def workbook(year: AttendanceYear) -> bytes:
    """The year as a .xlsx file: by agency, and by seat and meeting."""
    book = Workbook()
    book.remove(book.worksheets[0])
    about(book, year.title, year.partnership, year.made, year.lines)
    add_table(book, year.by_agency.heading, year.by_agency)
    add_table(book, year.by_seat.heading, year.by_seat)
    return saved(book, year.title, year.partnership)
