"""Texts from outside stay texts: what an HTML parser makes of a page full of them."""

from reading import SMUGGLED, Read, entries, pack, unpacked

from bench.evidence.stored_run import read_stored_run
from bench.report.embedding import embedded
from bench.report.packs import TOGETHER
from bench.report.page import make_report


def test_no_smuggled_text_becomes_an_element(smuggled):
    stored = read_stored_run(smuggled)
    page = make_report(stored)
    read = Read(page)
    assert not read.named("img")
    # a pack of verdicts, what all share, and the page's own
    assert len(read.named("script")) == -(-len(stored.verdicts) // TOGETHER) + 2
    assert len(read.named("style")) == 1
    assert len(read.named("title")) == 1
    assert not any(name.startswith("on") for _, found in read.elements for name in found)


def test_smuggled_texts_are_shown_as_they_are(smuggled):
    read = Read(make_report(read_stored_run(smuggled)))
    assert " ".join(SMUGGLED.split()) in read.text  # a configuration value, a reason
    assert SMUGGLED in read.texts["dd"]
    assert any("<img src=x onerror=run(1)>" in text for text in read.texts["h1"])
    assert "49" not in read.texts["dd"]  # no template either


def test_smuggled_texts_reach_the_timeline_as_they_were_recorded(smuggled):
    page = make_report(read_stored_run(smuggled))
    common = unpacked(page, "common")
    assert f"BCM_LockState {SMUGGLED}" in common["names"].values()
    shown = entries(page, 2)
    [claim] = [e for e in shown if e["kind"] == "claim" and e["fields"]["text"].startswith("Send")][
        :1
    ]
    assert claim["fields"]["text"] == f"Sending … {SMUGGLED}"


def test_what_is_embedded_holds_no_letter_of_html():
    assert not set(embedded({SMUGGLED: [SMUGGLED]})) & set("<>&!\"'`\u2028\u2029-")


def test_a_verdict_cannot_lead_to_a_file_outside_its_run(copy, tmp_path):
    (tmp_path / "secret.jsonl").write_text('{"header":{"limits":{"opens":"word of the secret"}}}\n')
    verdicts = copy / "verdicts.jsonl"
    first = read_stored_run(copy).verdicts[0].recording
    verdicts.write_text(verdicts.read_text().replace(first, "recordings/../../secret.jsonl"))
    page = make_report(read_stored_run(copy))
    assert "recording secret.jsonl is not there" in page
    assert all("secret" not in str(pack(page, n)["timeline"]) for n in range(1, 10))
