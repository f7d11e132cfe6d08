// The suites of packets, one file for each, and the IDs they are made of.
export { data } from "./data.ts";
export { findNode } from "./find-node.ts";
export { handshake } from "./handshake.ts";
export { idJson, idOf } from "./packet.ts";
export { serviceRequest, serviceResponse } from "./service.ts";
