"""The calls of an edition: when one may apply, what is asked, which stands there are.

Words: a *call* is open between two instants, and once more in a second window if the organizers
want; a *question* is the organizers' own; a *stand class* is a kind of stand that one can wish
for; a *call link* lets one organization in, late or because it was invited.

Rules: what is asked may change while a call is open, answers that were given stay; a question that
depends on another is asked only where that answer was given; a link opens one application only.
"""
