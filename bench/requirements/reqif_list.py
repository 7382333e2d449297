"""A list of requirements as ReqIF (OMG, version 1.2), or as the zip archive of it.

Read with the standard library's expat, as a stream: of the format's forty elements a list of ids
and texts needs eight, and exports of real tools do not keep to the schema in the others. What a
list could do harm with, a DTD and its entities, is refused before it is looked at.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from bench.errors import ConfigError
from bench.requirements.row import Row

ID = ("ReqIF.ForeignID", "IDENTIFIER")
TEXT = ("ReqIF.Text", "ReqIF.Description", "ReqIF.Name", "ReqIF.ChapterName", "LONG-NAME", "DESC")
COVERED_BY = ("covered_by",)
MOST_BYTES = 200_000_000  # of an archive's file when it is unpacked: far above any real list
_OWN = ("IDENTIFIER", "LONG-NAME", "DESC")
_TYPE = "TYPE"  # of an object: what many tools tell headings from requirements by
_BLOCKS = frozenset(("p", "div", "li", "br", "tr", "table", "ul", "ol", "h1", "h2", "h3", "td"))


def read_reqifz(raw: bytes, source: str) -> list[Row]:
    """Return the rows of every ReqIF file in an archive; raises ConfigError."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            inner = [i for i in archive.infolist() if i.filename.lower().endswith(".reqif")]
            if not inner:
                raise ConfigError(f"{source}: holds no .reqif file")
            return [row for info in inner for row in _inner(archive, info, source)]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise ConfigError(f"{source}: is not an archive that can be read: {error}") from None


def _inner(archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: str) -> list[Row]:
    name = f"{source}/{info.filename}"
    with archive.open(info) as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise ConfigError(f"{name}: is larger than {MOST_BYTES // 1_000_000} MB")
    return read_reqif(raw, name)


def read_reqif(raw: bytes, source: str) -> list[Row]:
    """Return the objects of a ReqIF file, in the order of its specifications.

    Attributes go by the long names of their definitions; the object's own are IDENTIFIER,
    LONG-NAME and DESC, and TYPE is the long name of its type.

    Raises:
        ConfigError: it is no ReqIF, or has a document type declaration.
    """
    reader = _Reader(source)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.say
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        what = expat.errors.messages[error.code]
        raise ConfigError(f"{source}: line {error.lineno}: is not XML: {what}") from None
    return list(reader.rows())


@dataclass
class _Value:
    """An attribute of an object while it is read."""

    text: str
    definition: str = ""
    choices: list[str] = field(default_factory=list)


@dataclass
class _Object:
    own: dict[str, str]
    type: str = ""
    values: list[_Value] = field(default_factory=list)


@dataclass
class _Reader:
    """Takes what expat finds; names are put in at the end, since they may stand anywhere."""

    source: str
    _names: dict[str, str] = field(default_factory=dict)  # of definitions, choices and types
    _objects: dict[str, _Object] = field(default_factory=dict)
    _order: dict[str, None] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)
    _object: _Object | None = None
    _value: _Value | None = None
    _said: list[str] = field(default_factory=list)

    def refuse(self, *_: object) -> None:
        """Refuse a document type declaration: entities in it can grow without bound."""
        raise ConfigError(f"{self.source}: has a document type declaration (DTD): refused")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        tag = name.rpartition(" ")[2]
        if not self._open and tag != "REQ-IF":
            raise ConfigError(f'{self.source}: is not ReqIF: its first element is "{tag}"')
        self._open.append(tag)
        if tag == "SPEC-OBJECT":
            own = {key: attributes[key] for key in _OWN if key in attributes}
            self._object = self._objects[own.get("IDENTIFIER", "")] = _Object(own)
        elif tag.startswith("ATTRIBUTE-VALUE-") and self._object is not None:
            self._value = _Value(attributes.get("THE-VALUE", ""))
            self._object.values.append(self._value)
        elif "IDENTIFIER" in attributes and (
            tag.startswith("ATTRIBUTE-DEFINITION-") or tag in {"ENUM-VALUE", "SPEC-OBJECT-TYPE"}
        ):
            named = attributes.get("LONG-NAME") or attributes["IDENTIFIER"]
            self._names.setdefault(attributes["IDENTIFIER"], named)
        if tag.endswith("-REF") or tag == "THE-VALUE":
            self._said.clear()
        elif tag in _BLOCKS:
            self._said.append("\n")

    def say(self, text: str) -> None:
        """Take a piece of text; in XHTML, the end of a line is a space."""
        self._said.append(re.sub(r"\s+", " ", text) if "THE-VALUE" in self._open else text)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        tag = name.rpartition(" ")[2]
        self._open.pop()
        text = "".join(self._said)
        if tag == "SPEC-OBJECT":
            self._object = None
        elif tag == "SPEC-OBJECT-TYPE-REF" and self._object is not None:
            self._object.type = text.strip()
        elif tag == "SPEC-OBJECT-REF" and "SPEC-HIERARCHY" in self._open:
            self._order.setdefault(text.strip())
        elif self._value is not None:
            self._end_of_value(self._value, tag, text)

    def _end_of_value(self, value: _Value, tag: str, text: str) -> None:
        if tag.startswith("ATTRIBUTE-DEFINITION-"):
            value.definition = text.strip()
        elif tag == "ENUM-VALUE-REF":
            value.choices.append(text.strip())
        elif tag == "THE-VALUE":
            value.text = text
        elif tag.startswith("ATTRIBUTE-VALUE-"):
            self._value = None

    def rows(self) -> Iterator[Row]:
        """Yield every object: those of a specification in its order, then the others."""
        for identifier in {**self._order, **dict.fromkeys(self._objects)}:
            found = self._objects.get(identifier)
            if found is not None:
                yield Row(f"object {identifier}", self._fields(found))

    def _fields(self, found: _Object) -> dict[str, str]:
        fields = found.own | {_TYPE: self._names.get(found.type, found.type)}
        for value in found.values:
            chosen = ", ".join(self._names.get(choice, choice) for choice in value.choices)
            name = self._names.get(value.definition, value.definition)
            fields[name] = chosen or _plain(value.text)
        return {name: text for name, text in fields.items() if name}


def _plain(text: str) -> str:
    r"""Return a text with its lines, and without the spaces that only lay XHTML out.

    >>> _plain("\n  The car \t opens.\n\n  Always.\n")
    'The car opens.\nAlways.'
    """
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(filter(None, lines))
