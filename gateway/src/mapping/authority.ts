const AUTHORITY = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$/;

/** Host and perhaps port in lower case, or undefined where it is none that is accepted (FLT-GWY-008). */
export const parseAuthority = (text: string): string | undefined =>
  AUTHORITY.test(text) ? text.toLowerCase() : undefined;
