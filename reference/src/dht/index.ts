// Who is near a key: distance, the table of living peers, lookups and the rules for addresses from hearsay.
export { effectiveAddress, mayDial } from "./address-rules.ts";
export { Crawl, type KeyRange, keyInRange } from "./crawl.ts";
export { DialBudget } from "./dial-budget.ts";
export { commonPrefixLength, compareDistance } from "./distance.ts";
export { Lookup, type LookupOptions } from "./lookup.ts";
export {
  crawlFrom,
  FIRST_REFRESH_MS,
  glanceFrom,
  isWanted,
  isWorthMeeting,
  lookupFrom,
  nextRefreshMs,
  witnesses,
} from "./refresh.ts";
export { PeerTable, type Seen } from "./table.ts";
