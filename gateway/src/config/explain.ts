import { stringify } from "smol-toml";
import type { Configuration } from "./schema.ts";
import { addressesOf, servicesOf } from "./settings.ts";

/** The configuration as it takes effect, with every default, in TOML that is a configuration itself. `addr` is where other nodes reach the gateway. */
export function explain(configuration: Configuration, addr: string): string {
  const { key, log, http } = configuration;
  return stringify({
    addr: configuration.addr ?? addr,
    key,
    log,
    http: http.map(({ addr: _addr, addrs: _addrs, domain, domains = [], routes, ...block }) => {
      const named = [...new Set([...(domain === undefined ? [] : [domain]), ...domains])];
      return {
        ...block,
        ...(named.length > 0 ? { domains: named } : {}),
        addrs: addressesOf({ addr: _addr, addrs: _addrs }),
        routes: routes.map(({ service, services, ...route }) => ({
          ...route,
          ...(route.static === undefined ? { services: servicesOf({ service, services }) } : {}),
        })),
      };
    }),
  });
}
