"""Lists of requirements, patterns, and which verdicts speak for what."""

import io
import zipfile

import pytest
from verdicts import verdict

from bench.config.requirements_section import RequirementsSection
from bench.errors import ConfigError
from bench.faults.injector import faults, parse_fault
from bench.judge.repeat import Repeat
from bench.judge.verdict import Judgement
from bench.requirements.coverage import NAMED, coverage
from bench.requirements.loading import load_requirements
from bench.requirements.outage_check import KnownOutages, unknown_outages
from bench.requirements.outage_names import could_name
from bench.requirements.pattern import parse_pattern, parse_patterns, unknown_values
from bench.requirements.requirement import Requirement, RequirementList
from bench.requirements.snapshot import read_snapshot, write_snapshot

REQIF = """<?xml version="1.0" encoding="UTF-8"?>
{doctype}<{p}REQ-IF xmlns{c}="http://www.omg.org/spec/ReqIF/20110401/reqif.xsd"
 xmlns:x="http://www.w3.org/1999/xhtml"><{p}CORE-CONTENT><{p}REQ-IF-CONTENT>
<{p}DATATYPES><{p}DATATYPE-DEFINITION-ENUMERATION IDENTIFIER="t"><{p}SPECIFIED-VALUES>
<{p}ENUM-VALUE IDENTIFIER="e1" LONG-NAME="Requirement"/><{p}ENUM-VALUE IDENTIFIER="e2"
 LONG-NAME="Heading"/></{p}SPECIFIED-VALUES></{p}DATATYPE-DEFINITION-ENUMERATION></{p}DATATYPES>
<{p}SPEC-TYPES><{p}SPEC-OBJECT-TYPE IDENTIFIER="o"><{p}SPEC-ATTRIBUTES>
<{p}ATTRIBUTE-DEFINITION-STRING IDENTIFIER="a1" LONG-NAME="ReqIF.ForeignID"/>
<{p}ATTRIBUTE-DEFINITION-XHTML IDENTIFIER="a2" LONG-NAME="ReqIF.Text"><{p}DEFAULT-VALUE>
<{p}ATTRIBUTE-VALUE-XHTML><{p}THE-VALUE><x:div>usual</x:div></{p}THE-VALUE></{p}ATTRIBUTE-VALUE-XHTML>
</{p}DEFAULT-VALUE></{p}ATTRIBUTE-DEFINITION-XHTML>
<{p}ATTRIBUTE-DEFINITION-ENUMERATION IDENTIFIER="a3" LONG-NAME="Object Type"/>
</{p}SPEC-ATTRIBUTES></{p}SPEC-OBJECT-TYPE></{p}SPEC-TYPES>
<{p}SPEC-OBJECTS>{objects}</{p}SPEC-OBJECTS>
<{p}SPEC-RELATIONS><{p}SPEC-RELATION><{p}SOURCE><{p}SPEC-OBJECT-REF>s9</{p}SPEC-OBJECT-REF></{p}SOURCE>
</{p}SPEC-RELATION></{p}SPEC-RELATIONS>
<{p}SPECIFICATIONS><{p}SPECIFICATION><{p}CHILDREN>
<{p}SPEC-HIERARCHY><{p}OBJECT><{p}SPEC-OBJECT-REF>s2</{p}SPEC-OBJECT-REF></{p}OBJECT><{p}CHILDREN>
<{p}SPEC-HIERARCHY><{p}OBJECT><{p}SPEC-OBJECT-REF>s1</{p}SPEC-OBJECT-REF></{p}OBJECT></{p}SPEC-HIERARCHY>
</{p}CHILDREN></{p}SPEC-HIERARCHY></{p}CHILDREN></{p}SPECIFICATION></{p}SPECIFICATIONS>
</{p}REQ-IF-CONTENT></{p}CORE-CONTENT></{p}REQ-IF>"""


