/** HTTP heads by chapter 13 of the specification. Every expected value is written out. */
import { Suite } from "../suite.ts";
import { acceptedFields, acceptedTargets } from "./http-accepted.ts";
import { gwy, inputOf, pairsJson, type Refuse, sent, type Valid } from "./http-heads.ts";
import { httpPaths } from "./http-paths.ts";
import { frames, hosts, refusedFields, refusedFraming, refusedTargets } from "./http-refused.ts";
import { httpResponses } from "./http-responses.ts";

export function http(): Suite {
  const suite = new Suite("http", "HTTP heads as mesh headers and back, as a gateway maps them.", "gateway");
  const group = suite.group("Request", "The head of an HTTP request, and the headers of the ServiceRequest.");
  const valid: Valid = (slug, comment, requirements, ask, headers, flags = []) =>
    group.valid("http-request", slug, {
      comment,
      requirements: gwy(requirements),
      flags,
      input: inputOf(ask),
      expect: { headers: pairsJson(headers) },
    });
  const plain = valid("plain", "A path and a host.", "040", {}, sent({}));
  acceptedFields(valid);
  acceptedTargets(valid);
  const refuse =
    (twin: string): Refuse =>
    (slug, change, kind, requirements, ask, flags = []) => {
      group.invalid("http-request", slug, {
        comment: change,
        requirements: gwy(requirements),
        flags,
        input: inputOf(ask),
        error: { kind, action: "reject", status: kind === "TOO_LARGE" ? 431 : 400 },
        twin,
        change,
      });
    };
  refusedFraming(refuse(plain));
  refusedFields(refuse(plain));
  hosts(refuse(plain), valid, refuse);
  refusedTargets(refuse(plain));
  frames(valid, refuse(plain));
  httpResponses(suite);
  httpPaths(suite);
  return suite;
}
