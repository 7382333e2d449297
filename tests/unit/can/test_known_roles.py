"""The bench knows the roles that it asks for, and asks about one that is nearly one of them."""

from bench.can.databases import bundled
from bench.can.known_roles import WORDS, known_roles, role_slips
from bench.can.roles import load_roles
from bench.cli.main import main
from bench.config.bench_file import DEFAULT


def own_car(folder, before, after):
    """Return a bench file whose car speaks a body database with one change in its role file."""
    for name in ("body.dbc", "body.toml"):
        text = bundled(name).read_text()
        (folder / name.replace("body", "mine")).write_text(text)
    roles = folder / "mine.toml"
    text = roles.read_text().replace('"body.dbc"', '"mine.dbc"')
    assert before in text
    roles.write_text(text.replace(before, after, 1))
    file = folder / "bench.toml"
    file.write_text(DEFAULT.read_text().replace("[can.body]", '[can.body]\nroles = "mine.toml"', 1))
    return file


def test_known_are_those_that_simulated_units_speak_and_a_real_unit_s_own():
    assert {"door_lock_state", "voice_state", "telematics_restarts"} <= known_roles()
    assert role_slips(known_roles()) == {}
    assert role_slips(["doorlock_state", "lock_state_of_the_boot"]) == {
        "doorlock_state": "door_lock_state"
    }


def test_check_asks_about_a_role_whose_name_is_a_slip_of_the_pen(tmp_path, capsys):
    file = own_car(tmp_path, "[roles.hood_open]", "[roles.hod_open]")
    assert main(["check", "--bench", str(file)]) == 0
    (line,) = (text for text in capsys.readouterr().out.splitlines() if "of your own" in text)
    assert line.startswith("--  can.body.roles.hod_open ")
    assert line.endswith('which the bench never asks for: did you mean "hood_open"?')


def test_a_label_that_a_role_file_lacks_is_named_with_the_file(tmp_path, capsys):
    file = own_car(
        tmp_path, 'signal = "PowerMode"\n', 'signal = "PowerMode"\nraw = { of = 0, on = 2 }\n'
    )
    assert main(["check", "--bench", str(file)]) == 2
    said = capsys.readouterr().err
    where = f"{tmp_path / 'mine.toml'}: roles.power_mode"
    assert said.startswith(f'bench: error: {where}: no value means "off": did you mean "of"?')


def test_each_word_by_which_a_role_is_known_is_one_of_the_bundled_databases(tmp_path):
    maps = [load_roles(name, [], tmp_path).roles for name in ("body.toml", "telematics.toml")]
    for name, words in WORDS.items():
        (labels, *_) = (each[name].labels for each in maps if name in each)
        assert set(words) <= set(labels), name
