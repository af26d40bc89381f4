"""Twin cities: who they are, which clock they live by, who speaks for them.

Words: a *twin city* is a partner of the host city; its *time zone* decides how its own people read
a time.  Its logo comes with terms of use.

Rules: every time shown to a partner stands in both zones, with a change of date flagged; a partner
sees and edits its own city only; a city is kept from edition to edition.
"""
