"""Festivals of a city and their editions, the places and the hours.

Words: a *festival* is what a city holds again and again; an *edition* is one year of it; a *venue*
is an address, a *space* is a room or a lawn in it; *opening hours* are per venue and day.

Rules: an edition's days and times are read in its own IANA time zone; what belongs to one edition
is never seen from another; a draft edition is seen by its organizers only.
"""
