"""A small tree of an XML document in which every element knows its line.

No DOCTYPE, hence no entities and nothing fetched; bounded in depth and number of elements
while it is read, so that a bomb stops at its first floor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from festival.feeds.reading.limits import MAX_XML_DEPTH, MAX_XML_ELEMENTS
from festival.feeds.reading.problems import ProblemLog
from festival.shared.sentences import mark

XINCLUDE = "{http://www.w3.org/2001/XInclude}"


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, str]
    line: int
    texts: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def all(self, tag: str) -> Iterator[Element]:
        return (each for each in self.children if each.tag == tag)

    def first(self, tag: str) -> Element | None:
        return next(self.all(tag), None)

    def text_of(self, tag: str) -> str:
        """Text of the first child of that name, stripped; empty where there is none."""
        child = self.first(tag)
        return child.text.strip() if child else ""

    def line_of(self, tag: str) -> int:
        child = self.first(tag)
        return child.line if child else self.line


class _LineBuilder:
    """Target of the parser: builds the tree, refuses what goes too far."""

    def __init__(self, log: ProblemLog) -> None:
        self.log = log
        self.parser: DefusedXMLParser | None = None
        self.root: Element | None = None
        self.stack: list[Element] = []
        self.count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self.parser.parser.CurrentLineNumber if self.parser else 0
        self.count += 1
        if self.count > MAX_XML_ELEMENTS:
            raise self.log.stop(line, mark("The file has too many elements."))
        if len(self.stack) >= MAX_XML_DEPTH:
            raise self.log.stop(line, mark("The elements are nested too deeply."))
        if tag.startswith(XINCLUDE):
            raise self.log.stop(line, mark("The file wants to include another file."))
        element = Element(tag, attributes, line)
        if self.stack:
            self.stack[-1].children.append(element)
        else:
            self.root = element
        self.stack.append(element)

    def end(self, tag: str) -> None:
        self.stack.pop()

    def data(self, text: str) -> None:
        if self.stack:
            self.stack[-1].texts.append(text)

    def close(self) -> None:
        """Asked for by the parser; the tree is in ``root``."""


def read_tree(data: bytes, log: ProblemLog) -> Element:
    """The document's root element; raises ``ImportRefused`` with the line otherwise."""
    builder = _LineBuilder(log)
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.parser = parser
    try:
        parser.feed(data)
        parser.close()
    except ParseError as error:
        raise log.stop(
            error.position[0], mark("This is not well-formed XML: %(detail)s"), detail=error.msg
        ) from error
    except DefusedXmlException as error:
        raise log.stop(
            parser.parser.CurrentLineNumber,
            mark("The file declares a DOCTYPE or entities, which are not accepted."),
        ) from error
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise log.stop(1, mark("This is not well-formed XML: %(detail)s"), detail=error) from error
    if builder.root is None:
        raise log.stop(1, mark("The file is empty."))
    return builder.root
