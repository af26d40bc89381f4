"""Everything the festival promises by mail, written down before it is sent.

Words: a *message* waits in the *outbox*; the worker *delivers* it; a *kind* names the occasion.

Rules: a message is written in the transaction of what causes it, and sent only after the commit;
its key makes the same occasion the same message; a message is rendered in the recipient's language.
"""
