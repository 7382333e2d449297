"""A disk that fills up in the middle of a campaign: a real one, of 170 kB, in memory."""

import errno
import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from verdicts import verdict

from bench.cli.main import main
from bench.errors import ConfigError, RunFolderError
from bench.events import PhaseBegan
from bench.evidence.recording_file import RecordingWriter
from bench.evidence.run_folder import RunFolder
from bench.evidence.stored_recordings import unfinished
from bench.evidence.stored_run import read_stored_run
from bench.evidence.whole_file import write_whole
from bench.journal import Journal
from bench.recording import Header
from bench.station import provisioning

ROOT = Path(__file__).parents[2]
SIZE = "170k"  # room for run.json, one recording that is open, and some compressed ones
FAULTS = ["latency", "refuse", "servfail", "reset_peer", "http_status", "html_200"]
# who is not root may mount in a namespace of users of its own, where the kernel lets it
NAMESPACES = (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"])
VERDICT = verdict("keypad")
HEADER = Header({"id": "one"}, {}, (), {}, {}, 1, "simulated")


def namespace():
    """Return what begins a command that may mount, or None."""
    for prefix in NAMESPACES:
        tried = [*prefix, "mount", "-t", "tmpfs", "none", "/mnt"]
        if (
            shutil.which("unshare")
            and not subprocess.run(tried, capture_output=True, check=False).returncode
        ):
            return prefix
    return None


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """A campaign on a disk too small for it: how it ended, and a copy of what it left."""
    prefix = namespace()
    if prefix is None:
        pytest.skip("no file system can be mounted here: a full disk was NOT tested")
    folder = tmp_path_factory.mktemp("full")
    disk, copy = folder / "disk", folder / "copy"
    disk.mkdir()
    script = (
        f'mount -t tmpfs -o size={SIZE} none {disk}; "$@"; status=$?; '
        f"cp -r {disk}/run {copy}; exit $status"
    )
    command = [sys.executable, "-m", "bench.cli.main", "run", "--paths", "keypad",
               "--faults", *FAULTS, "--jobs", "1", "--out", str(disk / "run")]  # fmt: skip
    done = subprocess.run([*prefix, "sh", "-c", script, "sh", *command],
                          capture_output=True, text=True, check=False, timeout=120)  # fmt: skip
    return done, copy


def said_of(done):
    """Return how many verdicts the campaign has told of."""
    return sum(line.startswith(("PASS", "FAIL")) for line in done.stdout.splitlines())


def test_it_ends_with_one_clear_error(ended):
    done, _ = ended
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith("bench: error: ")
    assert "cannot be written: No space left on device; the run ends here, " in line
    assert f"{said_of(done)} of 7 verdicts are kept: make room, or have it " in line


def test_every_verdict_that_was_told_is_readable(ended):
    done, run = ended
    assert 0 < said_of(done) < 7
    told = json.loads((run / "run.json").read_text())["planned"][: said_of(done)]
    assert [v.scenario for v in read_stored_run(run).verdicts][: said_of(done)] == told
    assert all(v.verdict == "pass" for v in read_stored_run(run).verdicts)


def test_nothing_is_there_by_half(ended):
    _, run = ended
    recordings = list((run / "recordings").glob("*.gz"))
    assert recordings
    for file in recordings:
        assert b'{"verdict":' in gzip.decompress(file.read_bytes()).splitlines()[-1]
    assert not list(run.rglob("*.part"))
    assert (run / "verdicts.jsonl").read_bytes().endswith(b"\n")
    assert not (run / "report.html").exists()


def test_the_report_can_be_made_elsewhere_and_says_what_is_missing(ended, tmp_path, capsys):
    done, run = ended
    assert main(["report", str(run), "--out", str(tmp_path / "report.html")]) == 0
    missing = " ".join(read_stored_run(run).missing)
    kept = len(read_stored_run(run).verdicts)
    assert kept >= said_of(done)
    assert f"{7 - kept} of 7 planned scenarios have no verdict" in missing
    for name in unfinished(run):
        assert name in missing
    page = (tmp_path / "report.html").read_text()
    assert f"{7 - kept} of 7 planned scenarios have no verdict" in page


# ── each place that writes, on the kernel's own full device ───────────────────────────────


def test_a_recording_without_room_disturbs_nobody_and_is_refused_at_its_end(tmp_path):
    (tmp_path / "one.jsonl").symlink_to("/dev/full")
    for live in (False, True):
        writer = RecordingWriter(tmp_path, "one", live=live)
        journal = Journal(lambda: 0)
        done = writer.sink(HEADER, journal)
        for _ in range(1000):
            journal.write(PhaseBegan("down" * 10))
        done()
        assert len(journal.entries) == 1000
        with pytest.raises(RunFolderError, match=r"one.jsonl: cannot be written: No space left"):
            writer.finish(VERDICT)
    assert not list(tmp_path.glob("*.gz*"))


def test_a_recording_that_cannot_be_compressed_keeps_its_verdict(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.close()
    writer = folder.writer(VERDICT.scenario)
    writer.sink(HEADER, Journal(lambda: 0))()
    part = folder.recordings / f"{VERDICT.scenario}.jsonl.gz.part"
    part.symlink_to("/dev/full")
    with pytest.raises(RunFolderError, match="No space left on device"):
        writer.finish(VERDICT)
    assert not part.is_symlink()
    assert list(read_stored_run(tmp_path / "run").verdicts) == [VERDICT]
    assert [v.scenario for v in read_stored_run(tmp_path / "run").verdicts] == [VERDICT.scenario]


def test_a_verdict_without_room_leaves_no_half_of_a_line(tmp_path, monkeypatch):
    folder = RunFolder(tmp_path / "run")
    folder.add(VERDICT)
    before = (tmp_path / "run" / "verdicts.jsonl").read_bytes()
    full = _Filling(folder._verdicts, room=40)
    monkeypatch.setattr(folder, "_verdicts", full)
    with pytest.raises(RunFolderError, match=r"verdicts.jsonl: cannot be written: No space left"):
        folder.add(VERDICT)
    assert full.taken == 40
    monkeypatch.undo()
    folder.close()
    assert (tmp_path / "run" / "verdicts.jsonl").read_bytes() == before


class _Filling:
    """A file on a disk with a little room left: it takes a part, and then nothing."""

    def __init__(self, file, room):
        self._file, self._room, self.taken = file, room, 0

    def write(self, data):
        if not self._room:
            with Path("/dev/full").open("wb", buffering=0) as full:
                full.write(b"x")
        part = data[: self._room]
        self._room -= len(part)
        self.taken += len(part)
        return self._file.write(part)

    def __getattr__(self, name):
        return getattr(self._file, name)


def limited(size_bytes, *arguments):
    """Run a command that may write no file longer than this, as on a disk with so much room.

    Compiled modules it may not write at all: Python keeps halves of them.
    """
    limit = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({size_bytes},) * 2); "
    )
    code = limit + "from bench.cli.main import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run([sys.executable, "-B", "-c", code, *map(str, arguments)],
                          capture_output=True, text=True, check=False, timeout=120)  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    run = tmp_path_factory.mktemp("sound") / "run"
    assert main(["run", "--paths", "keypad", "--faults", "refuse", "--out", str(run), "--json",
                 "--jobs", "1"]) == 0  # fmt: skip
    return run


