"""The corridor: what every room walks through, and nothing that belongs to one.

A small closed list: clock, columns, errors, unit of work (work), access, forms, tokens, journal (audit),
pictures, tasks, translations and mail addresses.  A rule of the festival never lives here.
"""
