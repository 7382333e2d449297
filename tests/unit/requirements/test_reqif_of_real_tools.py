"""ReqIF in the shapes in which requirement tools really export it, rebuilt with texts of our own.

Seen in public exports of Polarion, IBM DOORS Next and Eclipse RMF / ReqIF Studio, and in the ReqIF
implementation guide.
"""

import io
import zipfile

import pytest

from bench.config.requirements_section import RequirementsSection
from bench.requirements.loading import load_requirements

NAMESPACE = "http://www.omg.org/spec/ReqIF/20110401/reqif.xsd"
XHTML = "http://www.w3.org/1999/xhtml"

# Polarion: the type of an object says whether it is a heading; XHTML by a prefix; one hierarchy in
# another, both with the same identifier
POLARION = f"""<?xml version="1.0" encoding="UTF-8"?>
<REQ-IF xmlns="{NAMESPACE}" xmlns:xhtml="{XHTML}"><THE-HEADER><REQ-IF-HEADER IDENTIFIER="h"/></THE-HEADER>
<CORE-CONTENT><REQ-IF-CONTENT><DATATYPES><DATATYPE-DEFINITION-ENUMERATION IDENTIFIER="d1" LONG-NAME="Status">
<SPECIFIED-VALUES><ENUM-VALUE IDENTIFIER="v1" LONG-NAME="Approved"><PROPERTIES>
<EMBEDDED-VALUE KEY="1" OTHER-CONTENT="Approved"/></PROPERTIES></ENUM-VALUE>
<ENUM-VALUE IDENTIFIER="v2" LONG-NAME="Draft"/></SPECIFIED-VALUES></DATATYPE-DEFINITION-ENUMERATION></DATATYPES>
<SPEC-TYPES><SPECIFICATION-TYPE IDENTIFIER="doc" LONG-NAME="Live Document"/>
<SPEC-OBJECT-TYPE IDENTIFIER="t1" LONG-NAME="Heading"><SPEC-ATTRIBUTES>
<ATTRIBUTE-DEFINITION-STRING IDENTIFIER="a1" LONG-NAME="ReqIF.ChapterName"/>
<ATTRIBUTE-DEFINITION-STRING IDENTIFIER="a2" LONG-NAME="ReqIF.ForeignID"/></SPEC-ATTRIBUTES></SPEC-OBJECT-TYPE>
<SPEC-OBJECT-TYPE IDENTIFIER="t2" LONG-NAME="System Requirement"><SPEC-ATTRIBUTES>
<ATTRIBUTE-DEFINITION-STRING IDENTIFIER="b1" LONG-NAME="ReqIF.ForeignID"/>
<ATTRIBUTE-DEFINITION-XHTML IDENTIFIER="b2" LONG-NAME="ReqIF.Text"/>
<ATTRIBUTE-DEFINITION-ENUMERATION IDENTIFIER="b3" LONG-NAME="Status" MULTI-VALUED="false"/>
<ATTRIBUTE-DEFINITION-DATE IDENTIFIER="b4" LONG-NAME="ReqIF.ForeignCreatedOn"/>
</SPEC-ATTRIBUTES></SPEC-OBJECT-TYPE></SPEC-TYPES><SPEC-OBJECTS>
<SPEC-OBJECT IDENTIFIER="o1"><VALUES>
<ATTRIBUTE-VALUE-STRING THE-VALUE="Access without the cloud"><DEFINITION><ATTRIBUTE-DEFINITION-STRING-REF>a1</ATTRIBUTE-DEFINITION-STRING-REF></DEFINITION></ATTRIBUTE-VALUE-STRING>
<ATTRIBUTE-VALUE-STRING THE-VALUE="ACC-100"><DEFINITION><ATTRIBUTE-DEFINITION-STRING-REF>a2</ATTRIBUTE-DEFINITION-STRING-REF></DEFINITION></ATTRIBUTE-VALUE-STRING>
</VALUES><TYPE><SPEC-OBJECT-TYPE-REF>t1</SPEC-OBJECT-TYPE-REF></TYPE></SPEC-OBJECT>
<SPEC-OBJECT IDENTIFIER="o2"><VALUES>
<ATTRIBUTE-VALUE-ENUMERATION><VALUES><ENUM-VALUE-REF>v2</ENUM-VALUE-REF></VALUES><DEFINITION><ATTRIBUTE-DEFINITION-ENUMERATION-REF>b3</ATTRIBUTE-DEFINITION-ENUMERATION-REF></DEFINITION></ATTRIBUTE-VALUE-ENUMERATION>
<ATTRIBUTE-VALUE-DATE THE-VALUE="2023-03-15T10:46:58.611Z"><DEFINITION><ATTRIBUTE-DEFINITION-DATE-REF>b4</ATTRIBUTE-DEFINITION-DATE-REF></DEFINITION></ATTRIBUTE-VALUE-DATE>
<ATTRIBUTE-VALUE-STRING THE-VALUE="ACC-101"><DEFINITION><ATTRIBUTE-DEFINITION-STRING-REF>b1</ATTRIBUTE-DEFINITION-STRING-REF></DEFINITION></ATTRIBUTE-VALUE-STRING>
<ATTRIBUTE-VALUE-XHTML><DEFINITION><ATTRIBUTE-DEFINITION-XHTML-REF>b2</ATTRIBUTE-DEFINITION-XHTML-REF></DEFINITION><THE-VALUE>
<xhtml:div>The key card <xhtml:em>shall</xhtml:em> open the car.<xhtml:ul><xhtml:li>always</xhtml:li>
<xhtml:li>within 1.5 s</xhtml:li></xhtml:ul></xhtml:div></THE-VALUE></ATTRIBUTE-VALUE-XHTML></VALUES>
<TYPE><SPEC-OBJECT-TYPE-REF>t2</SPEC-OBJECT-TYPE-REF></TYPE></SPEC-OBJECT></SPEC-OBJECTS>
<SPECIFICATIONS><SPECIFICATION IDENTIFIER="s"><VALUES><ATTRIBUTE-VALUE-STRING THE-VALUE="not a requirement"/></VALUES>
<TYPE><SPECIFICATION-TYPE-REF>doc</SPECIFICATION-TYPE-REF></TYPE><CHILDREN>
<SPEC-HIERARCHY IDENTIFIER="n"><OBJECT><SPEC-OBJECT-REF>o1</SPEC-OBJECT-REF></OBJECT><CHILDREN>
<SPEC-HIERARCHY IDENTIFIER="n"><OBJECT><SPEC-OBJECT-REF>o2</SPEC-OBJECT-REF></OBJECT></SPEC-HIERARCHY>
</CHILDREN></SPEC-HIERARCHY></CHILDREN></SPECIFICATION></SPECIFICATIONS></REQ-IF-CONTENT></CORE-CONTENT></REQ-IF>"""

