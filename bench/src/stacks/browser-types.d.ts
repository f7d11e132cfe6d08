/** Types of browsers that the declarations of js-libp2p name and those of Node lack. Nothing here uses them. */
interface EventInit {
  readonly bubbles?: boolean;
  readonly cancelable?: boolean;
  readonly composed?: boolean;
}
interface CustomEventInit<T = unknown> extends EventInit {
  readonly detail?: T;
}
interface AddEventListenerOptions extends EventListenerOptions {
  readonly once?: boolean;
  readonly passive?: boolean;
  readonly signal?: AbortSignal;
}
type JsonWebKey = import("node:crypto").JsonWebKey;
