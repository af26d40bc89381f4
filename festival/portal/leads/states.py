"""Fields that a visitor may pass on, and the words for them."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


class LeadField(StrEnum):
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    DISTRICT = "district"
    NOTE = "note"


FIELD_NAMES = {
    LeadField.NAME: mark("Name"),
    LeadField.EMAIL: mark("E-mail address"),
    LeadField.PHONE: mark("Telephone"),
    LeadField.DISTRICT: mark("Postcode or district"),
    LeadField.NOTE: mark("What interests you"),
}

DEFAULT_FIELDS = (LeadField.NAME, LeadField.EMAIL, LeadField.NOTE)
"""What an organization may ask for until the organizers decide otherwise."""

DEFAULT_KEPT_DAYS = 60
"""Days after the last day of the festival until what was passed on is deleted here."""
MOST_KEPT_DAYS = 365
DAYS_TAKEN_AFTER = 7
"""Days after the last day of the festival on which an address can still be left."""

DEFAULT_PROTECTION = mark(
    "The festival passes on only what you type here, and only to this organization. You decide, "
    "you can take it back at any time, and you need it for nothing else at the festival."
)
"""Stands on the page until the organizers write a text of their own."""