def spec_object(name: str, id_: str, text: str, kind: str = "e1", p: str = "") -> str:
    """Return a SPEC-OBJECT as an exporter writes it."""
    foreign = (
        f'<{p}ATTRIBUTE-VALUE-STRING THE-VALUE="{id_}"><{p}DEFINITION><{p}ATTRIBUTE-DEFINITION-STRING-REF>'
        f"a1</{p}ATTRIBUTE-DEFINITION-STRING-REF></{p}DEFINITION></{p}ATTRIBUTE-VALUE-STRING>"
    )
    return (
        f'<{p}SPEC-OBJECT IDENTIFIER="{name}"><{p}VALUES>{foreign if id_ else ""}'
        f"<{p}ATTRIBUTE-VALUE-XHTML><{p}DEFINITION><{p}ATTRIBUTE-DEFINITION-XHTML-REF>a2"
        f"</{p}ATTRIBUTE-DEFINITION-XHTML-REF></{p}DEFINITION><{p}THE-VALUE><x:div>{text}</x:div>"
        f"</{p}THE-VALUE></{p}ATTRIBUTE-VALUE-XHTML><{p}ATTRIBUTE-VALUE-ENUMERATION><{p}VALUES>"
        f"<{p}ENUM-VALUE-REF>{kind}</{p}ENUM-VALUE-REF></{p}VALUES><{p}DEFINITION>"
        f"<{p}ATTRIBUTE-DEFINITION-ENUMERATION-REF>a3</{p}ATTRIBUTE-DEFINITION-ENUMERATION-REF>"
        f"</{p}DEFINITION></{p}ATTRIBUTE-VALUE-ENUMERATION></{p}VALUES></{p}SPEC-OBJECT>"
    )


def reqif(p: str = "", doctype: str = "") -> str:
    objects = (
        spec_object("s1", "ACC-1", "The car <x:b>opens</x:b>.<x:br/>Always.", p=p)
        + spec_object("s2", "ACC-2", "Access", kind="e2", p=p)
        + spec_object("s3", "", "a picture", p=p)
        + spec_object("s9", "ACC-9", "&lt;script&gt;", p=p)
    )
    return REQIF.format(p=p, c=":" + p[:-1] if p else "", objects=objects, doctype=doctype)


def load(tmp_path, content, name="list.csv", **section) -> RequirementList:
    raw = content if isinstance(content, bytes) else content.encode()
    (tmp_path / name).write_bytes(raw)
    return load_requirements(
        RequirementsSection(file=name, **section), tmp_path, source="bench.toml"
    )


def refused(tmp_path, content, name="list.csv", **section) -> str:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, content, name, **section)
    return str(caught.value).removeprefix(f"{tmp_path}/")


@pytest.mark.parametrize(
    "content",
    [
        'id,text,covered_by\nA-1,"opens, always",path=ble_key; path=nfc_card\nA-2,shuts,\n',
        'ID;Text;covered_by\r\nA-1;"opens, always";"path=ble_key; path=nfc_card"\r\n\r\nA-2;shuts;\r\n',
        "id\ttext\tcovered_by\nA-1\topens, always\tpath=ble_key;path=nfc_card\nA-2\tshuts\t\n",
        "\ufeffsep=;\nid;text;covered_by\nA-1;opens, always;\"path=ble_key\npath=nfc_card\"\nA-2;shuts\n",
    ],
    ids=["comma", "semicolon", "tabulator", "as a spreadsheet writes it"],
)  # fmt: skip
def test_a_csv_of_any_spreadsheet_is_read(tmp_path, content):
    listed = load(tmp_path, content)
    assert [(r.id, r.text) for r in listed.requirements] == [
        ("A-1", "opens, always"), ("A-2", "shuts"),
    ]  # fmt: skip
    assert [p.text for p in listed.requirements[0].covered_by] == ["path=ble_key", "path=nfc_card"]
    assert listed.source == "list.csv"
    assert len(listed.digest) == 64


@pytest.mark.parametrize(
    ("content", "section", "said"),
    [
        ("nr,text\n1,x\n", {}, 'list.csv: no column "id": known: nr, text (id_column names'),
        ("idd,text\n1,x\n", {"id_column": "id"}, 'id_column: no column "id": did you mean "idd"?'),
        ("id,text\n1,x\n", {"only": {"typ": ["R"]}}, 'only.typ: no column "typ"'),
        ("id,text\nA,x\n,y\n", {}, "list.csv: line 3: has no id"),
        ("id,text\nA,x\nA,y\n", {}, 'list.csv: line 3: "A" stands in line 2 already'),
        ("id,text\nA,x,y\n", {}, "line 2: has 3 cells, the first line has 2: is there a text"),
        ('id,text\nA,"x\n', {}, "list.csv: line 2: is not CSV"),
        ("id,id\nA,x\n", {}, "two columns are named id"),
        (b"id,text\nA,\xe4\n", {}, "list.csv: line 2: is not UTF-8"),
        ("", {}, "list.csv: holds no requirement"),
        ("id,covered_by\nA,path\n", {}, 'line 2: "path": "path" is not key=value, key: path, '),
        ("id,covered_by\nA,fault=x\n", {}, 'line 2: "fault=x": no key "fault": '),
        ("id,covered_by\nA,path=a path=b\n", {}, "path stands there twice: write path=a|b"),
        ("id\nA-17\n", {"covered_by": {"A-71": ["path=x"]}}, 'no requirement "A-71" in list.csv: did you mean "A-17"?'),
        ("id\nA-17\n", {"covered_by": {"A-17": [" "]}}, "an empty pattern would fit everything"),
    ],
)  # fmt: skip
def test_a_wrong_list_is_one_clear_error(tmp_path, content, section, said):
    told = refused(tmp_path, content, **section)
    assert said in told
    assert "\n" not in told


