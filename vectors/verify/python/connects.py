"""How calls of Connect end, by chapter 13 of the specification."""

import json

from refused import Rejected

# By the numbers of gRPC.
CODES = (
    "unknown canceled unknown invalid_argument deadline_exceeded not_found already_exists permission_denied "
    "resource_exhausted failed_precondition aborted out_of_range unimplemented internal unavailable data_loss "
    "unauthenticated"
).split()
STATUSES = {
    400: ("invalid_argument", "failed_precondition", "out_of_range"),
    401: ("unauthenticated",),
    403: ("permission_denied",),
    404: ("not_found",),
    409: ("already_exists", "aborted"),
    429: ("resource_exhausted",),
    499: ("canceled",),
    501: ("unimplemented",),
    503: ("unavailable",),
    504: ("deadline_exceeded",),
}


def error(i):
    code = CODES[i["status"]] if i["status"] < len(CODES) else "unknown"
    body = {"code": code, **({"message": i["message"]} if i["message"] else {})}
    status = next((status for status, codes in STATUSES.items() if code in codes), 500)
    return {"status": status, "json": json.dumps(body, ensure_ascii=False, separators=(",", ":"))}


def timeout(i):
    text = i["text"]
    if not 1 <= len(text) <= 10 or not all(digit in "0123456789" for digit in text):
        raise Rejected("BAD_FIELD")
    return {"milliseconds": int(text)}
