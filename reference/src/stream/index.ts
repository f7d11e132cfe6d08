/** Service streams: which packets are allowed when, and what their arrival means (chapter 06). Pure, and without bytes of its own. */
export { ByteQueue } from "./byte-queue.ts";
export { DATA_MESSAGE_LENGTH, dataOf, streamOf, writeDataMessage } from "./data-message.ts";
export { STREAM_FAULTS, type StreamFault } from "./faults.ts";
export { type ReceiveState, type SendState, Stream } from "./stream.ts";
export { StreamTable } from "./table.ts";
