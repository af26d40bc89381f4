"""Visitors: registering without an account, for a whole household, and booking places.

Words: a *registration* is one household or group; a *booking* takes places in one occurrence; an
*age band* says how many of the household are how old.

Rules: name and e-mail are optional; a place is taken under a guard, so that nothing is oversold;
age bands stand apart from the badge and are only ever shown as totals.
"""
