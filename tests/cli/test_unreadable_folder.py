"""A run's folder that the user may not enter is one error that names it, not a defect of the bench."""

import errno
import os
from pathlib import Path

import pytest

from bench.cli.main import main


@pytest.fixture
def closed(tmp_path, monkeypatch):
    """Return a folder that nobody may look into: file modes do not stop the super-user."""
    folder = tmp_path / "runs" / "closed"
    folder.mkdir(parents=True)
    stat = Path.stat

    def refuse(path, **how):
        if folder in path.parents:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return stat(path, **how)

    monkeypatch.setattr(Path, "stat", refuse)
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ["report", "{closed}"],
        ["watch", "{closed}"],
        ["judge", "{closed}"],
        ["trace", "{closed}"],
        ["compare", "{closed}", "{closed}"],
        ["trend", "{runs}"],
    ],
    ids=lambda command: command[0],
)
def test_a_folder_that_may_not_be_read_is_one_error_that_names_it(closed, capsys, command):
    assert main([word.format(closed=closed, runs=closed.parent) for word in command]) == 2
    told = capsys.readouterr().err
    assert told.endswith("closed: cannot be read: Permission denied\n")
    assert told.count("\n") == 1
