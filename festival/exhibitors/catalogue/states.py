"""Licences of the open data, and what a reader can filter by."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


class Licence(StrEnum):
    """SPDX identifiers."""

    CC0 = "CC0-1.0"
    CC_BY = "CC-BY-4.0"
    CC_BY_SA = "CC-BY-SA-4.0"
    ODBL = "ODbL-1.0"


LICENCE_NAMES = {
    Licence.CC0: mark("CC0 1.0: nobody has to ask or to name you"),
    Licence.CC_BY: mark("CC BY 4.0: everybody may use it who names the source"),
    Licence.CC_BY_SA: mark("CC BY-SA 4.0: as CC BY, and what is made of it is as free"),
    Licence.ODBL: mark("ODbL 1.0: for databases, as OpenStreetMap uses it"),
}
LICENCE_ADDRESSES = {
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.ODBL: "https://opendatacommons.org/licenses/odbl/1-0/",
}


class Facet(StrEnum):
    """What a reader can filter by; the values are the names in the address."""

    SECTOR = "sector"
    STRAND = "strand"
    DISTRICT = "district"
    LANGUAGE = "language"
    ACCESS = "access"
    ALL_YEAR = "all_year"


class Spot(StrEnum):
    """What stands on the map."""

    VENUE = "venue"
    PLACE = "place"
