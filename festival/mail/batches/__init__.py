"""Messages of the organizers to many people, and news that is held until somebody has read it.

Words: a *segment* is a group of people that a room can name ("accepted exhibitors"); a *batch* is
one message to a segment, or a pile of held letters of another origin; its *letters* are the rows in
the outbox.

Rules: whoever stands in a segment twice gets one mail; a batch is released once, and pressing twice
or a crash sends nobody two letters; organizers' words are filled in by looking up allowed names,
never read as a template.
"""
