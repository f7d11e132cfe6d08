// Bytes to packets and back: pure functions without state.
export { type AddressKind, addressKind, formatAddress, formatHostPort, parseAddress, unmapAddress } from "./address.ts";
export { type Body, decodeBody } from "./body.ts";
export * from "./constants.ts";
export { type Data, decodeData, encodeData } from "./data.ts";
export { WireError, type WireErrorCode } from "./errors.ts";
export {
  decodeFindNodeRequest,
  decodeFindNodeResponse,
  encodeFindNodeRequest,
  encodeFindNodeResponse,
  type FindNodeRequest,
  type FindNodeResponse,
} from "./find-node.ts";
export {
  type DecodedHandshake,
  decodeHandshake,
  encodeHandshake,
  type Handshake,
  handshakeSignedBytes,
} from "./handshake.ts";
export { encodeHeaderKey, type Header, headerMap } from "./headers.ts";
export { decodeMessage, encodeMessage, type Message } from "./message.ts";
export { Opcode } from "./opcode.ts";
export { decodePeerId, encodePeerId, type PeerId } from "./peer-id.ts";
export {
  decodeServiceRequest,
  encodeServiceRequest,
  type ServiceRequest,
  writeServiceRequest,
} from "./service-request.ts";
export {
  decodeServiceResponse,
  encodeServiceResponse,
  type ServiceResponse,
  writeServiceResponse,
} from "./service-response.ts";
export { equalBytes, toHex } from "./text.ts";
export { Writer } from "./writer.ts";
