// Generated from spec/machines/*.json by `npm run spec`. Do not edit.

export interface Transition<State extends string = string, Event extends string = string> {
  readonly state: State;
  readonly event: Event;
  readonly action: string;
  readonly next: State;
  /** The requirement behind the transition. */
  readonly requirement: string;
}

export interface Machine<State extends string = string, Event extends string = string> {
  readonly name: string;
  readonly title: string;
  readonly actor: string;
  readonly states: readonly State[];
  readonly events: readonly Event[];
  readonly transitions: readonly Transition<State, Event>[];
  /** What happens on each event in each state that no transition names. */
  readonly default: { readonly action: string; readonly next: State; readonly requirement: string };
}

export type HandshakeDialerState = "idle" | "first" | "open" | "closed";
export type HandshakeDialerEvent = "start" | "reply-good" | "reply-bad" | "handshake-new" | "handshake-other" | "service-request" | "find-node" | "stray-reply" | "fault" | "handshake-timeout";

export const handshakeDialer: Machine<HandshakeDialerState, HandshakeDialerEvent> = {
  name: "handshake-dialer",
  title: "Handshake of a dialer",
  actor: "dialer",
  states: ["idle", "first", "open", "closed"],
  events: ["start", "reply-good", "reply-bad", "handshake-new", "handshake-other", "service-request", "find-node", "stray-reply", "fault", "handshake-timeout"],
  transitions: [
    { state: "idle", event: "start", action: "send Handshake", next: "first", requirement: "FLT-HSK-001" },
    { state: "first", event: "reply-good", action: "learn ID and services", next: "open", requirement: "FLT-HSK-010" },
    { state: "first", event: "reply-bad", action: "close", next: "closed", requirement: "FLT-HSK-010" },
    { state: "first", event: "handshake-new", action: "reply, learn services", next: "first", requirement: "FLT-HSK-011" },
    { state: "first", event: "service-request", action: "go to chapter 06", next: "first", requirement: "FLT-HSK-008" },
    { state: "first", event: "find-node", action: "reply", next: "first", requirement: "FLT-HSK-008" },
    { state: "first", event: "stray-reply", action: "ignore", next: "first", requirement: "FLT-RPC-011" },
    { state: "first", event: "fault", action: "close", next: "closed", requirement: "FLT-ERR-001" },
    { state: "first", event: "handshake-timeout", action: "close", next: "closed", requirement: "FLT-HSK-005" },
    { state: "open", event: "handshake-new", action: "reply, replace services", next: "open", requirement: "FLT-HSK-011" },
    { state: "open", event: "handshake-other", action: "close", next: "closed", requirement: "FLT-HSK-013" },
    { state: "open", event: "service-request", action: "go to chapter 06", next: "open", requirement: "FLT-RPC-012" },
    { state: "open", event: "find-node", action: "reply", next: "open", requirement: "FLT-DHT-020" },
    { state: "open", event: "stray-reply", action: "ignore", next: "open", requirement: "FLT-RPC-011" },
    { state: "open", event: "fault", action: "close", next: "closed", requirement: "FLT-ERR-001" },
    { state: "open", event: "handshake-timeout", action: "nothing", next: "open", requirement: "FLT-HSK-005" },
    { state: "closed", event: "start", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "reply-good", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "reply-bad", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "handshake-new", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "handshake-other", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "service-request", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "find-node", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "stray-reply", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "fault", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "handshake-timeout", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
  ],
  default: { action: "close", next: "closed", requirement: "FLT-ERR-001" },
};

export type HandshakeListenerState = "first" | "open" | "closed";
export type HandshakeListenerEvent = "handshake-new" | "handshake-other" | "handshake-bad" | "service-message" | "find-node" | "stray-reply" | "fault" | "handshake-timeout";

export const handshakeListener: Machine<HandshakeListenerState, HandshakeListenerEvent> = {
  name: "handshake-listener",
  title: "Handshake of a listener",
  actor: "listener",
  states: ["first", "open", "closed"],
  events: ["handshake-new", "handshake-other", "handshake-bad", "service-message", "find-node", "stray-reply", "fault", "handshake-timeout"],
  transitions: [
    { state: "first", event: "handshake-new", action: "reply, learn ID and services", next: "open", requirement: "FLT-HSK-002" },
    { state: "first", event: "handshake-bad", action: "close", next: "closed", requirement: "FLT-HSK-022" },
    { state: "first", event: "service-message", action: "close", next: "closed", requirement: "FLT-HSK-003" },
    { state: "first", event: "find-node", action: "close", next: "closed", requirement: "FLT-HSK-003" },
    { state: "first", event: "stray-reply", action: "ignore", next: "first", requirement: "FLT-RPC-011" },
    { state: "first", event: "fault", action: "close", next: "closed", requirement: "FLT-HSK-003" },
    { state: "first", event: "handshake-timeout", action: "close", next: "closed", requirement: "FLT-HSK-004" },
    { state: "open", event: "handshake-new", action: "reply, replace services", next: "open", requirement: "FLT-HSK-011" },
    { state: "open", event: "handshake-other", action: "close", next: "closed", requirement: "FLT-HSK-013" },
    { state: "open", event: "handshake-bad", action: "close", next: "closed", requirement: "FLT-HSK-022" },
    { state: "open", event: "service-message", action: "go to chapter 06", next: "open", requirement: "FLT-RPC-012" },
    { state: "open", event: "find-node", action: "reply", next: "open", requirement: "FLT-DHT-020" },
    { state: "open", event: "stray-reply", action: "ignore", next: "open", requirement: "FLT-RPC-011" },
    { state: "open", event: "fault", action: "close", next: "closed", requirement: "FLT-ERR-001" },
    { state: "open", event: "handshake-timeout", action: "nothing", next: "open", requirement: "FLT-HSK-004" },
    { state: "closed", event: "handshake-new", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "handshake-other", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "handshake-bad", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "service-message", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "find-node", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "stray-reply", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "fault", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "handshake-timeout", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
  ],
  default: { action: "close", next: "closed", requirement: "FLT-ERR-001" },
};

export type LookupState = "running" | "done";
export type LookupEvent = "can-ask" | "answer" | "failure" | "nothing-left" | "limit";

export const lookup: Machine<LookupState, LookupEvent> = {
  name: "lookup",
  title: "Lookup of a key",
  actor: "node",
  states: ["running", "done"],
  events: ["can-ask", "answer", "failure", "nothing-left", "limit"],
  transitions: [
    { state: "running", event: "can-ask", action: "ask the closest one not asked, of all or on a path", next: "running", requirement: "FLT-DHT-041" },
    { state: "running", event: "answer", action: "add the new IDs to the known", next: "running", requirement: "FLT-DHT-032" },
    { state: "running", event: "failure", action: "forget the peer", next: "running", requirement: "FLT-DHT-043" },
    { state: "running", event: "nothing-left", action: "report the closest that answered", next: "done", requirement: "FLT-DHT-041" },
    { state: "running", event: "limit", action: "report the closest that answered", next: "done", requirement: "FLT-DHT-044" },
    { state: "done", event: "answer", action: "nothing", next: "done", requirement: "FLT-DHT-044" },
    { state: "done", event: "failure", action: "nothing", next: "done", requirement: "FLT-DHT-044" },
  ],
  default: { action: "not possible", next: "done", requirement: "FLT-DHT-044" },
};

export type RequestHalfReceiverState = "none" | "open" | "refused" | "ended" | "closed";
export type RequestHalfReceiverEvent = "request-hosted" | "request-refused" | "data" | "end" | "response-ended";

export const requestHalfReceiver: Machine<RequestHalfReceiverState, RequestHalfReceiverEvent> = {
  name: "request-half-receiver",
  title: "Request half, receiving (responder)",
  actor: "responder",
  states: ["none", "open", "refused", "ended", "closed"],
  events: ["request-hosted", "request-refused", "data", "end", "response-ended"],
  transitions: [
    { state: "none", event: "request-hosted", action: "serve", next: "open", requirement: "FLT-STR-021" },
    { state: "none", event: "request-refused", action: "answer handled 0", next: "refused", requirement: "FLT-STR-025" },
    { state: "none", event: "data", action: "close", next: "closed", requirement: "FLT-STR-030" },
    { state: "none", event: "end", action: "close", next: "closed", requirement: "FLT-STR-030" },
    { state: "open", event: "request-hosted", action: "close", next: "closed", requirement: "FLT-STR-004" },
    { state: "open", event: "request-refused", action: "close", next: "closed", requirement: "FLT-STR-004" },
    { state: "open", event: "data", action: "hand on", next: "open", requirement: "FLT-STR-033" },
    { state: "open", event: "end", action: "hand on the end", next: "ended", requirement: "FLT-STR-031" },
    { state: "open", event: "response-ended", action: "discard the rest", next: "refused", requirement: "FLT-STR-028" },
    { state: "refused", event: "request-hosted", action: "close", next: "closed", requirement: "FLT-STR-004" },
    { state: "refused", event: "request-refused", action: "close", next: "closed", requirement: "FLT-STR-004" },
    { state: "refused", event: "data", action: "discard", next: "refused", requirement: "FLT-STR-034" },
    { state: "refused", event: "end", action: "finished", next: "none", requirement: "FLT-STR-034" },
    { state: "ended", event: "request-hosted", action: "close", next: "closed", requirement: "FLT-STR-004" },
    { state: "ended", event: "request-refused", action: "close", next: "closed", requirement: "FLT-STR-004" },
    { state: "ended", event: "data", action: "close", next: "closed", requirement: "FLT-STR-032" },
    { state: "ended", event: "end", action: "close", next: "closed", requirement: "FLT-STR-032" },
    { state: "ended", event: "response-ended", action: "finished", next: "none", requirement: "FLT-STR-005" },
  ],
  default: { action: "nothing", next: "closed", requirement: "FLT-SES-042" },
};

export type RequestHalfSenderState = "idle" | "open" | "ended" | "failed" | "closed";
export type RequestHalfSenderEvent = "call" | "bytes" | "finish" | "refused" | "break" | "close";

export const requestHalfSender: Machine<RequestHalfSenderState, RequestHalfSenderEvent> = {
  name: "request-half-sender",
  title: "Request half, sending (requester)",
  actor: "requester",
  states: ["idle", "open", "ended", "failed", "closed"],
  events: ["call", "bytes", "finish", "refused", "break", "close"],
  transitions: [
    { state: "idle", event: "call", action: "send ServiceRequest", next: "open", requirement: "FLT-STR-010" },
    { state: "open", event: "bytes", action: "send Data(n)", next: "open", requirement: "FLT-PKT-060" },
    { state: "open", event: "finish", action: "send Data(0)", next: "ended", requirement: "FLT-STR-011" },
    { state: "open", event: "refused", action: "send Data(0)", next: "ended", requirement: "FLT-STR-015" },
    { state: "open", event: "break", action: "retire", next: "failed", requirement: "FLT-STR-051" },
    { state: "open", event: "close", action: "report the loss", next: "closed", requirement: "FLT-STR-018" },
    { state: "ended", event: "refused", action: "report", next: "ended", requirement: "FLT-STR-043" },
    { state: "ended", event: "break", action: "discard the response", next: "ended", requirement: "FLT-STR-057" },
    { state: "ended", event: "close", action: "report the loss unless the response has ended", next: "closed", requirement: "FLT-STR-018" },
    { state: "failed", event: "refused", action: "nothing", next: "failed", requirement: "FLT-STR-050" },
    { state: "failed", event: "close", action: "nothing", next: "closed", requirement: "FLT-STR-054" },
  ],
  default: { action: "not possible", next: "closed", requirement: "FLT-STR-012" },
};

export type ResponseHalfReceiverState = "none" | "waiting" | "body" | "ended" | "closed";
export type ResponseHalfReceiverEvent = "request-sent" | "response-handled" | "response-refused" | "data" | "end" | "request-ended";

export const responseHalfReceiver: Machine<ResponseHalfReceiverState, ResponseHalfReceiverEvent> = {
  name: "response-half-receiver",
  title: "Response half, receiving (requester)",
  actor: "requester",
  states: ["none", "waiting", "body", "ended", "closed"],
  events: ["request-sent", "response-handled", "response-refused", "data", "end", "request-ended"],
  transitions: [
    { state: "none", event: "request-sent", action: "wait", next: "waiting", requirement: "FLT-STR-010" },
    { state: "none", event: "response-handled", action: "close", next: "closed", requirement: "FLT-STR-040" },
    { state: "none", event: "response-refused", action: "close", next: "closed", requirement: "FLT-STR-040" },
    { state: "none", event: "data", action: "close", next: "closed", requirement: "FLT-STR-030" },
    { state: "none", event: "end", action: "close", next: "closed", requirement: "FLT-STR-030" },
    { state: "waiting", event: "response-handled", action: "hand on the headers", next: "body", requirement: "FLT-STR-013" },
    { state: "waiting", event: "response-refused", action: "report, end the request half", next: "ended", requirement: "FLT-STR-043" },
    { state: "waiting", event: "data", action: "close", next: "closed", requirement: "FLT-STR-041" },
    { state: "waiting", event: "end", action: "close", next: "closed", requirement: "FLT-STR-041" },
    { state: "waiting", event: "request-ended", action: "wait", next: "waiting", requirement: "FLT-STR-011" },
    { state: "body", event: "response-handled", action: "close", next: "closed", requirement: "FLT-STR-044" },
    { state: "body", event: "response-refused", action: "close", next: "closed", requirement: "FLT-STR-044" },
    { state: "body", event: "data", action: "hand on", next: "body", requirement: "FLT-STR-033" },
    { state: "body", event: "end", action: "hand on the end", next: "ended", requirement: "FLT-STR-031" },
    { state: "body", event: "request-ended", action: "wait", next: "body", requirement: "FLT-STR-011" },
    { state: "ended", event: "response-handled", action: "close", next: "closed", requirement: "FLT-STR-044" },
    { state: "ended", event: "response-refused", action: "close", next: "closed", requirement: "FLT-STR-044" },
    { state: "ended", event: "data", action: "close", next: "closed", requirement: "FLT-STR-042" },
    { state: "ended", event: "end", action: "close", next: "closed", requirement: "FLT-STR-042" },
    { state: "ended", event: "request-ended", action: "finished", next: "none", requirement: "FLT-STR-005" },
  ],
  default: { action: "nothing", next: "closed", requirement: "FLT-SES-042" },
};

export type ResponseHalfSenderState = "idle" | "head" | "body" | "ended" | "failed" | "closed";
export type ResponseHalfSenderEvent = "request-hosted" | "request-refused" | "bytes" | "finish" | "break" | "close";

export const responseHalfSender: Machine<ResponseHalfSenderState, ResponseHalfSenderEvent> = {
  name: "response-half-sender",
  title: "Response half, sending (responder)",
  actor: "responder",
  states: ["idle", "head", "body", "ended", "failed", "closed"],
  events: ["request-hosted", "request-refused", "bytes", "finish", "break", "close"],
  transitions: [
    { state: "idle", event: "request-hosted", action: "call the handler", next: "head", requirement: "FLT-STR-021" },
    { state: "idle", event: "request-refused", action: "send ServiceResponse(0)", next: "ended", requirement: "FLT-STR-025" },
    { state: "head", event: "bytes", action: "send ServiceResponse(1), Data(n)", next: "body", requirement: "FLT-STR-023" },
    { state: "head", event: "finish", action: "send ServiceResponse(1), Data(0)", next: "ended", requirement: "FLT-STR-024" },
    { state: "head", event: "break", action: "send ServiceResponse(1), the failure as JSON, Data(0)", next: "ended", requirement: "FLT-HDR-020" },
    { state: "head", event: "close", action: "tell the handler", next: "closed", requirement: "FLT-STR-060" },
    { state: "body", event: "bytes", action: "send Data(n)", next: "body", requirement: "FLT-PKT-060" },
    { state: "body", event: "finish", action: "send Data(0)", next: "ended", requirement: "FLT-STR-024" },
    { state: "body", event: "break", action: "retire", next: "failed", requirement: "FLT-STR-051" },
    { state: "body", event: "close", action: "tell the handler", next: "closed", requirement: "FLT-STR-060" },
    { state: "ended", event: "close", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "failed", event: "close", action: "nothing", next: "closed", requirement: "FLT-STR-054" },
  ],
  default: { action: "not possible", next: "closed", requirement: "FLT-STR-026" },
};

export type SessionDialerState = "idle" | "awaiting-key" | "established" | "closed";
export type SessionDialerEvent = "start" | "good-key" | "bad-key" | "own-key" | "good-frame" | "long-length" | "short-length" | "bad-tag" | "key-timeout" | "cut-frame" | "end-of-bytes";

export const sessionDialer: Machine<SessionDialerState, SessionDialerEvent> = {
  name: "session-dialer",
  title: "Session of a dialer",
  actor: "dialer",
  states: ["idle", "awaiting-key", "established", "closed"],
  events: ["start", "good-key", "bad-key", "own-key", "good-frame", "long-length", "short-length", "bad-tag", "key-timeout", "cut-frame", "end-of-bytes"],
  transitions: [
    { state: "idle", event: "start", action: "send own key", next: "awaiting-key", requirement: "FLT-SES-001" },
    { state: "awaiting-key", event: "good-key", action: "derive the session key", next: "established", requirement: "FLT-SES-005" },
    { state: "awaiting-key", event: "bad-key", action: "close", next: "closed", requirement: "FLT-SES-008" },
    { state: "awaiting-key", event: "own-key", action: "close", next: "closed", requirement: "FLT-SES-009" },
    { state: "awaiting-key", event: "key-timeout", action: "close", next: "closed", requirement: "FLT-SES-011" },
    { state: "awaiting-key", event: "end-of-bytes", action: "close", next: "closed", requirement: "FLT-SES-040" },
    { state: "established", event: "good-frame", action: "deliver the message", next: "established", requirement: "FLT-SES-026" },
    { state: "established", event: "long-length", action: "close", next: "closed", requirement: "FLT-SES-023" },
    { state: "established", event: "short-length", action: "close", next: "closed", requirement: "FLT-SES-024" },
    { state: "established", event: "bad-tag", action: "close", next: "closed", requirement: "FLT-SES-034" },
    { state: "established", event: "key-timeout", action: "nothing", next: "established", requirement: "FLT-SES-012" },
    { state: "established", event: "cut-frame", action: "close", next: "closed", requirement: "FLT-SES-040" },
    { state: "established", event: "end-of-bytes", action: "close", next: "closed", requirement: "FLT-SES-041" },
    { state: "closed", event: "start", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "good-key", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "bad-key", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "own-key", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "good-frame", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "long-length", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "short-length", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "bad-tag", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "key-timeout", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "cut-frame", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "end-of-bytes", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
  ],
  default: { action: "close", next: "closed", requirement: "FLT-ERR-001" },
};

export type SessionListenerState = "awaiting-key" | "established" | "closed";
export type SessionListenerEvent = "good-key" | "bad-key" | "good-frame" | "long-length" | "short-length" | "bad-tag" | "key-timeout" | "cut-frame" | "end-of-bytes";

export const sessionListener: Machine<SessionListenerState, SessionListenerEvent> = {
  name: "session-listener",
  title: "Session of a listener",
  actor: "listener",
  states: ["awaiting-key", "established", "closed"],
  events: ["good-key", "bad-key", "good-frame", "long-length", "short-length", "bad-tag", "key-timeout", "cut-frame", "end-of-bytes"],
  transitions: [
    { state: "awaiting-key", event: "good-key", action: "send own key, derive the session key", next: "established", requirement: "FLT-SES-003" },
    { state: "awaiting-key", event: "bad-key", action: "close", next: "closed", requirement: "FLT-SES-008" },
    { state: "awaiting-key", event: "key-timeout", action: "close", next: "closed", requirement: "FLT-SES-011" },
    { state: "awaiting-key", event: "end-of-bytes", action: "close", next: "closed", requirement: "FLT-SES-040" },
    { state: "established", event: "good-frame", action: "deliver the message", next: "established", requirement: "FLT-SES-026" },
    { state: "established", event: "long-length", action: "close", next: "closed", requirement: "FLT-SES-023" },
    { state: "established", event: "short-length", action: "close", next: "closed", requirement: "FLT-SES-024" },
    { state: "established", event: "bad-tag", action: "close", next: "closed", requirement: "FLT-SES-034" },
    { state: "established", event: "key-timeout", action: "nothing", next: "established", requirement: "FLT-SES-012" },
    { state: "established", event: "cut-frame", action: "close", next: "closed", requirement: "FLT-SES-040" },
    { state: "established", event: "end-of-bytes", action: "close", next: "closed", requirement: "FLT-SES-041" },
    { state: "closed", event: "good-key", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "bad-key", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "good-frame", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "long-length", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "short-length", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "bad-tag", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "key-timeout", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "cut-frame", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
    { state: "closed", event: "end-of-bytes", action: "nothing", next: "closed", requirement: "FLT-SES-042" },
  ],
  default: { action: "close", next: "closed", requirement: "FLT-ERR-001" },
};
