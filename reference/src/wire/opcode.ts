/** First byte of a request or one-way body (chapter 04). Held equal to spec/tables/packets.json by the specification's lint. */
export const Opcode = {
  Handshake: 0,
  ServiceRequest: 1,
  ServiceResponse: 2,
  Data: 3,
  FindNodeRequest: 4,
} as const;
