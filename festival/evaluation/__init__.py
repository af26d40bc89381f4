"""What came of it: figures that a city can defend.

Words: *registrations*, *visits*, *unique visitors* and *participations* are four measures, each
with its own definition; *contributors* are never audience.

Rules: measures never mix; every figure says how it was obtained and as of when; no figure names a
person and small cells are not shown to the public.
"""
