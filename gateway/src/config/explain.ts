import { stringify } from "smol-toml";
import type { Configuration } from "./schema.ts";
import { addressesOf, domainsOf, httpAddressOf, servicesOf } from "./settings.ts";

/** The configuration as it takes effect, with every default, in TOML that is a configuration itself. `addr` is where other nodes reach the gateway. */
export function explain(configuration: Configuration, addr: string): string {
  const { key, log, acme, admin, http } = configuration;
  return stringify({
    addr: configuration.addr ?? addr,
    key,
    log,
    acme,
    admin,
    http: http.map(({ addr: _addr, addrs: _addrs, domain, domains, routes, ...block }) => {
      const named = domainsOf({ domain, domains });
      const addresses = { https: block.https, addr: _addr, addrs: _addrs, http_addr: block.http_addr };
      return {
        ...block,
        ...(named.length > 0 ? { domains: named } : {}),
        addrs: addressesOf(addresses),
        ...(block.https ? { http_addr: httpAddressOf(addresses) ?? "" } : {}),
        routes: routes.map(({ service, services, ...route }) => ({
          ...route,
          ...(route.static === undefined ? { services: servicesOf({ service, services }) } : {}),
        })),
      };
    }),
  });
}
