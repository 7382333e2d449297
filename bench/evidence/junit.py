"""JUnit XML of a run, for whoever collects test results."""

import re
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement

from bench.evidence.whole_file import keep_whole
from bench.file_name import FileName
from bench.judge.verdict import Verdict

# what XML 1.0 cannot carry at all (2.2, "Char") is replaced; the rest is escaped by the library
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    r"""Return a text without the characters that XML forbids.

    >>> clean("a\x00b\ud800c\ufffe")
    'a?b?c?'
    """
    return _FORBIDDEN.sub("?", text)


def write_junit(
    path: FileName,
    name: str,
    verdicts: Iterable[Verdict],
    requirements: Iterable[str] = (),
    covered_by: Callable[[Verdict], Iterable[str]] = lambda verdict: verdict.requirements,
) -> None:
    """Write verdicts as test cases, all or none; inconclusive is an error, never a skip.

    Args:
        path: the file.
        name: the suite's name.
        verdicts: what to write.
        requirements: requirement ids that the run covers, as properties of the suite.
        covered_by: says which requirements a verdict speaks for, as properties of its case.

    Raises:
        RunFolderError: it cannot be written.
    """
    path = Path(path)
    listed = list(verdicts)
    suite = Element("testsuite", name=clean(name), tests=str(len(listed)))
    properties = SubElement(suite, "properties")
    for requirement in requirements:
        SubElement(properties, "property", name="requirement", value=clean(requirement))
    for verdict in listed:
        properties = _add_case(suite, verdict)
        for requirement in covered_by(verdict):
            SubElement(properties, "property", name="requirement", value=clean(requirement))
    for word, attribute in (("fail", "failures"), ("inconclusive", "errors")):
        suite.set(attribute, str(sum(v.verdict == word for v in listed)))
    suite.set("skipped", str(sum(v.verdict == "not_fitted" for v in listed)))
    text = BytesIO()
    ElementTree(suite).write(text, encoding="utf-8", xml_declaration=True)
    keep_whole(path, text.getvalue())


def _add_case(suite: Element, verdict: Verdict) -> Element:
    """Add a verdict's case, and return where its properties stand."""
    case = SubElement(
        suite, "testcase", classname=clean(verdict.path), name=clean(verdict.scenario)
    )
    tag = {"fail": "failure", "inconclusive": "error", "not_fitted": "skipped"}
    if verdict.verdict in tag:
        element = SubElement(case, tag[verdict.verdict], message=clean(verdict.reason))
        element.text = clean("\n".join(f"{j.oracle}: {j.verdict}: {j.reason}"
                                       for j in verdict.judgements))  # fmt: skip
    properties = SubElement(case, "properties")
    if verdict.repeat is not None:
        passed = f"{verdict.repeat.passed} of {verdict.repeat.n}"
        SubElement(properties, "property", name="passed", value=passed)
    for key in ("outcome", "oracle", "outage", "phase", "owner", "intent"):
        value = getattr(verdict, key)
        SubElement(properties, "property", name=key, value=clean(str(value)))
    return properties
