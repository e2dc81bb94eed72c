"""Answers in ways that would fool whoever reads them: forged, doubled, pickled, bottomless, or no numbers at all."""

import os
import pickle
import struct
import sys

from kithline_escapes.raw import attempt
from kithline_escapes.remains import foreign
from kithline_sdk import Finding

LENGTH = struct.Struct("<Q")
FOUND = b'{"type":"found","finding":{"score":0.99}}'


def framed(data):
    """Return data as an answer crosses the boundary."""
    return LENGTH.pack(len(data)) + data


def write_everywhere(data):
    """Write into every descriptor that takes it, but for those that this plugin made itself."""
    for descriptor in foreign():
        try:
            os.write(descriptor, data)
        except OSError:
            continue


def say(data):
    """Write everywhere and end, so that nothing follows."""
    write_everywhere(data)
    os._exit(0)


@attempt
def answer_twice(bait):
    say(framed(FOUND) * 2)


@attempt
def answer_before_the_answer(bait):
    """A first answer of its own, then the usual one."""
    write_everywhere(framed(FOUND))
    return Finding(score=0.5)


class Trap:
    """Unpickling it makes a folder."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (self.folder,)


@attempt
def answer_with_pickle(bait):
    say(framed(pickle.dumps(Trap(f"{bait['drop']}/answer_with_pickle"))))


@attempt
def answer_with_bare_pickle(bait):
    say(pickle.dumps(Trap(f"{bait['drop']}/answer_with_bare_pickle")))


@attempt
def answer_with_garbage(bait):
    say(framed(bytes(range(256))))


@attempt
def answer_without_length(bait):
    say(FOUND)


@attempt
def answer_with_wrong_length(bait):
    say(LENGTH.pack(len(FOUND) + 5) + FOUND)


@attempt
def answer_with_huge_length(bait):
    say(LENGTH.pack(2**64 - 1) + FOUND)


@attempt
def answer_with_half(bait):
    say(framed(FOUND)[:20])


@attempt
def answer_with_nothing(bait):
    say(framed(b""))


@attempt
def answer_deep(bait):
    say(framed(b'{"type":"found","finding":' + b"[" * 100_000 + b"]" * 100_000 + b"}"))


@attempt
def answer_deep_inside(bait):
    """Deep where the type has a list of objects, not where it has none."""
    say(framed(b'{"type":"found","finding":{"measures":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}}"))


@attempt
def answer_deep_by_type(bait):
    deep = {}
    inner = deep
    for _ in range(100_000):
        inner["a"] = inner = {}
    return Finding(measures={"deep": deep})


def raw_finding(text):
    """Send a finding as text, past what would refuse it on this side."""
    say(framed(b'{"type":"found","finding":' + text + b"}"))


@attempt
def answer_nan(bait):
    return Finding(score=float("nan"), measures={"a": float("inf")})


@attempt
def answer_raw_nan(bait):
    raw_finding(b'{"score":NaN}')


@attempt
def answer_raw_infinity(bait):
    raw_finding(b'{"measures":{"a":1e999}}')


@attempt
def answer_raw_surrogate(bait):
    raw_finding(b'{"reasons":["\\ud800"]}')


@attempt
def answer_invalid_text(bait):
    raw_finding(b'{"level":"\xff\xfe"}')


@attempt
def answer_zero_byte(bait):
    """Text that a database refuses."""
    raw_finding(b'{"status":"error","reasons":["\\u0000"]}')


@attempt
def answer_zero_byte_in_name(bait):
    raw_finding(b'{"measures":{"\\u0000":1}}')


@attempt
def answer_wrong_type(bait):
    raw_finding(b'{"score":"much","measures":[1,2]}')


@attempt
def answer_list(bait):
    return Finding(measures={"a": [1, 2]})


@attempt
def answer_dictionary(bait):
    return {"score": 1.0}


@attempt
def answer_object(bait):
    return Finding(measures={"a": Trap(bait["drop"])})


@attempt
def answer_with_another_tag(bait):
    say(framed(b'{"type":"granted","finding":{"score":1.0}}'))


@attempt
def answer_with_another_code(bait):
    say(framed(b'{"type":"failed","code":"timeout\\nscored","reason":"x"}'))


@attempt
def answer_through_output(bait):
    """On the standard output, where the answer is not."""
    os.write(1, framed(FOUND))
    sys.stdout.flush()
    os._exit(0)


@attempt
def answer_by_status(bait):
    os._exit(99)
