/** What a peer can do wrong on streams. The connection closes on each of them. */
export type StreamFault =
  | "STREAM_IN_USE"
  | "UNKNOWN_STREAM"
  | "REQUEST_DATA_AFTER_END"
  | "UNEXPECTED_ANSWER"
  | "DATA_BEFORE_ANSWER"
  | "RESPONSE_DATA_AFTER_END"
  | "SECOND_ANSWER";

/** The rule each fault breaks, and its description for people. */
export const STREAM_FAULTS: Readonly<
  Record<StreamFault, { readonly requirement: string; readonly description: string }>
> = {
  STREAM_IN_USE: { requirement: "FLT-STR-004", description: "ServiceRequest with the number of an unfinished stream" },
  UNKNOWN_STREAM: { requirement: "FLT-STR-030", description: "Data for a number that no unfinished stream has" },
  REQUEST_DATA_AFTER_END: { requirement: "FLT-STR-032", description: "request Data after the request body had ended" },
  UNEXPECTED_ANSWER: {
    requirement: "FLT-STR-040",
    description: "ServiceResponse for a number that no stream opened here has",
  },
  DATA_BEFORE_ANSWER: { requirement: "FLT-STR-041", description: "response Data before the ServiceResponse" },
  RESPONSE_DATA_AFTER_END: { requirement: "FLT-STR-042", description: "response Data after the response had ended" },
  SECOND_ANSWER: { requirement: "FLT-STR-044", description: "a second ServiceResponse for one stream" },
};
