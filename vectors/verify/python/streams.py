"""The halves of streams, as chapter 06 allows them."""

import packets
import sessions
from refused import Refused


def run(messages):
    """The last state of each stream number, in the order in which the numbers came up."""
    states = {}
    for index, (sender, body) in enumerate(messages):
        packet = sessions.OPCODES[body[0]]
        fields = packets.decode(packet, body[1:])["fields"]
        fault = step(states, sender, packet, fields)
        if fault is not None:
            raise Refused(fault, index, {"streams": list(states.values())})
    return {"streams": list(states.values())}


def finished(state):
    return state["requestEnded"] and state["responseEnded"]


def step(states, sender, packet, fields):
    """Moves one stream on, or names the fault."""
    number = fields["stream"]
    state = states.get(number)
    unfinished = state is not None and not finished(state)
    if packet == "service-request":
        if unfinished:
            return "STREAM_IN_USE"
        states.pop(number, None)
        states[number] = {
            "stream": number,
            "handled": None,
            "request": "",
            "requestEnded": False,
            "response": "",
            "responseEnded": False,
        }
        return None
    if packet == "service-response":
        if not unfinished or sender != "responder":
            return "UNEXPECTED_ANSWER"
        if state["handled"] is not None:
            return "SECOND_ANSWER"
        state["handled"] = fields["handled"]
        state["responseEnded"] = not fields["handled"]
        return None
    if not unfinished:
        return "UNKNOWN_STREAM"
    half = "request" if sender == "requester" else "response"
    if half == "response" and state["handled"] is None:
        return "DATA_BEFORE_ANSWER"
    if state[f"{half}Ended"]:
        return f"{half.upper()}_DATA_AFTER_END"
    state[half] += fields["data"]
    state[f"{half}Ended"] = fields["data"] == ""
    return None
