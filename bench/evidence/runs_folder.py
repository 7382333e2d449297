"""A folder of runs, in the order in which they began."""

from dataclasses import dataclass
from pathlib import Path

from bench.errors import RunFolderError
from bench.evidence.stored_run import StoredRun, is_run, read_run, read_stored_run
from bench.file_name import FileName


@dataclass(frozen=True)
class RunsFolder:
    """What a folder of runs holds.

    Attributes:
        path: the folder.
        runs: the last of them, the earliest first.
        left_out: how many earlier ones there are.
        undated: names of folders that look like runs and do not say when they began.
    """

    path: Path
    runs: tuple[StoredRun, ...]
    left_out: int
    undated: tuple[str, ...]


def read_runs(folder: FileName, last: int) -> RunsFolder:
    """Return the last runs of a folder, also such as were killed.

    Raises:
        RunFolderError: there is no run in it.
    """
    folder = Path(folder)
    found = sorted(p for p in folder.glob("*") if is_run(p)) if folder.is_dir() else []
    began = {path: str(read_run(path).get("began", "")) for path in found}
    dated = sorted((p for p in found if began[p]), key=lambda p: (began[p], p.name))
    if not dated:
        raise RunFolderError(f"{folder}: holds no runs: name the folder that holds their folders")
    return RunsFolder(
        folder,
        tuple(read_stored_run(path) for path in dated[-last:]),
        max(0, len(dated) - last),
        tuple(path.name for path in found if not began[path]),
    )
