"""The corridor: what every room walks through, and nothing that belongs to one.

A small closed list: the gate (readable), clock, columns, errors, unit of work, access, addresses,
headers, caching, forms, tokens, journal (audit), pictures, tables, Markdown, tasks and their queue,
languages and translations.  A rule of the festival never lives here.
"""
