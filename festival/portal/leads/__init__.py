"""Interest leads: a visitor leaves an address with an exhibitor, by their own act.

Words: a *lead* is what one visitor passed on; its *wording* is the text that they read before.

Rules: only fields that the organizers allow and the organization asks for are taken; nothing is
passed on without the visitor's own press of a button; what is taken back, or has been kept as long
as was promised, is deleted and only a number stays.
"""
