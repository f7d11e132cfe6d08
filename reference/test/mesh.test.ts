import { generateSecretKey, Node } from "flatend";
import { expect, it } from "vitest";

const SIZE = 30;

it("thirty nodes on real sockets, one bootstrap: each calls the service of each other within 10 s", async () => {
  const nodes: Node[] = [];
  const start = (index: number, addrs: readonly string[]) =>
    Node.start({
      secretKey: generateSecretKey(),
      bindAddrs: ["127.0.0.1:0"],
      addrs,
      services: { [`service-${index}`]: (context) => void context.send(`from ${index}`) },
    });
  try {
    const first = await start(0, []);
    nodes.push(
      first,
      ...(await Promise.all(Array.from({ length: SIZE - 1 }, (_, i) => start(i + 1, first.addresses)))),
    );
    const deadline = performance.now() + 10_000;
    const missing = () =>
      nodes.flatMap((node, at) =>
        nodes.flatMap((_, of) =>
          at === of || node.providersFor(`service-${of}`).length > 0 ? [] : [`${at} to ${of}`],
        ),
      );
    while (missing().length > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(missing()).toEqual([]);
    for (const [at, caller] of nodes.entries()) {
      const texts = await Promise.all(
        nodes.map(async (_, of) =>
          at === of ? `from ${of}` : new TextDecoder().decode(await (await caller.call(`service-${of}`)).bytes()),
        ),
      );
      expect(texts).toEqual(nodes.map((_, of) => `from ${of}`));
    }
  } finally {
    await Promise.all(nodes.map((node) => node.shutdown({ timeout: 0 })));
  }
}, 60_000);