# DOORS Next: no types in the file, so attributes go by identifiers; the type before the values;
# XHTML by a namespace of its own, as an editor left it; a value before it was simplified
DOORS_NEXT = f"""<?xml version="1.0" encoding="UTF-8"?>
<REQ-IF xmlns="{NAMESPACE}" xmlns:rm="http://www.ibm.com/rm" xmlns:reqif="{NAMESPACE}"><CORE-CONTENT>
<REQ-IF-CONTENT><SPEC-OBJECTS><SPEC-OBJECT IDENTIFIER="_f0" LAST-CHANGE="2022-01-01T00:01:01.260Z">
<TYPE><SPEC-OBJECT-TYPE-REF>_ee</SPEC-OBJECT-TYPE-REF></TYPE><VALUES>
<ATTRIBUTE-VALUE-XHTML IS-SIMPLIFIED="true"><DEFINITION><ATTRIBUTE-DEFINITION-XHTML-REF>_text</ATTRIBUTE-DEFINITION-XHTML-REF></DEFINITION>
<THE-ORIGINAL-VALUE><div xmlns="{XHTML}">a table</div></THE-ORIGINAL-VALUE>
<THE-VALUE><div xmlns="{XHTML}"><p><!-- x-tinymce/html -->The&#xA0;owner<!-- x-tinymce/html --> is&#xA0; told
&lt;nothing&gt; untrue</p><p><object data="files/a.png" type="image/png">the app's picture</object></p></div></THE-VALUE>
</ATTRIBUTE-VALUE-XHTML>
<ATTRIBUTE-VALUE-XHTML><DEFINITION><ATTRIBUTE-DEFINITION-XHTML-REF>_empty</ATTRIBUTE-DEFINITION-XHTML-REF></DEFINITION>
<THE-VALUE><div xmlns="{XHTML}"/></THE-VALUE></ATTRIBUTE-VALUE-XHTML>
<ATTRIBUTE-VALUE-BOOLEAN THE-VALUE="false"><DEFINITION><ATTRIBUTE-DEFINITION-BOOLEAN-REF>_b</ATTRIBUTE-DEFINITION-BOOLEAN-REF></DEFINITION></ATTRIBUTE-VALUE-BOOLEAN>
<ATTRIBUTE-VALUE-INTEGER THE-VALUE="1672600"><DEFINITION><ATTRIBUTE-DEFINITION-INTEGER-REF>_id</ATTRIBUTE-DEFINITION-INTEGER-REF></DEFINITION></ATTRIBUTE-VALUE-INTEGER>
<ATTRIBUTE-VALUE-ENUMERATION><DEFINITION><ATTRIBUTE-DEFINITION-ENUMERATION-REF>_kind</ATTRIBUTE-DEFINITION-ENUMERATION-REF></DEFINITION>
<VALUES><ENUM-VALUE-REF>_safety</ENUM-VALUE-REF><ENUM-VALUE-REF>_security</ENUM-VALUE-REF></VALUES></ATTRIBUTE-VALUE-ENUMERATION>
</VALUES></SPEC-OBJECT></SPEC-OBJECTS><SPEC-RELATION-GROUPS>
</SPEC-RELATION-GROUPS></REQ-IF-CONTENT></CORE-CONTENT>
<TOOL-EXTENSIONS><REQ-IF-TOOL-EXTENSION><rm:ATTRIBUTE-VALUE-STRING THE-VALUE="of the tool"/>
</REQ-IF-TOOL-EXTENSION></TOOL-EXTENSIONS></REQ-IF>"""


