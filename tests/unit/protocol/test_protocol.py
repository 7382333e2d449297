"""What two parties agree on: nothing forged, repeated, or meant for another is worth anything."""

import json
import struct
from dataclasses import asdict, replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bench.protocol import command as commands
from bench.protocol import entitlement as entitlements
from bench.protocol import fob_frame, key_challenge
from bench.protocol.command import Command
from bench.protocol.entitlement import Entitlement
from bench.protocol.fob_frame import (
    BUTTONS,
    answer,
    decode_press,
    fob_id,
    fob_key,
    is_genuine,
    press,
    tag,
)
from bench.protocol.key_challenge import (
    Challenge,
    Response,
    decode_challenge,
    decode_response,
    respond,
)
from bench.protocol.signing import BadSignature, private_key, public_bytes, sign, verify

STEADY = settings(deadline=None, derandomize=True, max_examples=100)
VIN = "BENCH000000000001"

TEXTS = st.text(max_size=20)
NUMBERS = st.floats(0, 4e9)
COMMANDS = st.builds(
    Command,
    command_id=TEXTS, vin=TEXTS, name=st.sampled_from(commands.NAMES),
    issued_at=NUMBERS, expires_at=NUMBERS, epoch=TEXTS,
    counter=st.integers(0, 1 << 40), idempotency_key=TEXTS,
)  # fmt: skip
ENTITLEMENTS = st.builds(
    Entitlement,
    vin=TEXTS, credential=TEXTS, public_key=TEXTS,
    rights=st.lists(st.sampled_from(["unlock", "start"]), max_size=2).map(tuple),
    not_before=NUMBERS, not_after=NUMBERS, serial=st.integers(0, 1 << 40),
)  # fmt: skip
CHALLENGES = st.builds(Challenge, nonce=TEXTS, vin=TEXTS, channel=TEXTS, wants=TEXTS)
BYTES = st.binary(max_size=64)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)

COMMAND = Command("c-1", VIN, "door_unlock", 100.0, 190.0, "e-1", 7, "i-1")
RIGHT = Entitlement(VIN, "phone-1", "ab" * 32, ("unlock", "start"), 100.0, 200.0, 3)
CHALLENGE = Challenge("00112233445566778899aabbccddeeff", VIN, "ble")
KEY = public_bytes("credential", "phone-1").hex()


def flipped(data, position, bit):
    """Return bytes with one bit turned over."""
    changed = bytearray(data)
    changed[position % len(changed)] ^= 1 << bit
    return bytes(changed)


FLIPS = {"position": st.integers(0, 10_000), "bit": st.integers(0, 7)}


# ── signed documents ──────────────────────────────────────────────────────────────────────


@STEADY
@given(document=st.dictionaries(TEXTS, JSON, max_size=4))
def test_a_signed_document_comes_back_as_it_was(document):
    signed = sign(document, private_key("someone"))
    assert verify(signed, public_bytes("someone")) == document


def test_the_same_document_is_the_same_bytes_whatever_the_order_of_its_keys():
    one = sign({"a": 1, "b": 2}, private_key("someone"))
    assert sign({"b": 2, "a": 1}, private_key("someone")) == one


@STEADY
@given(**FLIPS)
def test_one_flipped_bit_is_enough_to_be_refused(position, bit):
    signed = flipped(COMMAND.signed(), position, bit)
    with pytest.raises(BadSignature):
        verify(signed, public_bytes("maker", "commands"))


@STEADY
@given(cut=st.integers(0, 400), more=st.binary(max_size=5))
def test_what_is_cut_or_lengthened_is_refused(cut, more):
    whole = COMMAND.signed()
    changed = whole[: min(cut, len(whole))] + more
    assume(changed != whole)
    with pytest.raises(BadSignature):
        commands.read(changed)


@STEADY
@given(rubbish=st.binary(max_size=200))
def test_rubbish_is_refused(rubbish):
    for read in (commands.read, entitlements.read):
        with pytest.raises(BadSignature):
            read(rubbish)


def test_somebody_elses_signature_is_refused():
    forged = sign(asdict(COMMAND), private_key("thief"))
    with pytest.raises(BadSignature, match="does not fit"):
        commands.read(forged)


