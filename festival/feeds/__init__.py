"""The doors through which programmes come in and go out.

Its words: a *feed* is the published programme in an outside format; an *import* reads such a
format from somebody else; a *plan* says what an import would change before anything changes.

Its three main rules: every outgoing format is made from the published document alone; an
incoming file is taken whole or refused whole, with file, line and reason; importing the same
file twice changes nothing the second time.
"""
