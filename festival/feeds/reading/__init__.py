"""Reading programmes that other people wrote: frab XML and JSON, and iCalendar.

Every reader takes bytes from a stranger, so it is bounded in size, depth, number and time,
keeps the line number of whatever it reads, and knows two outcomes only: a whole
``ImportedProgramme`` or ``ImportRefused``.
"""
