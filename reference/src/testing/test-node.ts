import { generateSecretKey, Node, type Platform } from "../node/index.ts";
import { testServices } from "./services.ts";

/** How a node with the test services of appendix B is started. */
export interface TestNodeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** 32-byte seed of its key. Default: a new key. */
  readonly seed?: Uint8Array | undefined;
  /** Addresses of nodes to join, `host:port`. */
  readonly bootstrap?: readonly string[] | undefined;
  readonly platform?: Platform | undefined;
}

/** A node with the test services of appendix B, as a conformance kit meets it. */
export interface TestNode {
  readonly node: Node;
  /** `host:port` it listens on. */
  readonly address: string;
  readonly publicKey: Uint8Array;
  /** Stops at once: calls that run are lost. */
  shutdown(): Promise<void>;
}

/** A node with the test services of appendix B, for the conformance kit and for interop tests. Not for production. */
export async function startTestNode(options: TestNodeOptions): Promise<TestNode> {
  const { host, port, seed, bootstrap = [], platform } = options;
  const bind = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  // A call may come while the node still looks for its neighbours: `call` waits until there is a node to call with.
  const starting: Promise<Node> = Node.start(
    {
      bindAddrs: [bind],
      addrs: bootstrap,
      secretKey: seed ?? generateSecretKey(),
      services: testServices(() => starting),
    },
    platform,
  );
  const node = await starting;
  return {
    node,
    address: node.addresses[0] as string,
    publicKey: (node.id as NonNullable<typeof node.id>).publicKey,
    shutdown: () => node.shutdown({ timeout: 0 }),
  };
}
