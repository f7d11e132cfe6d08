import { type Data, decodeData } from "./data.ts";
import { decodeFindNodeRequest, type FindNodeRequest } from "./find-node.ts";
import { type DecodedHandshake, decodeHandshake } from "./handshake.ts";
import { Opcode } from "./opcode.ts";
import { Reader } from "./reader.ts";
import { decodeServiceRequest, type ServiceRequest } from "./service-request.ts";
import { decodeServiceResponse, type ServiceResponse } from "./service-response.ts";

/** A decoded body with an opcode. What is done about an unknown one is for the session's version to decide. */
export type Body =
  | ({ readonly opcode: typeof Opcode.Handshake } & DecodedHandshake)
  | { readonly opcode: typeof Opcode.ServiceRequest; readonly packet: ServiceRequest; readonly trailing: Uint8Array }
  | { readonly opcode: typeof Opcode.ServiceResponse; readonly packet: ServiceResponse; readonly trailing: Uint8Array }
  | { readonly opcode: typeof Opcode.Data; readonly packet: Data; readonly trailing: Uint8Array }
  | { readonly opcode: typeof Opcode.FindNodeRequest; readonly packet: FindNodeRequest; readonly trailing: Uint8Array }
  | { readonly opcode: number; readonly unknown: true; readonly bytes: Uint8Array };

/** Decodes a request or one-way body. Offsets in errors count from the byte after the opcode. Throws SHORT on an empty body (FLT-RPC-016). */
export function decodeBody(body: Uint8Array): Body {
  const opcode = new Reader(body).u8("opcode");
  const bytes = body.subarray(1);
  switch (opcode) {
    case Opcode.Handshake:
      return { opcode: Opcode.Handshake, ...decodeHandshake(bytes) };
    case Opcode.ServiceRequest:
      return { opcode: Opcode.ServiceRequest, ...decodeServiceRequest(bytes) };
    case Opcode.ServiceResponse:
      return { opcode: Opcode.ServiceResponse, ...decodeServiceResponse(bytes) };
    case Opcode.Data:
      return { opcode: Opcode.Data, ...decodeData(bytes) };
    case Opcode.FindNodeRequest:
      return { opcode: Opcode.FindNodeRequest, ...decodeFindNodeRequest(bytes) };
    default:
      return { opcode, unknown: true, bytes };
  }
}