def load(tmp_path, content, name="list.reqif", **section):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    section = RequirementsSection(file=name, **section)
    found = load_requirements(section, tmp_path, source="bench.toml")
    return [(each.id, each.text) for each in found.requirements]


TEXT = "The key card shall open the car.\nalways\nwithin 1.5 s"


def test_lists_and_emphasis_in_xhtml_become_lines_of_text(tmp_path):
    assert load(tmp_path, POLARION) == [("ACC-100", "Access without the cloud"), ("ACC-101", TEXT)]


@pytest.mark.parametrize(
    "only", [{"TYPE": ["System Requirement"]}, {"Status": ["Draft"]}], ids=["type", "enumeration"]
)
def test_what_is_a_requirement_is_told_by_its_type_or_by_an_enumeration(tmp_path, only):
    assert load(tmp_path, POLARION, only=only) == [("ACC-101", TEXT)]


def test_a_file_without_types_is_read_by_identifiers(tmp_path):
    columns = {"id_column": "_id", "text_column": "_text"}
    said = "The owner is told <nothing> untrue\nthe app's picture"
    assert load(tmp_path, DOORS_NEXT, **columns) == [("1672600", said)]
    assert load(tmp_path, DOORS_NEXT, only={"_kind": ["_safety, _security"]}, **columns) != []
    assert load(tmp_path, DOORS_NEXT, only={"TYPE": ["_ee"]}, **columns) != []


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252", "utf-8-sig"])
def test_a_file_in_another_encoding_is_read_as_it_says(tmp_path, encoding):
    text = POLARION.replace("always", "über Nacht")
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    raw = text.replace('encoding="UTF-8"', f'encoding="{declared}"').encode(encoding)
    assert "über Nacht" in load(tmp_path, raw)[1][1]


def test_an_archive_may_hold_folders_pictures_and_several_files(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/files/a.png", b"\x89PNG")
        archive.writestr("export/Access.ReqIF", POLARION)
        archive.writestr("export/More.reqif", POLARION.replace("ACC-1", "ACC-2"))
    ids = [id_ for id_, _ in load(tmp_path, packed.getvalue(), "list.reqifz")]
    assert ids == ["ACC-100", "ACC-101", "ACC-200", "ACC-201"]
