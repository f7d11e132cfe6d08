import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cases } from "../cases/index.ts";
import { CERTIFICATE } from "../probe/tls.ts";
import { BOUNDED_ROUTES, DOMAINS, OTHER_ROUTES, ROUTES, SECURE_ROUTES } from "./gateway-configuration.ts";
import { KIT_SCHEMA, kitSchema } from "./kit-schema.ts";

const appendix = readFileSync(new URL("../../../spec/C-gateway-under-test.md", import.meta.url), "utf8");
/** Routes of a section, as its table has them. */
function routesIn(section: string): string[] {
  const text = appendix.split(/^## /m).find((part) => part.startsWith(section)) ?? "";
  return [...text.matchAll(/^\| `([A-Z]+ \/[^`]*)` \| (.*?) \|/gm)].map(
    ([, path, services = ""]) => `${path} ${[...services.matchAll(/`([^`]+)`/g)].map(([, name]) => name).join(" ")}`,
  );
}
const told = (routes: typeof ROUTES): string[] => routes.map(({ path, services }) => `${path} ${services.join(" ")}`);

describe("the configuration of a gateway under test", () => {
  it("is that of appendix C", () => {
    expect(routesIn("The server with the usual limits")).toEqual(told(ROUTES));
    expect(routesIn("The server with small limits")).toEqual(told(BOUNDED_ROUTES));
    expect(routesIn("The HTTPS server")).toEqual(told(SECURE_ROUTES));
    expect(routesIn("Another configuration")).toEqual(told(OTHER_ROUTES));
  });

  it("has a certificate for its domains that holds long", () => {
    const certificate = new X509Certificate(readFileSync(CERTIFICATE.certificate));
    for (const domain of DOMAINS) expect(certificate.checkHost(domain)).toBe(domain);
    expect(certificate.checkPrivateKey(createPrivateKey(readFileSync(CERTIFICATE.key)))).toBe(true);
    expect(new Date(certificate.validTo).getUTCFullYear()).toBeGreaterThan(2100);
  });

  it("has the schema of appendix C, compiled", () => {
    const text = readFileSync(new URL("../../schema/kit.proto", import.meta.url), "utf8");
    expect(appendix).toContain(text.slice(text.indexOf("syntax")));
    expect(new Uint8Array(readFileSync(KIT_SCHEMA))).toEqual(kitSchema());
  });

  it("has a route for each service that a case offers", () => {
    const routed = new Set([...ROUTES, ...BOUNDED_ROUTES, ...OTHER_ROUTES].flatMap(({ services }) => services));
    for (const { id, role, control } of cases) {
      if (role !== "gateway") continue;
      for (const step of control) {
        if (step.step !== "send" || step.packet.packet !== "handshake") continue;
        for (const service of step.packet.services) expect([id, routed.has(String(service))]).toEqual([id, true]);
      }
    }
  });
});
