"""What a ``schedule.json`` must look like to be read; a JSON Schema of our own.

It asks for what the reader needs and for the types of what it reads, and lets through what
dialects add (pretalx writes ``answers`` into its events).  It refuses the list of rooms outside
the conference and numbers written as text, as the published format does.
"""

from __future__ import annotations

from typing import Any

TEXT: dict[str, Any] = {"type": ["string", "null"]}
NUMBER_OR_TEXT: dict[str, Any] = {"type": ["integer", "string", "null"]}

PERSON: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": ["integer", "null"]},
        "code": TEXT,
        "guid": TEXT,
        "name": TEXT,
        "public_name": TEXT,
    },
    "anyOf": [{"required": ["name"]}, {"required": ["public_name"]}],
}
REFERENCE: dict[str, Any] = {
    "type": "object",
    "properties": {"url": TEXT, "title": TEXT},
    "required": ["url"],
}
EVENT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "guid": {"type": "string", "minLength": 1, "maxLength": 255},
        "id": {"type": "integer"},
        "code": TEXT,
        "date": {"type": "string", "minLength": 10},
        "start": TEXT,
        "duration": {"type": "string"},
        "room": TEXT,
        "title": {"type": "string", "minLength": 1},
        "subtitle": TEXT,
        "track": TEXT,
        "type": TEXT,
        "language": TEXT,
        "abstract": TEXT,
        "description": TEXT,
        "url": TEXT,
        "persons": {"type": ["array", "null"], "items": PERSON},
        "links": {"type": ["array", "null"], "items": REFERENCE},
        "attachments": {"type": ["array", "null"], "items": REFERENCE},
    },
    "required": ["guid", "title", "date", "duration"],
}
DAY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "rooms": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": EVENT},
        },
    },
    "required": ["date", "rooms"],
}
SCHEDULE_JSON: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "schedule": {
            "type": "object",
            "properties": {
                "version": {"type": ["string", "number", "null"]},
                "base_url": TEXT,
                "rooms": False,
                "conference": {
                    "type": "object",
                    "properties": {
                        "title": {"type": "string"},
                        "time_zone_name": TEXT,
                        "days": {"type": "array", "items": DAY},
                        "rooms": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {"name": {"type": "string"}},
                                "required": ["name"],
                            },
                        },
                    },
                    "required": ["title", "days"],
                },
            },
            "required": ["conference"],
        }
    },
    "required": ["schedule"],
}
