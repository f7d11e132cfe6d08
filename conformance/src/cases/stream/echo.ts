import { chapter } from "../../case.ts";
import {
  anonymous,
  answers,
  at,
  connect,
  data,
  end,
  expectBody,
  expectResponse,
  expectServed,
  pattern,
  request,
  send,
  sendBody,
  succeeds,
} from "../../steps/index.ts";

export default chapter("stream/echo", {
  "five-thousand-bytes": {
    requires: ["FLT-TST-010", "FLT-STR-033", "FLT-STR-024"],
    why: "Bodies that lose, double or reorder a byte are worth nothing.",
    needs: "echo",
    control: [
      connect(anonymous),
      send(request("echo")),
      sendBody(pattern(5000)),
      send(end()),
      expectResponse({ handled: true, headers: [] }),
      expectBody(pattern(5000)),
    ],
    expect: succeeds(),
  },
  "service-not-hosted": {
    requires: ["FLT-STR-025"],
    why: "A requester that gets no answer for an unknown service waits until its time runs out.",
    needs: "echo",
    control: [
      connect(anonymous),
      send(request("echo")).as("request"),
      send(data(pattern(10))),
      send(end()),
      expectResponse({ handled: true }),
      expectBody(pattern(10)),
    ],
    change: at("request").set({ services: ["conformance-not-hosted"] }),
    expect: answers(expectResponse({ handled: false }), send(end()), expectServed()),
  },
});