def test_a_public_key_that_is_none_verifies_nothing():
    for public in (b"", b"short", bytes(64)):
        with pytest.raises(BadSignature):
            verify(COMMAND.signed(), public)


@pytest.mark.parametrize("body", [b"[1,2]", b'"text"', b"7", b"null", b"not json", b"\xff", b""])
def test_a_signed_thing_that_is_no_object_is_refused(body):
    signed = private_key("someone").sign(body) + body
    with pytest.raises(BadSignature):
        verify(signed, public_bytes("someone"))


def test_each_name_has_its_own_key_and_always_the_same():
    assert public_bytes("a", "b") == public_bytes("a", "b")
    names = [("a",), ("b",), ("a", "b"), ("b", "a"), ("ab",), ("maker", "commands"),
             ("maker", "entitlements")]  # fmt: skip
    assert len({public_bytes(*each) for each in names}) == len(names)


# ── commands and entitlements ─────────────────────────────────────────────────────────────


@STEADY
@given(command=COMMANDS)
def test_a_command_comes_back_as_it_was_sent(command):
    assert commands.read(command.signed()) == command


@STEADY
@given(right=ENTITLEMENTS)
def test_an_entitlement_comes_back_as_it_was_issued(right):
    assert entitlements.read(right.signed()) == right


@pytest.mark.parametrize(
    ("field", "value"),
    [("vin", "BENCH000000000002"), ("name", "remote_start"), ("expires_at", 1e10),
     ("counter", 8), ("epoch", "e-2"), ("command_id", "c-2")],
)  # fmt: skip
def test_no_field_of_a_command_can_be_changed_under_its_signature(field, value):
    signed = COMMAND.signed()
    other = replace(COMMAND, **{field: value}).signed()
    with pytest.raises(BadSignature):
        commands.read(signed[:64] + other[64:])


@pytest.mark.parametrize(
    ("field", "value"),
    [("not_after", 1e10), ("credential", "phone-2"), ("rights", ("unlock",)), ("serial", 4),
     ("vin", "BENCH000000000002"), ("public_key", "cd" * 32)],
)  # fmt: skip
def test_no_field_of_an_entitlement_can_be_changed_under_its_signature(field, value):
    signed = RIGHT.signed()
    other = replace(RIGHT, **{field: value}).signed()
    with pytest.raises(BadSignature):
        entitlements.read(signed[:64] + other[64:])


def test_a_command_is_no_entitlement_and_an_entitlement_no_command():
    with pytest.raises(BadSignature):
        entitlements.read(COMMAND.signed())
    with pytest.raises(BadSignature):
        commands.read(RIGHT.signed())


@pytest.mark.parametrize("change", ["less", "more"])
def test_a_document_of_the_maker_that_has_other_fields_is_refused(change):
    for thing, read, authority in (
        (COMMAND, commands.read, "commands"),
        (RIGHT, entitlements.read, "entitlements"),
    ):
        document = asdict(thing)
        if change == "less":
            del document["vin"]
        else:
            document["colour"] = "red"
        with pytest.raises(BadSignature, match=r"not an? "):
            read(sign(document, private_key("maker", authority)))


@pytest.mark.parametrize("rights", [None, 5])
def test_an_entitlement_without_a_list_of_rights_is_refused(rights):
    document = {**asdict(RIGHT), "rights": rights}
    with pytest.raises(BadSignature, match="not an entitlement"):
        entitlements.read(sign(document, private_key("maker", "entitlements")))


# ── digital keys ──────────────────────────────────────────────────────────────────────────


@STEADY
@given(challenge=CHALLENGES)
def test_a_challenge_comes_back_as_it_was_asked(challenge):
    assert decode_challenge(challenge.encoded()) == challenge


@STEADY
@given(credential=TEXTS, signature=TEXTS, ticket=TEXTS)
def test_a_response_comes_back_as_it_was_given(credential, signature, ticket):
    response = Response(credential, signature, ticket)
    assert decode_response(response.encoded()) == response


@STEADY
@given(challenge=CHALLENGES, ticket=TEXTS)
def test_the_holder_of_a_key_answers_any_challenge(challenge, ticket):
    response = decode_response(respond(challenge, "phone-1", ticket=ticket).encoded())
    assert key_challenge.is_answer(response, challenge, KEY)
    assert response.ticket == ticket


