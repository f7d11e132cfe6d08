import { chapter } from "../../case.ts";
import {
  anonymous,
  connect,
  dial,
  exchangeKeys,
  expectReply,
  findNode,
  handshake,
  keyedAs,
  on,
  send,
  succeeds,
  times,
} from "../../steps/index.ts";

const peers = Array.from({ length: 20 }, (_, index) => `peer-${index}`);

export default chapter("dht/find-node", {
  "closest-of-twenty": {
    requires: ["FLT-DHT-020", "FLT-DHT-021", "FLT-DHT-022", "FLT-DHT-023", "FLT-DHT-024"],
    why: "A lookup that is led away from its target never ends where the others look.",
    needs: "identity",
    exclusive: true,
    control: [
      times(peers.length, (i) =>
        on(peers[i] as string, dial(), exchangeKeys(), handshake(keyedAs(peers[i] as string))),
      ),
      connect(anonymous),
      send(findNode({ near: "peer-7", bit: 255 })),
      expectReply("find-node-response", { where: { closest: peers, lists: { "peer-7": true } } }),
    ],
    expect: succeeds(),
  },
});