def test_a_list_that_is_not_there_or_of_no_known_kind_is_one_clear_error(tmp_path):
    section = RequirementsSection(file="no.csv")
    with pytest.raises(ConfigError, match=r"no\.csv: cannot be read: No such file"):
        load_requirements(section, tmp_path)
    assert "known are .csv, .reqif, .reqifz" in refused(tmp_path, "x", "list.docx")


@pytest.mark.parametrize("prefix", ["", "rif:"])
def test_reqif_is_read_in_its_specifications_order(tmp_path, prefix):
    listed = load(tmp_path, reqif(prefix), "list.reqif")
    assert [(r.id, r.text) for r in listed.requirements] == [
        ("ACC-2", "Access"), ("ACC-1", "The car opens.\nAlways."), ("ACC-9", "<script>"),
    ]  # fmt: skip


def test_only_keeps_what_is_a_requirement(tmp_path):
    listed = load(tmp_path, reqif(), "list.reqif", only={"object type": ["Requirement"]})
    assert list(listed.ids) == ["ACC-1", "ACC-9"]


def test_an_archive_of_reqif_is_read(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("picture.png", b"\x89PNG")
        archive.writestr("spec.reqif", reqif())
    assert len(load(tmp_path, packed.getvalue(), "list.reqifz").requirements) == 3
    assert "is not an archive" in refused(tmp_path, "no zip", "list.reqifz")


BOMB = (
    '<!DOCTYPE REQ-IF [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/'
    'hostname">]>\n'
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (reqif(doctype=BOMB), "has a document type declaration (DTD): refused"),
        (reqif(doctype='<!DOCTYPE REQ-IF SYSTEM "http://x/y.dtd">'), "(DTD): refused"),
        ("<html/>", 'is not ReqIF: its first element is "html"'),
        (reqif()[:-100], "line 20: is not XML: unclosed token"),
        ("", "is not XML: no element found"),
    ],
)
def test_reqif_that_is_dangerous_or_broken_is_one_clear_error(tmp_path, content, said):
    told = refused(tmp_path, content, "list.reqif")
    assert said in told
    assert "\n" not in told


def numbered(number, path="ble_key", outage=None, word="pass", named=(), judgements=(), **more):
    """Return a verdict that gives a number as its reason."""
    judged = tuple(Judgement(oracle, said, "") for oracle, said in judgements)
    return verdict(
        path, outage, word, outcome="acted", oracle="evidence", reason=f"because {number}",
        requirements=tuple(named), judgements=judged, **more,
    )  # fmt: skip


def listed(**covered_by: str) -> RequirementList:
    return RequirementList("list.csv", "0", tuple(
        Requirement(id_, "", parse_patterns(text, source="list.csv"))
        for id_, text in covered_by.items()
    ))  # fmt: skip


def test_verdicts_speak_by_name_and_by_pattern_both_ways():
    verdicts = [
        numbered(0), numbered(1, outage="http_status:retry_after_s=30.0", word="fail"),
        numbered(2, "cloud_app", named=["B"]), numbered(3, "keypad"),
    ]  # fmt: skip
    found = coverage(verdicts, listed(A="path=ble_key", B="", C="path=nfc_*", D="outage=none",
                                      E="outage=http_status path=ble_*|nfc_*"))  # fmt: skip
    rows = {row.requirement.id: row for row in found.rows}
    assert {id_: row.word for id_, row in rows.items()} == {
        "A": "fail", "B": "pass", "C": "no_test", "D": "pass", "E": "fail",
    }  # fmt: skip
    assert [e.number for e in rows["A"].evidence] == [1, 0]  # the worst first
    assert rows["B"].evidence[0].because == NAMED
    assert rows["C"].idle == ("path=nfc_*",)
    assert [e.number for e in rows["D"].evidence] == [0, 2, 3]
    assert found.of == {0: (0, 3), 1: (0, 4), 2: (1, 3), 3: (3,)}
    assert found.free == ()
    assert coverage(verdicts, listed(A="path=ble_key")).free == (2, 3)
    assert found.counts == [("fail", 2), ("pass", 2), ("no_test", 1)]


