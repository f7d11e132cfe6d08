"""Derives every vector anew, with nothing but Python's own library and `cryptography`.

Run it from anywhere: `python vectors/verify/python/verify.py [folder of index.json]`.
The last line is `N passed, N failed`; the exit code is 1 when anything failed.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path

from operations import OPERATIONS, STEPS
from refused import Refused


UNORDERED = {
    "header-values": "values",
    "http-request": "headers",
    "http-response": "fields",
    "http-params": "params",
    "grpc-response": "fields",
    "schema-methods": "methods",
}


def in_order(op, expected):
    """The order of names means nothing, the one of the values of a name does."""
    name = UNORDERED.get(op)
    if not expected or name is None or expected[name] is None:
        return expected
    return {**expected, name: sorted(expected[name], key=lambda pair: pair[0])}


def judge(test, ids):
    """What is wrong with a test, or None."""
    operation = OPERATIONS.get(test["op"])
    if operation is None:
        return f"unknown operation {test['op']!r}"
    expected = test.get("expect")
    try:
        result, fault = operation(test["input"]), None
    except Refused as refused:
        result, fault = refused.left, refused
    result, expected = in_order(test["op"], result), in_order(test["op"], expected)
    if result != expected:
        return f"expected {shorten(expected)}, derived {shorten(result)}"
    steps = STEPS[test["op"]](test["input"]) if test["op"] in STEPS else {}
    if steps != {step["name"]: step["hex"] for step in test.get("steps", [])}:
        return f"expected other steps, derived {shorten(steps)}"
    if test["result"] == "valid":
        return None if fault is None else f"expected no fault, derived {fault.kind}"
    if fault is None:
        return "expected a fault, derived none"
    error = test["error"]
    if (error["kind"], error["action"]) != (fault.kind, fault.action):
        return f"expected {error['kind']} and {error['action']}, derived {fault.kind} and {fault.action}"
    if "at" in error and error["at"] != fault.at:
        return f"expected the fault at {error['at']}, derived {fault.at}"
    if error.get("status") != getattr(fault, "status", None):
        return f"expected the status {error.get('status')}, derived {getattr(fault, 'status', None)}"
    if ids.get(test["twin"]) != ("valid", test["op"]):
        return f"no valid twin {test['twin']!r}"
    return None


def shorten(value):
    text = json.dumps(value, sort_keys=True)
    return text if len(text) < 500 else f"{text[:500]}…"


def check_file(root, entry):
    """Yields an id and what is wrong with it, or None, for the file and for each of its tests."""
    data = (root / entry["path"]).read_bytes()
    file = json.loads(data)
    tests = [test for group in file["groups"] for test in group["tests"]]
    ids = {test["id"]: (test["result"], test["op"]) for test in tests}
    counts = {len(tests), len(ids), file["numberOfTests"], entry["numberOfTests"]}
    if sha256(data).hexdigest() != entry["sha256"]:
        yield entry["path"], "its SHA-256 is not that of the index"
    elif len(counts) != 1:
        yield entry["path"], f"its counts differ: {sorted(counts)}"
    else:
        yield entry["path"], None
    for test in tests:
        try:
            yield test["id"], judge(test, ids)
        except Exception as error:  # Whatever goes wrong counts against the test, and the others are still run.
            yield test["id"], f"{type(error).__name__}: {error}"


def main():
    here = Path(__file__).resolve()
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else here.parents[2]
    index = json.loads((root / "index.json").read_bytes())
    passed = failed = 0
    for entry in index["files"]:
        for name, fault in check_file(root, entry):
            if fault is None:
                passed += 1
            else:
                failed += 1
                print(f"FAILED {name}: {fault}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
