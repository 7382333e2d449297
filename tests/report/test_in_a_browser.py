"""The report in headless Chromium: it opens, filters, shows what happened, and runs nothing else."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from chromium import Chromium, Page
from reading import SMUGGLED

from bench.evidence.recording_file import read_recording
from bench.evidence.stored_run import read_stored_run
from bench.report.page import write_report
from bench.report.trend_page import write_trend
from bench.requirements.pattern import parse_pattern
from bench.requirements.requirement import Requirement, RequirementList

TIMELINE = "document.querySelector('svg.time')"
SHOWN = "[...document.querySelectorAll('#list .row')].filter(row => row.getClientRects().length)"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with Chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium) -> Page:
    return chromium.page()


@pytest.fixture
def report(run, tmp_path) -> Path:
    return write_report(run, tmp_path / "report.html")


def open_verdict(page: Page, report: Path, number: int) -> None:
    page.open(report, f"#verdict-{number}")
    page.wait(f"Boolean({TIMELINE})")


def press(page: Page, *keys: str) -> None:
    page.run(f"{TIMELINE}.focus()")
    for key in keys:
        page.key(key)


def chosen(page: Page) -> str:
    return page.run("document.querySelector('.event').textContent")


def outage_of_the_app(run: Path) -> int:
    """Return the number of the verdict on the app in the 503."""
    return next(n for n, v in enumerate(read_stored_run(run).verdicts, 1)
                if (v.path, v.outage) == ("cloud_app", "http_status"))  # fmt: skip


def test_it_opens_without_an_error_and_asks_for_nothing(page, report):
    open_verdict(page, report, 1)
    assert page.console == []
    asked = [url for url in page.requests if not url.startswith(("about:", "blob:"))]
    assert asked == [f"{report.as_uri()}#verdict-1"] or asked == [report.as_uri()]


def test_it_filters_by_choice_and_by_text(page, report, run):
    page.open(report)
    verdicts = read_stored_run(run).verdicts
    assert page.run(f"{SHOWN}.length") == len(verdicts)
    page.run("document.querySelector('[name=path]').value = 'cloud_app';"
             "document.querySelector('[name=path]').dispatchEvent(new Event('input', {bubbles: true}))")  # fmt: skip
    expected = [n for n, v in enumerate(verdicts, 1) if v.path == "cloud_app"]
    assert page.run(f"{SHOWN}.map(row => Number(row.id.slice(8)))") == expected
    assert page.run("document.querySelector('#shown').textContent") == f"{len(expected)} of 9 shown"
    page.run("document.querySelector('[name=text]').focus()")
    for letter in "nxdomain":
        page.key(letter)
    assert page.run(f"{SHOWN}.every(row => row.textContent.includes('nxdomain'))")
    assert page.run(f"{SHOWN}.length") == 1
    page.run("document.querySelector('#filters [type=reset]').click()")
    page.wait(f"{SHOWN}.length === 9")


def test_a_cell_of_the_matrix_lists_its_verdicts(page, report, run):
    page.open(report)
    page.run("document.querySelector('.cell[data-path=ble_key][data-failure=nxdomain]').click()")
    page.wait(f"{SHOWN}.length === 2")
    listed = page.run(f"{SHOWN}.map(row => [row.dataset.path, row.dataset.failure])")
    assert listed == [["ble_key", "nxdomain"]] * 2
    assert page.run("document.activeElement.id") == "verdicts-title"


def test_requirements_lead_to_evidence_and_back(page, run, tmp_path):
    listed = RequirementList("list.csv", "ab" * 32, (
        Requirement("ACC-1", SMUGGLED, (parse_pattern("path=ble_key intent=start", source=""),)),
    ))  # fmt: skip
    report = write_report(run, tmp_path / "report.html", listed=listed)
    page.open(report)
    page.run("document.querySelector('[data-requirement=\"0\"]').click()")
    page.wait(f"{SHOWN}.length === 3")
    assert page.run("document.activeElement.id") == "verdicts-title"
    page.run("document.querySelector('[data-requirement=none]').click()")
    page.wait(f"{SHOWN}.length === 6")
    page.run("document.querySelector('#requirement-0 .links a').click()")  # to a row that is hidden
    page.wait(f"Boolean({TIMELINE})")
    assert page.run(f"{SHOWN}.length") == 9
    assert SMUGGLED in page.run("document.querySelector('.detail').textContent")
    assert page.run("Boolean(document.querySelector('.detail a[href=\"#requirement-0\"]'))")
    assert page.run(CONTRAST)[1] == []
    assert page.console == page.dialogs == []


def test_a_verdict_says_how_to_run_it_again(page, report, run):
    number = outage_of_the_app(run)
    open_verdict(page, report, number)
    scenario = read_stored_run(run).verdicts[number - 1].scenario
    said = page.run("[...document.querySelectorAll('.detail code')].map(each => each.textContent)")
    assert f"bench replay RUN/{scenario}" in said


def test_a_verdicts_timeline_shows_the_events_of_its_recording(page, report, run):
    number = outage_of_the_app(run)
    recording, _ = read_recording(run / read_stored_run(run).verdicts[number - 1].recording)
    open_verdict(page, report, number)
    page.run("[...document.querySelectorAll('.detail details')].at(-1).open = true")
    page.wait("document.querySelectorAll('.detail details:last-child tbody tr').length > 0")
    rows = page.run(
        "[...document.querySelectorAll('.detail details:last-child tbody tr')]"
        ".map(row => [...row.cells].map(cell => cell.textContent))"
    )
    assert [row[0] for row in rows] == [f"{e.t_ns / 1e9:.6f} s" for e in recording.entries]
    assert [int(row[4]) for row in rows] == [e.seq for e in recording.entries]
    told = [row[2] for row in rows if row[1] == "phone"]
    assert told[:2] == [
        'told: working: "Sending …"',
        'told: failed: "The service is unavailable. Nothing was sent to your car"',
    ]
    lanes = page.run(
        f"[...{TIMELINE}.querySelectorAll('text:not(.tick):not(.note)')].map(t => t.textContent)"
    )
    assert {"bench", "owner", "phone", "link", "cloud", "push", "TCU", "CAN body", "CAN telematics",
            "relay", "supply"} <= set(lanes)  # fmt: skip


def test_choosing_a_mark_shows_its_fields_its_causes_and_what_stands_around_it(page, report, run):
    number = outage_of_the_app(run)
    open_verdict(page, report, number)
    assert "unlock tapped in the app" in chosen(page)  # the act is chosen to begin with
    press(page, "a")
    # the claim that the app made of the 503, by the mark's own place on the screen
    at = page.run(
        f"(() => {{ {TIMELINE}.scrollIntoView({{block: 'center'}});"
        f"const b = [...{TIMELINE}.querySelectorAll('.claim')].at(-1).getBoundingClientRect();"
        "return [b.x + b.width / 2, b.y + b.height / 2]; })()"
    )
    for kind in ("mousePressed", "mouseReleased"):
        page.call(
            "Input.dispatchMouseEvent", type=kind, x=at[0], y=at[1], button="left", clickCount=1
        )
    told = chosen(page)
    assert told.startswith('told: failed: "The service is unavailable.')
    causes = page.run(
        "[...document.querySelector('.event .steps').children].map(li => li.textContent)"
    )
    expected = ("wants to unlock by cloud_app", "unlock tapped", "POST", "503", "unavailable")
    assert len(causes) == len(expected)
    assert all(words in cause for words, cause in zip(expected, causes, strict=True))
    points = page.run(f"{TIMELINE}.querySelector('.chain').getAttribute('points')")
    assert len(points.split()) == len(expected)
    assert "phone: 503 (text/plain)" in told  # around it
    page.run(
        "[...document.querySelectorAll('.event .jump')].find(b => b.textContent.includes('503')).click()"
    )
    assert "The exchange" in chosen(page)
    assert "status503" in chosen(page)


def test_a_frame_is_shown_with_its_messages_name(page, report, run):
    number = next(n for n, v in enumerate(read_stored_run(run).verdicts, 1) if v.outage is None)
    open_verdict(page, report, number)
    page.run("[...document.querySelectorAll('.detail details')].at(-1).open = true")
    page.wait("document.querySelectorAll('.detail details:last-child tbody tr').length > 0")
    named = "[...document.querySelectorAll('.detail td .jump')].find(b => b.textContent.includes('0x120') && b.textContent.includes('BCM_LockState'))"
    page.run(f"{named}.click()")
    assert "frame seen" in chosen(page)
    assert "identifier288" in chosen(page)


def view(page: Page) -> list[float]:
    text = page.run("document.querySelector('.tools > .quiet').textContent")
    return [float(part) for part in text.replace(" s", "").partition(" (")[0].split(" to ")]


def test_it_zooms_by_keyboard_buttons_and_wheel(page, report):
    open_verdict(page, report, 1)
    whole = view(page)
    assert whole[0] == 0
    press(page, "+", "+")
    assert view(page)[1] - view(page)[0] == pytest.approx((whole[1]) / 4)
    page.run("document.querySelector('[aria-label=\"Zoom out\"]').click()")
    assert view(page)[1] - view(page)[0] == pytest.approx((whole[1]) / 2)
    press(page, "0")
    assert view(page) == whole
    page.run(f"{TIMELINE}.scrollIntoView({{block: 'center'}})")
    x, y = page.run(
        f"(() => {{ const b = {TIMELINE}.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()"
    )
    page.call("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=-100)
    page.wait(
        "document.querySelector('.tools > .quiet').textContent.startsWith('0.000 s') === false"
    )
    assert view(page)[1] - view(page)[0] == pytest.approx(whole[1] * 0.8, rel=1e-3)
    press(page, "a")
    assert view(page)[1] - view(page)[0] == pytest.approx(2.5)


def test_everything_can_be_done_by_keyboard_alone(page, report):
    page.open(report)
    page.run("document.querySelector('#list .open').focus()")
    page.key("Enter")
    page.wait(f"Boolean({TIMELINE})")
    assert page.run("document.activeElement.getAttribute('aria-expanded')") == "true"
    for _ in range(30):
        if page.run(f"document.activeElement === {TIMELINE}"):
            break
        page.key("Tab")
    assert page.run(f"document.activeElement === {TIMELINE}")
    assert page.run(f"getComputedStyle({TIMELINE}).outlineStyle") == "solid"  # the focus is seen
    before = chosen(page)
    page.key("ArrowRight")
    assert chosen(page) != before
    words = page.run("document.querySelector('.event h4').textContent")
    assert page.run("document.querySelector('.detail [aria-live]').textContent").startswith(words)


CONTRAST = """(() => {
  const linear = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const bad = [];
  let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, style = getComputedStyle(element);
    if (!walker.currentNode.data.trim() || !element.getClientRects().length || element.closest("script, option")) continue;
    const svg = element instanceof SVGElement;
    const [a, b] = [light(parts(svg ? style.fill : style.color)), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    seen += 1;
    if (ratio < 4.5) bad.push([walker.currentNode.data.trim().slice(0, 30), Math.round(ratio * 100) / 100]);
  }
  return [seen, bad];
})()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_a_contrast_of_4_5_at_least(page, report, scheme):
    page.call(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
    )
    open_verdict(page, report, 1)
    background = page.run("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    seen, bad = page.run(CONTRAST)
    assert seen > 200
    assert bad == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_trend_of_runs_opens_without_a_network_and_can_be_read(page, run, scheme, tmp_path):
    for name in ("a", "b"):
        shutil.copytree(run, tmp_path / name, ignore=shutil.ignore_patterns("recordings"))
    media = [{"name": "prefers-color-scheme", "value": scheme}]
    page.call("Emulation.setEmulatedMedia", features=media)
    page.open(write_trend(tmp_path))
    assert page.run("document.querySelectorAll('svg.chart rect').length") > 4
    drawn = "[...document.querySelectorAll('svg.chart rect')].every(r => r.getClientRects().length)"
    assert page.run(drawn)
    page.run("for (const each of document.querySelectorAll('details')) each.open = true")
    # numbers in bars stand on the bar's colour, which the walk up to the ground does not see
    page.run("document.querySelectorAll('text.count').forEach(t => t.remove())")
    seen, bad = page.run(CONTRAST)
    assert seen > 40
    assert bad == []
    page.run("document.querySelector('.scroll').focus()")
    assert page.run("document.activeElement.className") == "scroll"
    assert page.console == []
    assert [url for url in page.requests if not url.startswith("about:")] == [
        (tmp_path / "trend.html").as_uri()
    ]


def test_no_smuggled_script_runs(page, smuggled, tmp_path):
    report = write_report(smuggled, tmp_path / "report.html")
    for number in range(1, len(read_stored_run(smuggled).verdicts) + 1):
        open_verdict(page, report, number)
        page.run("for (const each of document.querySelectorAll('details')) each.open = true")
        page.wait("document.querySelectorAll('.detail details:last-child tbody tr').length > 0")
        for words in ("BCM_LockState", "Sending", "application/json"):
            page.run(
                f"[...document.querySelectorAll('.detail td .jump')].find(b => b.textContent.includes('{words}')).click()"
            )
            assert SMUGGLED in chosen(page)
        assert page.run("'ran' in window") is False
        assert page.run("document.images.length") == 0
        assert SMUGGLED in page.run("document.querySelector('.detail').textContent")
    assert SMUGGLED in page.run("document.querySelector('#environment').textContent")
    assert page.dialogs == []
    assert page.console == []


def test_a_script_that_got_in_would_be_refused(page, run, tmp_path):
    """The second line of defence: the page's policy, were anything ever not escaped."""
    report = write_report(run, tmp_path / "report.html")
    text = report.read_text()
    report.write_text(
        text.replace("<h1>", "<h1><script>window.ran=1</script><img src=x onerror='ran=2'>")
    )
    page.open(report)
    assert page.run("'ran' in window") is False
    assert any("Content Security Policy" in line for line in page.console)


def test_a_damaged_recording_is_shown_as_far_as_it_goes(page, copy, tmp_path):
    verdict = read_stored_run(copy).verdicts[0]
    file = copy / verdict.recording
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    (copy / read_stored_run(copy).verdicts[1].recording).unlink()
    report = write_report(copy)
    open_verdict(page, report, 1)
    assert "was cut off: what could be read is shown" in page.run(
        "document.querySelector('.detail').textContent"
    )
    page.run("document.querySelector('#verdict-2 .open').click()")
    page.wait("document.querySelector('.detail')?.textContent.includes('is missing')")
    assert page.console == []


def test_it_prints_to_a_pdf_with_the_verdict_that_is_open(page, report):
    open_verdict(page, report, 1)
    pdf = page.pdf()
    assert pdf.startswith(b"%PDF")
    page.call("Emulation.setEmulatedMedia", media="print")
    hidden = "[...document.querySelectorAll('.filters, .tools, nav, .open')].every(e => getComputedStyle(e).display === 'none')"
    assert page.run(hidden)
    assert page.run(f"getComputedStyle({TIMELINE}).display") == "block"


def test_evidence_stays_within_the_window_whatever_its_size(page, report, run):
    page.size(1400, 900)
    open_verdict(page, report, outage_of_the_app(run))
    wide = "document.querySelector('.detail > td > div').getBoundingClientRect().width"
    assert 1000 < page.run(wide) < 1400
    page.size(420, 900)
    assert page.wait(f"{wide} < 400")
    page.size(1400, 900)
    assert page.wait(f"{wide} > 1000")


def test_on_a_phone_the_owners_stand_one_below_the_other_with_their_words(page, report):
    page.size(400, 900)
    page.open(report)
    assert page.run("document.querySelector('.stranded').getBoundingClientRect().right < 400")
    label = "getComputedStyle(document.querySelector('.stranded td'), '::before').content"
    assert "locked out, minutes" in page.run(label)


def test_on_a_phone_nothing_is_wider_than_the_window_and_each_reason_is_in_it(page, report, run):
    page.size(390, 844)
    open_verdict(page, report, outage_of_the_app(run))
    page.run("document.querySelectorAll('.detail details').forEach(each => { each.open = true; })")
    assert page.run("document.documentElement.scrollWidth") == 390
    for cells in (
        f"{SHOWN}.map(row => row.children[7])",
        "[...document.querySelectorAll('.detail td')]",
    ):
        right = f"Math.max(...{cells}.map(cell => cell.getBoundingClientRect().right))"
        assert page.run(f"{cells}.length") > 3
        assert 200 < page.run(right) <= 390
    label = "getComputedStyle(document.querySelector('.row .n:not(:empty)'), '::before').content"
    assert page.run(label).startswith('"measured')


@pytest.mark.parametrize("width", [820, 1024, 1240, 1280])
def test_in_a_window_of_any_width_the_evidence_is_one_click_away(page, report, width):
    page.size(width, 900)
    page.open(report)
    right = (
        f"Math.max(...{SHOWN}.map(row => row.querySelector('.open').getBoundingClientRect().right))"
    )
    assert width / 2 < page.run(right) <= width
    assert page.run("document.querySelector('#list').parentElement.scrollWidth") <= width


def test_the_names_of_a_matrix_stay_beside_its_cells_where_it_scrolls(page, report):
    page.size(200, 844)
    page.open(report)
    page.run("document.querySelector('#matrix .scroll').scrollLeft = 60")
    assert page.run("document.querySelector('#matrix .scroll').scrollLeft") > 20
    left = "document.querySelector('{}').getBoundingClientRect().left"
    name, scroll = left.format("#matrix tbody th"), left.format("#matrix .scroll")
    assert page.run(name) >= page.run(scroll)


def test_what_failed_leads_to_its_evidence_again_and_again(page, report, run):
    failed = next(v for v in read_stored_run(run).verdicts if v.verdict == "fail")
    page.open(report)
    for _ in range(2):
        page.run("document.querySelector('.troubles a').click()")
        shown = "document.querySelector('.detail h3')?.textContent"
        page.wait(f"{shown} === {json.dumps(failed.scenario)}")
        page.run("document.querySelector('.row.on .open').click()")
        page.wait("document.querySelector('.detail') === null")
    assert page.console == []


def test_intervals_of_repetitions_are_told_in_words(page, copy, tmp_path):
    listed = copy / "verdicts.jsonl"
    lines = [json.loads(line) for line in listed.read_text().splitlines()]
    share = {"low": 0.4784, "high": 1.0, "method": "Wilson score, 95 %"}
    lines[0]["repeat"] = {"n": 5, "passed": 5, "stable": True, "median_s": 0.31, "p95_s": 0.36,
                          "interval": {"passed": share, "median_s": None}, "outcomes": {"acted": 5},
                          "runs": []}  # fmt: skip
    listed.write_text("".join(json.dumps(line) + "\n" for line in lines))
    open_verdict(page, write_report(copy, tmp_path / "repeated.html"), 1)
    shown = page.run("document.querySelector('.detail').innerText")
    assert "48 % to 100 % (Wilson score, 95 %)" in shown
    assert "not known: fewer than six times" in shown
    assert "{" not in shown.split("Timeline")[0]


def test_a_verdict_leads_to_the_capture_of_its_network(page, copy):
    recording = PurePosixPath(read_stored_run(copy).verdicts[1].recording).name
    (copy / "captures").mkdir()
    capture = copy / "captures" / recording.replace(".jsonl.gz", ".pcapng")
    capture.write_bytes(b"frames")
    open_verdict(page, write_report(copy), 2)
    links = "[...document.querySelectorAll('.detail a[href$=pcapng]')]"
    assert page.run(f"{links}.map(a => a.textContent)") == [f"captures/{capture.name}"]
    assert page.run(f"{links}[0].href") == capture.as_uri()
    page.run("document.querySelector('#verdict-1 .open').click()")
    page.wait("document.querySelector('#detail-1 h3') !== null")
    assert page.run(f"{links}.length") == 0  # nobody has captured that one
    assert page.console == []


def test_a_cell_of_the_matrix_lists_its_verdicts_where_all_are_of_one_path(page, copy, tmp_path):
    listed = copy / "verdicts.jsonl"
    lines = [line for line in listed.read_text().splitlines() if '"path":"ble_key"' in line]
    listed.write_text("".join(f"{line}\n" for line in lines))
    for recording in (copy / "recordings").glob("*.cloud_app.*"):
        recording.unlink()
    page.open(write_report(copy, tmp_path / "one_path.html"))
    assert page.run("document.querySelector('#filters [name=path]') === null")
    page.run("document.querySelector('.cell[data-path=ble_key][data-failure=nxdomain]').click()")
    page.wait(f"{SHOWN}.length === 2")
    assert page.console == []


def test_tests_are_filtered_by_their_file(page, copy, tmp_path):
    listed = copy / "verdicts.jsonl"
    lines = [json.loads(line) for line in listed.read_text().splitlines()]
    for number, line in enumerate(lines):
        file = "test_doors.py" if number < 2 else "tests_test_app.py"
        line |= {"path": "test", "intent": "test", "scenario": f"{file}_test_{number}"}
    listed.write_text("".join(json.dumps(line) + "\n" for line in lines))
    page.open(write_report(copy, tmp_path / "tests.html"))
    page.run("document.querySelector('[name=file]').value = 'test_doors.py';"
             "document.querySelector('[name=file]').dispatchEvent(new Event('input', {bubbles: true}))")  # fmt: skip
    assert page.run(f"{SHOWN}.map(row => row.dataset.file)") == ["test_doors.py"] * 2
    assert page.console == []


def test_a_report_of_tests_opens_their_evidence_and_what_was_measured(page, copy, tmp_path):
    listed = copy / "verdicts.jsonl"
    lines = [json.loads(line) for line in listed.read_text().splitlines()]
    measured = {"name": "attempts", "verdict": "fail", "value": 410.25, "limit": 120.0,
                "bound": "at most", "unit": "1/h", "source": "assumed", "note": "84 tries"}  # fmt: skip
    for line in lines:
        line |= {"path": "test", "intent": "test", "outage": None}
        line["judgements"][0]["measurements"] = [measured]
    listed.write_text("".join(json.dumps(line) + "\n" for line in lines))
    open_verdict(page, write_report(copy, tmp_path / "tests.html"), 2)
    shown = page.run("document.querySelector('.detail').textContent")
    assert "this is the baseline" not in shown
    assert "410.3at most 120 1/hfail84 triesassumed" in shown
    assert page.console == []


def test_on_a_phone_a_trend_is_no_wider_than_the_window_with_all_its_figures(page, run, tmp_path):
    shutil.copytree(run, tmp_path / "runs" / "one")
    trend = write_trend(tmp_path / "runs", tmp_path / "trend.html")
    page.size(390, 844)
    page.open(trend)
    page.run("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert page.run("document.querySelectorAll('details[open] table').length") > 0
    assert page.run("document.documentElement.scrollWidth") == 390
