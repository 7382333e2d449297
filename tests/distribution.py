"""Another distribution on the path, as one that adds something to the bench."""

from pathlib import Path


def lay_out(folder: Path, module: str, text: str, points: str) -> Path:
    """Lay a distribution of one module out in a folder; return its list of entry points."""
    (folder / f"{module}.py").write_text(text)
    about = folder / f"{module}-1.0.dist-info"
    about.mkdir()
    name = module.replace("_", "-")
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    listed = about / "entry_points.txt"
    listed.write_text(points)
    return listed
