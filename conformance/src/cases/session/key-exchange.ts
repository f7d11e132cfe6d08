import { chapter } from "../../case.ts";
import { anonymous, at, closes, dial, exchangeKeys, handshake, hex } from "../../steps/index.ts";

const control = [dial(), exchangeKeys(), handshake(anonymous)];

export default chapter("session/key-exchange", {
  "all-zero-key": {
    requires: ["FLT-SES-008"],
    why: "With an all-zero key everybody knows the session key, so the connection hides nothing.",
    control,
    change: at("key").key(hex("00".repeat(32))),
    expect: closes(),
  },
  withheld: {
    requires: ["FLT-SES-011", "FLT-SES-012"],
    why: "A peer that connects and says nothing must not keep a connection for ever, nor be cut off while it is only slow.",
    control,
    change: at("key").withheld(),
    expect: closes({ within: 5000, notBefore: 3000 }),
  },
});
