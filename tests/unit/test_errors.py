import pickle
import re

from bench import errors


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes():
    drawn: dict[str, str] = {}
    parents: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^([│ ]*)[├└]── (\w+)", line)
        if line.startswith("BenchError"):
            parents = ["BenchError"]
        elif match:
            depth = len(match[1]) // 4 + 1
            parents = [*parents[:depth], match[2]]
            drawn[match[2]] = parents[depth - 1]
    classes = {
        name: thing
        for name, thing in vars(errors).items()
        if isinstance(thing, type) and issubclass(thing, errors.BenchError)
    }
    assert set(drawn) == set(classes) - {"BenchError"}
    for name, parent in drawn.items():
        assert issubclass(classes[name], classes[parent]), (name, parent)


def test_every_exported_name_exists_and_every_error_is_exported():
    names = {n for n, t in vars(errors).items() if isinstance(t, type) and issubclass(t, Exception)}
    assert names <= set(errors.__all__)
    assert all(hasattr(errors, name) for name in errors.__all__)


def test_an_unknown_name_is_told_the_nearest_one():
    error = errors.UnknownName("fault", "http_statos", ["http_status", "refuse"])
    assert str(error) == 'no fault named "http_statos": did you mean "http_status"?'


def test_every_error_reaches_another_process_with_its_message():
    special = {
        "UnknownName": errors.UnknownName("car", "sond", ["sound"]),
        "MissingExtra": errors.MissingExtra("the database", "opendbc"),
        "InternalError": errors.InternalError("KeyError: 1", "Traceback"),
    }
    names = [n for n in errors.__all__ if isinstance(getattr(errors, n), type)]
    raised = [special.get(n) or getattr(errors, n)("what went wrong") for n in names]
    for error in raised:
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own bytes)
        assert type(again) is type(error)
        assert str(again) == str(error)
