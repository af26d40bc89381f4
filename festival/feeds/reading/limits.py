"""How much of a stranger's file is read: the largest real programme known, several times over.

Measured on real files: FOSDEM 2020 is 2.1 MB with 872 events, 18,036 XML elements and a
longest text of 7,015 characters.
"""

MAX_BYTES = 5 * 1024 * 1024
MAX_SESSIONS = 5_000
MAX_OCCURRENCES = 10_000
MAX_XML_ELEMENTS = 150_000
MAX_XML_DEPTH = 32
MAX_JSON_CONTAINERS = 60_000
MAX_JSON_COMMAS = 300_000
MAX_CONTENT_LINES = 100_000
MAX_LINE_CHARACTERS = 100_000
MAX_COMPONENT_DEPTH = 8
MAX_RAW_TITLE = 5_000  # what is longer is no title; refused
MAX_TITLE = 500  # as the tables hold it; PyCon UK 2015 has one of 508, shortened with a warning
MAX_NAME = 200
MAX_IDENTIFIER = 255
MAX_TEXT = 50_000
MAX_DAYS = 100  # an exhibition may stay open for a season
MAX_PRESENTERS = 200
MAX_LINKS = 200
EARLIEST_YEAR = 1970
LATEST_YEAR = 2090  # before 2100, which is no leap year: recurrence.py counts on it

# A rule such as "every day" says how often within how long; what goes on longer than a
# festival's preparation is a mistake or an attack, and dateutil would count until year 9999.
MAX_RULE_YEARS = 5
MAX_RULE_OCCURRENCES = 400
MAX_RULES = 100

MAX_PROBLEMS = 50
MAX_WARNINGS = 200
