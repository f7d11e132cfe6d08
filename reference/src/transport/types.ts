/** What the node needs of a network and of a clock; TCP and the memory network both give it. */

/** Takes what happens on a socket. Nothing is called before `open`, nothing after `onClose`. */
export interface SocketHandler {
  /** The chunk is the handler's to keep. */
  onData(chunk: Uint8Array): void;
  /** The far side has closed its writing half. */
  onEnd(): void;
  /** The socket is gone, with the error if that was the reason. Comes once. */
  onClose(error?: Error): void;
}

/** One end of a connection: bytes in order, both ways. */
export interface Socket {
  /** 4 or 16 bytes. */
  readonly remoteAddress: Uint8Array;
  readonly remotePort: number;
  /** Begins to deliver. */
  open(handler: SocketHandler): void;
  /** `left` is called when the bytes have left for the network; not if the socket fails before. */
  write(bytes: Uint8Array, left: () => void): void;
  /** Reads no more, so that the far side must wait in the end. */
  pause(): void;
  /** Reads on. */
  resume(): void;
  /** Closes the writing half once all was written. */
  end(): void;
  /** Drops everything at once. */
  destroy(): void;
}

/** A place where connections are accepted. */
export interface Listener {
  /** The address it is bound to: 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly port: number;
  /** Stops accepting. Resolves when the port is free; sockets accepted before live on. */
  close(): Promise<void>;
}

/** A network: listens, dials and resolves names. */
export interface Transport {
  /** Rejects with the network's own error, such as EADDRINUSE. Port 0 takes a free one. */
  listen(host: string, port: number, onSocket: (socket: Socket) => void): Promise<Listener>;
  /** Rejects with the network's own error, after `timeoutMs`, or when the signal aborts. */
  dial(host: string, port: number, timeoutMs: number, signal?: AbortSignal): Promise<Socket>;
  /** The first IP address of a host name. */
  resolve(host: string): Promise<Uint8Array>;
}

/** Time, and calls in it. */
export interface Clock {
  /** ms, never running backwards; no date. */
  now(): number;
  /** Calls back once after `ms`. Returns what cancels it. */
  after(ms: number, callback: () => void): () => void;
  /** Calls back when the present turn's events have been handled. */
  soon(callback: () => void): void;
}
