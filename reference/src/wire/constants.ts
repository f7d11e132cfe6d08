// Generated from spec/tables/constants.json by `npm run spec`. Do not edit.

/** Smallest length field of a frame: a tag and an empty body behind its sequence number, in bytes. */
export const MIN_FRAME_LENGTH = 20;

/** Largest length field of a frame: ciphertext and tag, in bytes. */
export const MAX_FRAME_LENGTH = 4_096;

/** Largest plaintext of a frame: sequence number and body, in bytes. */
export const MAX_PLAINTEXT_LENGTH = 4_080;

/** Length of an X25519 or Ed25519 public key, and of a session key, in bytes. */
export const KEY_LENGTH = 32;

/** Length of an AES-256-GCM tag, in bytes. */
export const TAG_LENGTH = 16;

/** Length of an AES-256-GCM nonce, in bytes. */
export const NONCE_LENGTH = 12;

/** Time a key exchange may take, in ms. */
export const KEY_EXCHANGE_TIMEOUT_MS = 5_000;

/** Time a key exchange is given in any case, in ms. */
export const KEY_EXCHANGE_GRACE_MS = 3_000;

/** Time in which a node that closes has closed; tolerance of all other times, in ms. */
export const CLOSE_TIMEOUT_MS = 1_000;

/** Time without progress after which a write or a stream has failed, in ms. */
export const STALL_TIMEOUT_MS = 30_000;

/** Connections a listener serves at least, in connections. */
export const MIN_CONNECTIONS = 128;

/** Time in which a Handshake or FindNodeRequest is answered, in ms. */
export const REQUEST_TIMEOUT_MS = 5_000;

/** Length of an Ed25519 signature, in bytes. */
export const SIGNATURE_LENGTH = 64;

/** Time in which the Handshake follows the key exchange, in ms. */
export const HANDSHAKE_TIMEOUT_MS = 5_000;

/** Connections to one public key, in connections. */
export const MAX_CONNECTIONS_PER_PEER = 4;

/** Most body bytes in one Data packet, in bytes. */
export const MAX_DATA_LENGTH = 2_048;

/** First stream number of a new node. */
export const STREAM_NUMBER_BASE = 2_147_483_648;

/** Unfinished streams of one connection a responder serves at least, in streams. */
export const MIN_STREAMS = 256;

/** Unfinished streams of one connection a responder serves unless told otherwise, in streams. */
export const MAX_STREAMS = 1_024;

/** Unread request body a responder accepts per stream at least, in bytes. */
export const RECEIVE_BUFFER_LENGTH = 1_048_576;

/** Time in which a ServiceResponse follows its request, in ms. */
export const RESPONSE_TIMEOUT_MS = 30_000;

/** Time a retired connection is given for its healthy streams, in ms. */
export const RETIRE_TIMEOUT_MS = 10_000;

/** K: IDs in one bucket and in one FindNodeResponse, in IDs. */
export const BUCKET_SIZE = 16;

/** Buckets of a peer table, one for each length of a common prefix, in buckets. */
export const BUCKET_COUNT = 256;

/** Α: requests a lookup has under way, in requests. */
export const LOOKUP_PARALLELISM = 3;

/** Peers a lookup asks before it ends, in peers. */
export const LOOKUP_MAX_PEERS = 64;

/** Connections a node seeks through refreshing lookups, in connections. */
export const TARGET_CONNECTIONS = 128;

/** Time between two refreshing lookups, in ms. */
export const REFRESH_INTERVAL_MS = 60_000;

/** Dials within a minute to an address known from FindNodeResponses alone, in dials. */
export const MAX_DIALS_PER_ADDRESS = 8;

/** Attempts to reconnect before a node gives up, in attempts. */
export const RECONNECT_ATTEMPTS = 8;

/** Shortest wait before an attempt to reconnect, in ms. */
export const RECONNECT_DELAY_MIN_MS = 500;

/** Longest wait between two attempts to reconnect, in ms. */
export const RECONNECT_DELAY_MAX_MS = 1_000;

/** For how long a peer that has answered with handled 0 is asked after the others, in ms. */
export const REFUSAL_MEMORY_MS = 1_000;

/** For how long a node that shuts down has not been asked for anything before it closes, in ms. */
export const DRAIN_QUIET_MS = 100;
