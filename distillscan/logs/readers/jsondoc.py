"""JSON that is not a record a line: lists, lists in an envelope, objects over several lines."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import orjson
import pyarrow as pa

from distillscan.arrays import Bools, Int32s, UInt8s
from distillscan.logs.files.stream import BOM, ByteStream
from distillscan.logs.readers import jsonsplit
from distillscan.logs.readers.block import BLOCK_BYTES, BLOCK_ROWS, Block, Fault
from distillscan.logs.readers.jsonl import LINES, MAX_LINE_BYTES, text_block

#: Under these names an export keeps its records, when it writes them as one list in an object.
ENVELOPES = (b"Records", b"records", b"result", b"results", b"data", b"value", b"logEvents")
#: The keys that lead to the records in the answer of Elasticsearch or OpenSearch to a search.
_OF_SEARCHES = (b"hits", b"hits")
_DEEPEST = 3

_HEAD_BYTES = 1 << 20
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"?|[{}\[\],:]', re.DOTALL)
# A time as text or as a number.
_TIME = re.compile(
    rb'"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:|(?<![0-9A-Za-z._-])1[0-9]{9}(?:[0-9]{3}){0,3}(?![0-9])'
)
_OPENING, _CLOSING = (b"{", b"["), (b"}", b"]")
# A line of a document that ends so goes on in the next one.
_GOES_ON = (b"{", b"[", b",", b":")
_SPACE_BYTES = 1 << 12
_TOO_LONG = f"longer than {MAX_LINE_BYTES} bytes"


@dataclass(frozen=True)
class Envelope:
    """What stands around a list of records: the key of the list, and how many objects that is in.

    Without a name the list is all there is, or the records follow one another.
    """

    name: bytes = b""
    depth: int = 1


def find_layout(stream: ByteStream, marks: Collection[str]) -> Envelope | None:
    """How the records of JSON text stand: None for one a line, else what is around them.

    An object that has one of ``marks`` for a key is a record itself, whatever lists it holds.
    """
    head = stream.peek(_HEAD_BYTES).removeprefix(BOM).lstrip()
    line, _, rest = head.partition(b"\n")
    following, _, rest = rest.lstrip().partition(b"\n")
    line = line.rstrip()
    if line.startswith(b"["):
        # One bad line among lines of objects is no document: in a list a comma or its end would follow.
        goes_on = line.endswith(b",") or line == b"[" or rest.lstrip().startswith((b"]", b","))
        return None if not goes_on and _is_object(following) else Envelope()
    if not line.startswith(b"{"):
        return None
    if _is_object(line):
        return _envelope(line, marks, alone=not following)
    envelope = _envelope(head, marks, alone=True)
    if envelope is not None or not line.endswith(_GOES_ON) or _is_object(following):
        return envelope
    return Envelope()


def _is_object(text: bytes) -> bool:
    try:
        return isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        return False


def _envelope(text: bytes, marks: Collection[str], *, alone: bool) -> Envelope | None:
    """What is around the list of records in the object of which this is the begin, if anything is.

    An object that stands alone and has no time is no request: its one list may be called anything, also in
    an object in it.
    """
    found: Envelope | None = None
    lists: list[tuple[Envelope, int, int]] = []
    string = key = b""
    # the keys under which the open brackets stand, and how many of the outermost are objects
    above: list[bytes] = []
    objects = 0
    for match in _TOKEN.finditer(text):
        token, depth = match[0], len(above)
        if token == b":" and objects == depth <= _DEEPEST:
            key = string
            if depth == 1 and key.decode(errors="replace") in marks:
                return None
            continue
        if token == b"[" and 0 < objects == depth <= _DEEPEST:
            if found is None and (key in ENVELOPES if depth == 1 else (*above[1:], key) == _OF_SEARCHES):
                inside = text[match.end() : match.end() + _SPACE_BYTES].lstrip()
                found = Envelope(key, depth) if inside.startswith((b"{", b"]")) else None
            lists.append((Envelope(key, depth), match.end(), len(text)))
        elif token == b"]" and lists and lists[-1][2] == len(text) and depth == lists[-1][0].depth + 1:
            lists[-1] = (*lists[-1][:2], match.start())
        if token in _OPENING:
            objects += token == b"{" and objects == depth
            above.append(key)
        elif token in _CLOSING:
            del above[-1:]
            objects = min(objects, len(above))
            if not above:
                break
        string, key = token[1:-1], b""
    if found is not None or not alone:
        return found
    timed = [place for place in lists if _begins_with_a_time(text[place[1] : place[2]])]
    if len(timed) != 1:
        return None
    ((envelope, begin, end),) = timed
    return None if _TIME.search(text[:begin] + text[end:]) else envelope


def _begins_with_a_time(elements: bytes) -> bool:
    """Whether the first element of a list is an object with a time, and no message.

    The time is among its own values, or those of an object in it.
    """
    try:
        first, _ = json.JSONDecoder().raw_decode(elements.decode(errors="replace").lstrip())
    except (ValueError, RecursionError):
        return False
    if not isinstance(first, dict) or "role" in first:
        return False
    inside = (value.values() if isinstance(value, dict) else (value,) for value in first.values())
    own = [value for values in inside for value in values if isinstance(value, str | int)]
    return _TIME.search(json.dumps(own).encode()) is not None


def read_documents(stream: ByteStream, envelope: Envelope) -> Iterator[Block]:
    """Blocks of (row_number, line); the number is that of the record in the file, from 1."""
    stream.skip_mark()
    cutter = _Cutter(envelope)
    room = np.empty(BLOCK_BYTES, np.uint8)
    while size := stream.read_into(room):
        yield from cutter.cut(room[:size])
    yield from cutter.rest(stream.broken)


class _Cutter:
    """The records of JSON text that comes in chunks."""

    def __init__(self, envelope: Envelope) -> None:
        self._key = np.frombuffer(envelope.name, np.uint8)
        self._state = jsonsplit.new_state(envelope.depth)
        self._stack = np.zeros(jsonsplit.STACK_BYTES, np.uint8)
        self._open = b""
        self._number = 1

    def cut(self, data: UInt8s) -> Iterator[Block]:
        """The records that end in these bytes."""
        out = np.empty(len(self._open) + len(data), np.uint8)
        out[: len(self._open)] = np.frombuffer(self._open, np.uint8)
        jsonsplit.rebase(self._state)
        ends, too_long = np.empty(BLOCK_ROWS, np.int64), np.empty(BLOCK_ROWS, np.uint8)
        at, begin, end = 0, 0, len(self._open)
        while at < len(data):
            at, end, count = jsonsplit.split(
                data, at, self._state, self._stack, self._key, MAX_LINE_BYTES - 1, out, end, ends, too_long
            )
            if count:
                offsets = np.concatenate(([begin], ends[:count])).astype(np.int32)
                yield self._block(out, offsets, too_long[:count] != 0)
                begin = int(ends[count - 1])
        self._open = out[begin:end].tobytes()

    def rest(self, broken: str | None) -> Iterator[Block]:
        """What the end of the text leaves open."""
        state, text = self._state, self._open
        if broken:
            yield self._fault("truncated_file", broken)
        elif jsonsplit.in_list(state):
            where = "inside a record" if jsonsplit.in_record(state) else "before the list of records does"
            yield self._fault("truncated_file", f"the text ends {where}")
        elif jsonsplit.in_long_record(state):
            yield self._fault("line_too_long", _TOO_LONG)
        elif jsonsplit.in_record(state):
            offsets = np.array([0, len(text)], np.int32)
            yield self._block(np.frombuffer(text, np.uint8), offsets, np.zeros(1, np.bool_))

    def _block(self, text: UInt8s, offsets: Int32s, too_long: Bools) -> Block:
        records = pa.StringArray.from_buffers(len(too_long), pa.py_buffer(offsets), pa.py_buffer(text))
        # As if each ended its line; those that were left out are beyond the limit.
        lengths = np.where(too_long, MAX_LINE_BYTES, np.diff(offsets)) + 1
        block = text_block(records, lengths, self._number)
        self._number += len(too_long)
        return block

    def _fault(self, reason: str, detail: str) -> Block:
        return Block(LINES.empty_table(), (Fault(self._number, reason, detail),))