def test_an_id_that_the_list_lacks_is_told_with_the_nearest():
    found = coverage([numbered(0, named=["ACC-71"])], listed(**{"ACC-17": ""}))
    assert found.unknown[0].says == 'no requirement "ACC-71" in the list: did you mean "ACC-17"?'
    assert found.unknown[0].numbers == (0,)
    assert found.free == (0,)


def test_without_a_list_the_ids_are_those_that_tests_name():
    found = coverage([numbered(0, named=["B", "A"]), numbered(1, word="fail", named=["B"])], None)
    assert [(r.requirement.id, r.word) for r in found.rows] == [("A", "pass"), ("B", "fail")]
    assert found.source == ""


def test_what_was_planned_and_not_reached_is_not_passed():
    left = ["phone_only.ble_key.unlock.nxdomain", "phone_only.keypad.unlock.nxdomain"]
    found = coverage([numbered(0)], listed(A="path=ble_key", B="path=ble_key outage=none"), left)
    assert [row.word for row in found.rows] == ["inconclusive", "pass"]
    assert found.rows[0].not_reached == (left[0],)


@pytest.mark.parametrize(
    ("judgements", "word", "expected"),
    [
        ([("independence", "pass"), ("evidence", "pass")], "fail", "pass"),
        ([("independence", "fail"), ("evidence", "pass")], "fail", "fail"),
        ([("independence", "pass"), ("evidence", "inconclusive")], "inconclusive", "inconclusive"),
        ([("independence", "fail"), ("evidence", "inconclusive")], "fail", "inconclusive"),
        ([("independence", "inconclusive"), ("evidence", "pass")], "fail", "inconclusive"),
    ],
)
def test_a_pattern_with_an_oracle_takes_its_judgement(judgements, word, expected):
    found = coverage([numbered(0, word=word, judgements=judgements)],
                     listed(A="oracle=independence"))  # fmt: skip
    assert found.rows[0].word == expected


def test_what_was_seen_and_must_not_be_fails_whatever_the_evidence():
    judgements = [("nothing_stale", "fail"), ("evidence", "inconclusive")]
    found = coverage([numbered(0, word="fail", judgements=judgements)],
                     listed(A="oracle=nothing_stale"))  # fmt: skip
    assert found.rows[0].word == "fail"


def test_an_oracle_that_was_not_asked_says_nothing():
    found = coverage([numbered(0, judgements=[("independence", "not_asked")])],
                     listed(A="oracle=independence"))  # fmt: skip
    assert found.rows[0].word == "no_test"


def test_of_unstable_repetitions_an_oracles_pass_is_not_known():
    judgements = [("independence", "pass"), ("evidence", "pass")]
    unstable = numbered(0, word="fail", judgements=judgements, repeat=Repeat(2, 1, stable=False))
    assert coverage([unstable], listed(A="oracle=independence")).rows[0].word == "inconclusive"


def test_a_pattern_that_names_what_there_is_not_is_told():
    known = {"path": ["ble_key", "nfc_card"], "oracle": ["independence"]}
    pattern = parse_pattern("path=ble_kee|nfc_* oracle=x* outage=anything", source="")
    assert list(unknown_values(pattern, known)) == [
        '"path=ble_kee|nfc_* oracle=x* outage=anything": no path "ble_kee": did you mean "ble_key"?',
        '"path=ble_kee|nfc_* oracle=x* outage=anything": no oracle "x*": nothing fits it',
    ]