@STEADY
@given(asked=CHALLENGES, heard=CHALLENGES)
def test_an_answer_fits_its_own_challenge_only(asked, heard):
    assert key_challenge.is_answer(respond(heard, "phone-1"), asked, KEY) is (asked == heard)


@pytest.mark.parametrize(
    "other",
    [
        replace(CHALLENGE, vin="BENCH000000000002"),  # another car's
        replace(CHALLENGE, channel="nfc"),  # another channel's
        replace(CHALLENGE, nonce="ff112233445566778899aabbccddeeff"),  # an earlier one
        replace(CHALLENGE, wants="session"),
    ],
)
def test_an_answer_heard_elsewhere_is_worth_nothing_here(other):
    heard = respond(other, "phone-1")
    assert key_challenge.is_answer(heard, other, KEY)
    assert not key_challenge.is_answer(heard, CHALLENGE, KEY)


def test_another_key_or_another_name_does_not_answer():
    theirs = respond(CHALLENGE, "phone-2")
    assert not key_challenge.is_answer(theirs, CHALLENGE, KEY)
    assert not key_challenge.is_answer(replace(theirs, credential="phone-1"), CHALLENGE, KEY)


@STEADY
@given(**FLIPS)
def test_a_tampered_response_is_refused_or_means_the_same(position, bit):
    good = respond(CHALLENGE, "phone-1")
    try:
        response = decode_response(flipped(good.encoded(), position, bit))
    except ValueError:
        return
    if key_challenge.is_answer(response, CHALLENGE, KEY):
        # only what is not signed, or the case of a hex digit, can have changed
        assert response.signature.lower() == good.signature
    else:
        assert response.signature != good.signature


@pytest.mark.parametrize("signature", ["", "zz", "ab", "é", "00" * 64, "0" * 127])
def test_a_signature_that_is_none_is_no_answer(signature):
    response = Response("phone-1", signature)
    assert not key_challenge.is_answer(response, CHALLENGE, KEY)


@pytest.mark.parametrize("public_key", ["", "zz", "ab", "00" * 31])
def test_a_public_key_that_is_none_has_no_answer(public_key):
    response = respond(CHALLENGE, "phone-1")
    assert not key_challenge.is_answer(response, CHALLENGE, public_key)


@STEADY
@given(payload=BYTES)
def test_telegrams_of_rubbish_are_a_value_error_and_nothing_else(payload):
    for decode in (decode_challenge, decode_response, decode_press):
        try:
            decode(payload)
        except ValueError:
            continue


def documents(*names: str) -> st.SearchStrategy[object]:
    """Of these names, each with a text or with anything else; or anything else at all."""
    return JSON | st.fixed_dictionaries(dict.fromkeys(names, TEXTS | JSON))


def is_whole(document: object, *names: str) -> bool:
    return (
        isinstance(document, dict)
        and sorted(document) == sorted(names)
        and all(isinstance(value, str) for value in document.values())
    )


@pytest.mark.parametrize(
    ("decode", "names"),
    [(decode_challenge, ("nonce", "vin", "channel", "wants")),
     (decode_response, ("credential", "signature"))],
)  # fmt: skip
@STEADY
@given(data=st.data())
def test_what_is_made_of_texts_is_decoded_and_nothing_else(decode, names, data):
    document = data.draw(documents(*names))
    payload = json.dumps(document).encode()
    if is_whole(document, *names):
        decoded = asdict(decode(payload))
        assert {name: decoded[name] for name in names} == document
    else:
        with pytest.raises(ValueError, match=r"not a|texts|nested"):
            decode(payload)


@pytest.mark.parametrize(
    "payload",
    [b'{"credential": "phone-1", "signature": 5}', b'{"credential": ["x"], "signature": "ab"}',
     b'{"credential": "x"}', b'{"credential": "x", "signature": "ab", "more": "y"}', b"[]",
     b"7", b"null", b"", b"\xff", b"[" * 100_000],
)  # fmt: skip
def test_a_response_of_other_things_is_refused(payload):
    with pytest.raises(ValueError):  # noqa: PT011 each has its own words
        decode_response(payload)