@pytest.mark.parametrize("kind", ["blf", "asc", "perfetto"])
def test_a_trace_without_room_leaves_what_stood_there_and_no_half(sound, tmp_path, kind):
    """Half a trace opens in a tool like a whole one."""
    assert main(["trace", str(sound), "--formats", kind, "--out", str(tmp_path)]) == 0
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    done = limited(2_000, "trace", sound, "--formats", kind, "--out", tmp_path)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith(f"bench: error: {tmp_path}")
    assert line.endswith(": File too large")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_trend_without_room_leaves_the_page_that_stood_there(sound):
    page = sound.parent / "trend.html"
    assert main(["trend", str(sound.parent)]) == 0
    before = page.read_bytes()
    done = limited(2_000, "trend", sound.parent)
    assert (done.returncode, page.read_bytes()) == (2, before)
    assert done.stderr == f"bench: error: {page}: cannot be written: File too large\n"


def test_a_list_of_requirements_without_room_is_one_clear_error(tmp_path):
    requirements = "".join(f'"R-{n}","text {n}","path=keypad"\n' for n in range(2_000))
    (tmp_path / "list.csv").write_text(f"id,text,covered_by\n{requirements}")
    bench = (ROOT / "bench.toml").read_text()
    (tmp_path / "bench.toml").write_text(f'{bench}\n[requirements]\nfile = "list.csv"\n')
    run = tmp_path / "run"
    done = limited(60_000, "run", "--bench", tmp_path / "bench.toml", "--paths", "keypad",
                   "--faults", "refuse", "--out", run)  # fmt: skip
    assert done.returncode == 2
    said = f"bench: error: {run / 'requirements.json'}: cannot be written: File too large\n"
    assert done.stderr == said
    assert not (run / "requirements.json").exists()