IN_PHASES = (
    None, "refuse", "refuse:port=443", "refuse@recovery", "refuse:port=443@recovery",
    "refuse@aftermath_24h", "refuse+latency", "refuse:port=443+latency@recovery", "gwm-2025-03-21",
)  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "fitting"),
    [
        ("refuse", [1, 2]),
        ("refuse@down", [1, 2]),
        ("refuse:port=443", [2]),
        ("refuse:port=443@down", [2]),
        ("refuse@recovery", [3, 4]),
        ("refuse:port=443@recovery", [4]),
        ("refuse@*", [1, 2, 3, 4, 5]),
        ("refuse@aftermath*", [5]),
        ("*@recovery", [3, 4, 7]),
        ("*@down", [1, 2, 6]),
        ("refuse+latency", [6]),
        ("refuse+latency@*", [6, 7]),
        ("refuse*", [1, 2, 3, 4, 5, 6, 7]),
        ("gwm-2025-03-21", [8]),
        ("none", [0]),
        ("*", [*range(9)]),
    ],
)
def test_a_fault_is_covered_in_the_phase_that_a_pattern_names(pattern, fitting):
    verdicts = [numbered(number, outage=outage) for number, outage in enumerate(IN_PHASES)]
    found = coverage(verdicts, listed(A=f"outage={pattern}"))
    assert sorted(e.number for e in found.rows[0].evidence) == fitting
    planned = ["baseline" if o is None else o.replace(":", "_") for o in IN_PHASES]
    assert [n for n, each in enumerate(planned) if could_name(pattern, each)] == fitting


def test_what_a_name_alone_leaves_out_in_other_phases_is_told():
    verdicts = [numbered(number, outage=outage) for number, outage in enumerate(IN_PHASES)]
    plain, all_, both, idle = coverage(
        verdicts,
        listed(A="path=ble_key outage=refuse", B="outage=refuse@*", C="outage=refuse; outage=*",
               D="outage=latency"),
    ).rows  # fmt: skip
    assert plain.other_phases == (("path=ble_key outage=refuse@*", 3),)
    assert all_.other_phases == both.other_phases == idle.other_phases == ()


def test_only_the_phase_of_the_fault_counts_of_what_was_not_reached():
    left = [
        "phone_only.ble_key.unlock.refuse@recovery",
        "phone_only.ble_key.unlock.baseline@recovery",
    ]
    rows = coverage([numbered(0, outage="refuse")], listed(
        A="outage=refuse", B="outage=refuse@*", C="outage=refuse|none"), left).rows  # fmt: skip
    assert [row.not_reached for row in rows] == [(), (left[0],), (left[1],)]
    assert [row.word for row in rows] == ["pass", "inconclusive", "inconclusive"]


@pytest.mark.parametrize(
    ("outage", "said"),
    [
        ("http_statos", 'no outage "http_statos": did you mean "http_status"?'),
        ("http_statos*", 'no outage "http_statos*": did you mean "http_status"?'),
        ("gwm-2025-03-12", 'no outage "gwm-2025-03-12": did you mean "gwm-2025-03-21"?'),
        ("non", 'no outage "non": did you mean "none"?'),
        ("http_status@recovry", 'no phase "recovry": did you mean "recovery"?'),
        ("*@recovry*", 'no phase "recovry*": did you mean "recovery"?'),
        ("refuse+latencee", 'no outage "latencee": did you mean "latency"?'),
        ("none@recovery", "only faults have phases: write outage=none"),
        ("short@down", "only faults have phases: write outage=short"),
        ("http_status:statos=500", 'http_status.statos: unknown key: did you mean "status"?'),
        ("http_status:status=x@recovery", "http_status.status: 'x' is not right"),
    ],
)
def test_an_outage_that_there_cannot_be_is_told_with_the_nearest(outage, said):
    pattern = parse_pattern(f"outage={outage}", source="")
    [sentence] = unknown_outages(pattern, KNOWN)
    assert sentence.startswith(f'"outage={outage}": ')
    assert said in sentence


@pytest.mark.parametrize(
    "outage",
    ["none", "short", "sh*", "*", "http_*", "http_status:*503*", "*@recovery", "?efuse@*",
     "refuse+*", "latency:delay_s=1e+1@down", "gwm-2025-03-21", "*-2025-*"],
)  # fmt: skip
def test_an_outage_that_there_can_be_is_not_refused(outage):
    assert list(unknown_outages(parse_pattern(f"outage={outage}", source=""), KNOWN)) == []


KNOWN = KnownOutages(
    faults().names(), ["gwm-2025-03-21", "short"], ["down", "recovery", "aftermath_24h"],
    lambda fault, where: parse_fault(fault, source=where),
)  # fmt: skip


def test_a_run_keeps_its_list_as_it_was(tmp_path):
    assert read_snapshot(tmp_path) is None
    kept = listed(A="path=ble_key; path=nfc_card oracle=independence", B="")
    write_snapshot(tmp_path, kept)
    assert read_snapshot(tmp_path) == kept
    (tmp_path / "requirements.json").write_text('{"requirements": [{}]}')
    with pytest.raises(ConfigError, match=r"requirements\.json: cannot be read: KeyError"):
        read_snapshot(tmp_path)