# ── fobs ──────────────────────────────────────────────────────────────────────────────────

COUNTERS = st.integers(0, (1 << 32) - 1)


@STEADY
@given(counter=COUNTERS, button=st.sampled_from(BUTTONS))
def test_a_press_comes_back_as_it_was_sent_and_is_genuine(counter, button):
    pressed = press("fob-1", counter, button)
    assert len(pressed.encoded()) == 13
    decoded = decode_press(pressed.encoded())
    assert decoded == pressed
    assert (decoded.counter, decoded.button) == (counter, button)
    assert is_genuine(decoded, fob_key("fob-1"))
    assert not is_genuine(decoded, fob_key("fob-2"))


@STEADY
@given(counter=COUNTERS, **FLIPS)
def test_a_tampered_press_is_not_genuine(counter, position, bit):
    try:
        pressed = decode_press(flipped(press("fob-1", counter, "lock").encoded(), position, bit))
    except ValueError:
        return  # a button that there is not
    assert not is_genuine(pressed, fob_key("fob-1"))


def test_the_code_of_a_lock_press_does_not_unlock():
    locked = press("fob-1", 7, "lock")
    assert not is_genuine(replace(locked, button="unlock"), fob_key("fob-1"))


def test_the_code_of_one_press_is_not_that_of_the_next():
    now = press("fob-1", 7, "unlock")
    assert not is_genuine(replace(now, counter=8), fob_key("fob-1"))


@pytest.mark.parametrize("payload", [b"", bytes(12), bytes(14)])
def test_a_press_of_another_length_is_none(payload):
    with pytest.raises(ValueError, match="not a rolling code"):
        decode_press(payload)


@pytest.mark.parametrize("button", [3, 255])
def test_a_button_that_there_is_not_is_no_press(button):
    with pytest.raises(ValueError, match="not a rolling code"):
        decode_press(struct.pack(">4sIB4s", fob_id("fob-1"), 1, button, bytes(4)))


def test_each_fob_has_its_own_identity_and_key():
    names = [f"fob-{number}" for number in range(50)]
    assert len({fob_id(name) for name in names}) == 50
    assert len({fob_key(name) for name in names}) == 50
    assert len(fob_key("fob-1")) == 16
    assert fob_id("fob-1") not in fob_key("fob-1")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("", "bb1d6929"),
        ("6bc1bee22e409f96e93d7e117393172a", "070a16b4"),
        ("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",
         "dfa66747"),
    ],
)  # fmt: skip
def test_tags_are_aes_cmac_as_rfc_4493_has_it(message, expected):
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    assert tag(key, bytes.fromhex(message)).hex() == expected


@STEADY
@given(challenge=st.binary(min_size=8, max_size=8), purpose=st.sampled_from(["passive", "trans"]))
def test_a_fob_answers_a_challenge_with_its_identity_and_a_tag(challenge, purpose):
    payload = answer("fob-1", challenge, purpose)
    assert payload[:4] == fob_id("fob-1")
    assert len(payload) == 8
    assert fob_frame.is_answer(payload, fob_key("fob-1"), challenge, purpose)
    assert not fob_frame.is_answer(payload, fob_key("fob-2"), challenge, purpose)


@STEADY
@given(
    asked=st.binary(min_size=8, max_size=8),
    heard=st.binary(min_size=8, max_size=8),
    asked_for=st.sampled_from(["passive", "transponder"]),
    heard_for=st.sampled_from(["passive", "transponder"]),
)
def test_an_answer_to_another_challenge_or_for_another_purpose_is_none(
    asked, heard, asked_for, heard_for
):
    payload = answer("fob-1", heard, heard_for)
    fits = (asked, asked_for) == (heard, heard_for)
    assert fob_frame.is_answer(payload, fob_key("fob-1"), asked, asked_for) is fits


@STEADY
@given(payload=BYTES)
def test_rubbish_answers_no_challenge(payload):
    assume(payload[4:] != answer("fob-1", b"challenge", "passive")[4:])
    assert not fob_frame.is_answer(payload, fob_key("fob-1"), b"challenge", "passive")
