"""People who work on a festival, how they sign in, and what they may do where.

Words: a *person* signs in; a *role grant* gives one role in one edition, organization or twin
city; a *sign-in* is one browser that is signed in; a *one-time link* invites, resets or sets up.

Rules: a sign-in lives on the server and dies at sign-out and at a change of password; a
one-time link works once and for a short time; a role never reaches beyond its own object.
"""