def test_certificates_without_room_can_be_made_anew(tmp_path, monkeypatch):
    """A key without certificates was taken for an authority that is there already."""
    write_secret, keys = provisioning.write_secret, []

    def full(file, data):
        keys.append(file)
        if len(keys) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_secret(file, data)

    monkeypatch.setattr(provisioning, "write_secret", full)
    with pytest.raises(ConfigError, match="pki: cannot be written: No space left on device"):
        provisioning.provision(tmp_path / "pki", {"tcu": "x", "phone": "y"}, 1)
    assert not list((tmp_path / "pki").glob("*key*"))
    assert main(["provision", "--out", str(tmp_path / "pki")]) == 0


def test_half_a_secret_is_none(tmp_path):
    done = subprocess.run(
        [sys.executable, "-B", "-c", ("import resource, sys; from pathlib import Path; "
         "from bench.network.authority import write_secret; "
         "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); "
         "write_secret(Path(sys.argv[1]), b'x' * 1000)"), str(tmp_path / "key")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert "File too large" in done.stderr
    assert not (tmp_path / "key").exists()


def test_a_bench_file_without_room_can_be_written_anew(tmp_path):
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); "
        "from pathlib import Path; from bench.station.starting_file import write_starting_file; "
        "write_starting_file(Path(sys.argv[1]), 'x' * 1000)"
    )
    done = subprocess.run([sys.executable, "-B", "-c", code, str(tmp_path / "bench.toml")],
                          capture_output=True, text=True, check=False, timeout=60)  # fmt: skip
    assert "bench.toml: cannot be written: File too large" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_taken_away_keeps_nothing_and_that_is_said(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.cli.main", "run", "--paths", "keypad", "--faults", *FAULTS,
         "--jobs", "1", "--out", str(tmp_path / "run")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in process.stdout:
        if line.startswith("PASS"):
            break
    (tmp_path / "run").rename(tmp_path / "away")  # in one step, unlike removing it
    _, said = process.communicate(timeout=120)
    assert process.returncode == 2
    [line] = said.splitlines()
    assert line.startswith(f"bench: error: {tmp_path / 'run'}")
    gone = f"{tmp_path / 'run'} was taken away, and all that was kept in it: the run ends here"
    assert line.endswith(f": cannot be written: No such file or directory; {gone}")


def test_a_link_or_a_device_is_written_through(tmp_path):
    (tmp_path / "there").write_text("before")
    (tmp_path / "link").symlink_to(tmp_path / "there")
    write_whole(tmp_path / "link", b"after")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there").read_text() == "after"
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_whole(tmp_path / "pipe", b"after")
    assert os.read(reader, 100) == b"after"
    os.close(reader)


def test_what_stood_in_its_place_stays_where_a_whole_file_has_no_room(tmp_path):
    (tmp_path / "a.part").symlink_to("/dev/full")
    (tmp_path / "a").write_text("before")
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "a", b"after")
    assert [(f.name, f.read_text()) for f in tmp_path.iterdir()] == [("a", "before")]
