/** Names that would say where a message ends or belong to its connection, and cookies, of which a service may set several. */
const FORBIDDEN = /^(?:connection|content-length|keep-alive|proxy-.*|set-cookie|te|trailer|transfer-encoding|upgrade)$/;

export const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;

/** What is wrong with a field that a configuration adds to responses. */
export function headerFault(name: string, value: string): string | undefined {
  if (!TOKEN.test(name)) return "a name of letters, digits and - before it";
  if (FORBIDDEN.test(name.toLowerCase())) return "this one is the gateway's or the service's own";
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value) ? undefined : "without spaces around it";
}
