"""The solver's own program: an order as JSON comes in, its result as JSON goes out.

Run as ``python -s -P -m program`` in a process of its own, with this folder's parent as the only
``PYTHONPATH``.  It imports nothing of the festival, reads no file and no network, and limits its
own memory and time before it begins.
"""
