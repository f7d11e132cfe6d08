// Generated from spec/*.md by `npm run spec`. Do not edit.

export type RequirementLevel = "MUST" | "MUST NOT" | "SHOULD" | "SHOULD NOT" | "MAY";

export interface Requirement {
  readonly id: RequirementId;
  readonly level: RequirementLevel;
  /** Whom the rule binds: node, dialer, listener, requester, responder, reader, writer, … */
  readonly actor: string;
  /** The rule's own sentence, from its key word on. */
  readonly text: string;
  /** wire: a peer can see it. http: clients and services of a gateway can. api: the user of the node can. internal: only its own tests can. */
  readonly observability: "wire" | "http" | "api" | "internal";
  /** Whether the rule binds whoever produces bytes or whoever consumes them. */
  readonly side?: "writes" | "reads";
  /** The rules of the other side that answer this one. */
  readonly pairs: readonly RequirementId[];
  /** Why neither a case nor a vector can reach it. */
  readonly untestable?: string;
  /** File of the chapter inside spec/. */
  readonly chapter: string;
  readonly line: number;
}

export type RequirementId =
  | "FLT-CMP-001"
  | "FLT-CMP-002"
  | "FLT-CMP-003"
  | "FLT-CMP-004"
  | "FLT-CMP-005"
  | "FLT-CMP-006"
  | "FLT-CMP-007"
  | "FLT-CMP-008"
  | "FLT-CMP-009"
  | "FLT-DHT-001"
  | "FLT-DHT-002"
  | "FLT-DHT-003"
  | "FLT-DHT-004"
  | "FLT-DHT-005"
  | "FLT-DHT-006"
  | "FLT-DHT-007"
  | "FLT-DHT-008"
  | "FLT-DHT-009"
  | "FLT-DHT-010"
  | "FLT-DHT-020"
  | "FLT-DHT-021"
  | "FLT-DHT-022"
  | "FLT-DHT-023"
  | "FLT-DHT-024"
  | "FLT-DHT-025"
  | "FLT-DHT-026"
  | "FLT-DHT-030"
  | "FLT-DHT-031"
  | "FLT-DHT-032"
  | "FLT-DHT-033"
  | "FLT-DHT-034"
  | "FLT-DHT-040"
  | "FLT-DHT-041"
  | "FLT-DHT-042"
  | "FLT-DHT-043"
  | "FLT-DHT-044"
  | "FLT-DHT-045"
  | "FLT-DHT-046"
  | "FLT-DHT-047"
  | "FLT-DHT-048"
  | "FLT-DHT-049"
  | "FLT-DHT-050"
  | "FLT-DHT-051"
  | "FLT-DHT-052"
  | "FLT-DHT-053"
  | "FLT-DHT-054"
  | "FLT-ERR-001"
  | "FLT-ERR-002"
  | "FLT-ERR-003"
  | "FLT-ERR-004"
  | "FLT-ERR-005"
  | "FLT-ERR-006"
  | "FLT-GWY-001"
  | "FLT-GWY-002"
  | "FLT-GWY-003"
  | "FLT-GWY-004"
  | "FLT-GWY-005"
  | "FLT-GWY-006"
  | "FLT-GWY-007"
  | "FLT-GWY-008"
  | "FLT-GWY-009"
  | "FLT-GWY-010"
  | "FLT-GWY-011"
  | "FLT-GWY-012"
  | "FLT-GWY-013"
  | "FLT-GWY-020"
  | "FLT-GWY-021"
  | "FLT-GWY-022"
  | "FLT-GWY-023"
  | "FLT-GWY-024"
  | "FLT-GWY-025"
  | "FLT-GWY-026"
  | "FLT-GWY-027"
  | "FLT-GWY-028"
  | "FLT-GWY-040"
  | "FLT-GWY-041"
  | "FLT-GWY-042"
  | "FLT-GWY-043"
  | "FLT-GWY-044"
  | "FLT-GWY-045"
  | "FLT-GWY-046"
  | "FLT-GWY-047"
  | "FLT-GWY-048"
  | "FLT-GWY-049"
  | "FLT-GWY-050"
  | "FLT-GWY-051"
  | "FLT-GWY-052"
  | "FLT-GWY-060"
  | "FLT-GWY-061"
  | "FLT-GWY-062"
  | "FLT-GWY-063"
  | "FLT-GWY-064"
  | "FLT-GWY-065"
  | "FLT-GWY-066"
  | "FLT-GWY-067"
  | "FLT-GWY-068"
  | "FLT-GWY-069"
  | "FLT-GWY-070"
  | "FLT-GWY-071"
  | "FLT-GWY-072"
  | "FLT-GWY-073"
  | "FLT-GWY-074"
  | "FLT-GWY-075"
  | "FLT-GWY-076"
  | "FLT-GWY-077"
  | "FLT-GWY-078"
  | "FLT-GWY-079"
  | "FLT-GWY-080"
  | "FLT-GWY-081"
  | "FLT-GWY-082"
  | "FLT-GWY-083"
  | "FLT-GWY-084"
  | "FLT-GWY-085"
  | "FLT-GWY-086"
  | "FLT-GWY-087"
  | "FLT-GWY-088"
  | "FLT-GWY-089"
  | "FLT-GWY-090"
  | "FLT-GWY-091"
  | "FLT-GWY-092"
  | "FLT-GWY-093"
  | "FLT-GWY-094"
  | "FLT-GWY-095"
  | "FLT-GWY-096"
  | "FLT-GWY-097"
  | "FLT-GWY-098"
  | "FLT-GWY-099"
  | "FLT-GWY-110"
  | "FLT-GWY-111"
  | "FLT-GWY-112"
  | "FLT-GWY-113"
  | "FLT-GWY-114"
  | "FLT-GWY-115"
  | "FLT-GWY-116"
  | "FLT-GWY-120"
  | "FLT-GWY-121"
  | "FLT-GWY-122"
  | "FLT-GWY-123"
  | "FLT-GWY-124"
  | "FLT-GWY-130"
  | "FLT-GWY-131"
  | "FLT-GWY-132"
  | "FLT-GWY-133"
  | "FLT-GWY-134"
  | "FLT-GWY-135"
  | "FLT-GWY-140"
  | "FLT-GWY-141"
  | "FLT-GWY-142"
  | "FLT-GWY-143"
  | "FLT-GWY-160"
  | "FLT-GWY-161"
  | "FLT-GWY-162"
  | "FLT-GWY-163"
  | "FLT-GWY-164"
  | "FLT-GWY-165"
  | "FLT-GWY-166"
  | "FLT-GWY-167"
  | "FLT-GWY-168"
  | "FLT-GWY-169"
  | "FLT-GWY-170"
  | "FLT-GWY-171"
  | "FLT-GWY-172"
  | "FLT-GWY-173"
  | "FLT-GWY-174"
  | "FLT-GWY-175"
  | "FLT-GWY-176"
  | "FLT-GWY-177"
  | "FLT-GWY-178"
  | "FLT-GWY-179"
  | "FLT-GWY-180"
  | "FLT-GWY-181"
  | "FLT-GWY-182"
  | "FLT-GWY-183"
  | "FLT-GWY-184"
  | "FLT-GWY-185"
  | "FLT-GWY-186"
  | "FLT-GWY-187"
  | "FLT-GWY-188"
  | "FLT-GWY-189"
  | "FLT-GWY-190"
  | "FLT-GWY-191"
  | "FLT-GWY-192"
  | "FLT-GWY-193"
  | "FLT-GWY-194"
  | "FLT-GWY-195"
  | "FLT-GWY-196"
  | "FLT-GWY-197"
  | "FLT-GWY-198"
  | "FLT-GWY-199"
  | "FLT-GWY-200"
  | "FLT-GWY-201"
  | "FLT-GWY-202"
  | "FLT-GWY-203"
  | "FLT-GWY-204"
  | "FLT-GWY-205"
  | "FLT-GWY-206"
  | "FLT-HDR-001"
  | "FLT-HDR-002"
  | "FLT-HDR-003"
  | "FLT-HDR-004"
  | "FLT-HDR-005"
  | "FLT-HDR-006"
  | "FLT-HDR-007"
  | "FLT-HDR-008"
  | "FLT-HDR-009"
  | "FLT-HDR-010"
  | "FLT-HDR-011"
  | "FLT-HDR-020"
  | "FLT-HDR-021"
  | "FLT-HDR-030"
  | "FLT-HDR-031"
  | "FLT-HSK-001"
  | "FLT-HSK-002"
  | "FLT-HSK-003"
  | "FLT-HSK-004"
  | "FLT-HSK-005"
  | "FLT-HSK-006"
  | "FLT-HSK-007"
  | "FLT-HSK-008"
  | "FLT-HSK-009"
  | "FLT-HSK-010"
  | "FLT-HSK-011"
  | "FLT-HSK-012"
  | "FLT-HSK-013"
  | "FLT-HSK-020"
  | "FLT-HSK-021"
  | "FLT-HSK-022"
  | "FLT-HSK-023"
  | "FLT-HSK-024"
  | "FLT-HSK-025"
  | "FLT-HSK-026"
  | "FLT-HSK-027"
  | "FLT-HSK-028"
  | "FLT-HSK-030"
  | "FLT-HSK-031"
  | "FLT-HSK-032"
  | "FLT-HSK-033"
  | "FLT-HSK-034"
  | "FLT-HSK-035"
  | "FLT-HSK-040"
  | "FLT-HSK-041"
  | "FLT-HSK-042"
  | "FLT-HSK-043"
  | "FLT-HSK-044"
  | "FLT-HSK-045"
  | "FLT-PKT-001"
  | "FLT-PKT-002"
  | "FLT-PKT-003"
  | "FLT-PKT-004"
  | "FLT-PKT-005"
  | "FLT-PKT-010"
  | "FLT-PKT-011"
  | "FLT-PKT-012"
  | "FLT-PKT-013"
  | "FLT-PKT-014"
  | "FLT-PKT-020"
  | "FLT-PKT-021"
  | "FLT-PKT-022"
  | "FLT-PKT-023"
  | "FLT-PKT-030"
  | "FLT-PKT-031"
  | "FLT-PKT-032"
  | "FLT-PKT-040"
  | "FLT-PKT-041"
  | "FLT-PKT-042"
  | "FLT-PKT-043"
  | "FLT-PKT-050"
  | "FLT-PKT-051"
  | "FLT-PKT-060"
  | "FLT-PKT-061"
  | "FLT-PKT-062"
  | "FLT-PKT-063"
  | "FLT-PKT-070"
  | "FLT-PKT-071"
  | "FLT-PRV-001"
  | "FLT-PRV-002"
  | "FLT-PRV-003"
  | "FLT-PRV-004"
  | "FLT-PRV-005"
  | "FLT-PRV-006"
  | "FLT-PRV-007"
  | "FLT-PRV-008"
  | "FLT-PRV-009"
  | "FLT-PRV-010"
  | "FLT-PRV-011"
  | "FLT-PRV-012"
  | "FLT-PRV-013"
  | "FLT-PRV-020"
  | "FLT-PRV-021"
  | "FLT-PRV-022"
  | "FLT-PRV-023"
  | "FLT-PRV-024"
  | "FLT-PRV-025"
  | "FLT-PRV-026"
  | "FLT-PRV-027"
  | "FLT-PRV-030"
  | "FLT-PRV-031"
  | "FLT-PRV-032"
  | "FLT-PRV-033"
  | "FLT-PRV-034"
  | "FLT-PRV-035"
  | "FLT-REG-001"
  | "FLT-REG-002"
  | "FLT-RPC-001"
  | "FLT-RPC-002"
  | "FLT-RPC-003"
  | "FLT-RPC-004"
  | "FLT-RPC-005"
  | "FLT-RPC-006"
  | "FLT-RPC-007"
  | "FLT-RPC-008"
  | "FLT-RPC-009"
  | "FLT-RPC-010"
  | "FLT-RPC-011"
  | "FLT-RPC-012"
  | "FLT-RPC-013"
  | "FLT-RPC-014"
  | "FLT-RPC-015"
  | "FLT-RPC-016"
  | "FLT-RPC-017"
  | "FLT-RPC-018"
  | "FLT-RPC-019"
  | "FLT-RPC-020"
  | "FLT-RPC-021"
  | "FLT-RPC-022"
  | "FLT-SEC-001"
  | "FLT-SEC-002"
  | "FLT-SEC-003"
  | "FLT-SEC-004"
  | "FLT-SEC-005"
  | "FLT-SEC-006"
  | "FLT-SEC-007"
  | "FLT-SEC-008"
  | "FLT-SEC-009"
  | "FLT-SES-001"
  | "FLT-SES-002"
  | "FLT-SES-003"
  | "FLT-SES-004"
  | "FLT-SES-005"
  | "FLT-SES-006"
  | "FLT-SES-007"
  | "FLT-SES-008"
  | "FLT-SES-009"
  | "FLT-SES-010"
  | "FLT-SES-011"
  | "FLT-SES-012"
  | "FLT-SES-020"
  | "FLT-SES-021"
  | "FLT-SES-022"
  | "FLT-SES-023"
  | "FLT-SES-024"
  | "FLT-SES-025"
  | "FLT-SES-026"
  | "FLT-SES-030"
  | "FLT-SES-031"
  | "FLT-SES-032"
  | "FLT-SES-033"
  | "FLT-SES-034"
  | "FLT-SES-035"
  | "FLT-SES-036"
  | "FLT-SES-040"
  | "FLT-SES-041"
  | "FLT-SES-042"
  | "FLT-SES-043"
  | "FLT-SES-044"
  | "FLT-SES-045"
  | "FLT-SES-046"
  | "FLT-SES-047"
  | "FLT-SES-048"
  | "FLT-STR-001"
  | "FLT-STR-002"
  | "FLT-STR-003"
  | "FLT-STR-004"
  | "FLT-STR-005"
  | "FLT-STR-010"
  | "FLT-STR-011"
  | "FLT-STR-012"
  | "FLT-STR-013"
  | "FLT-STR-014"
  | "FLT-STR-015"
  | "FLT-STR-016"
  | "FLT-STR-017"
  | "FLT-STR-018"
  | "FLT-STR-020"
  | "FLT-STR-021"
  | "FLT-STR-022"
  | "FLT-STR-023"
  | "FLT-STR-024"
  | "FLT-STR-025"
  | "FLT-STR-026"
  | "FLT-STR-027"
  | "FLT-STR-028"
  | "FLT-STR-029"
  | "FLT-STR-030"
  | "FLT-STR-031"
  | "FLT-STR-032"
  | "FLT-STR-033"
  | "FLT-STR-034"
  | "FLT-STR-040"
  | "FLT-STR-041"
  | "FLT-STR-042"
  | "FLT-STR-043"
  | "FLT-STR-044"
  | "FLT-STR-050"
  | "FLT-STR-051"
  | "FLT-STR-052"
  | "FLT-STR-053"
  | "FLT-STR-054"
  | "FLT-STR-055"
  | "FLT-STR-056"
  | "FLT-STR-057"
  | "FLT-STR-058"
  | "FLT-STR-059"
  | "FLT-STR-060"
  | "FLT-STR-070"
  | "FLT-STR-071"
  | "FLT-STR-072"
  | "FLT-STR-073"
  | "FLT-STR-074"
  | "FLT-STR-075"
  | "FLT-STR-076"
  | "FLT-STR-077"
  | "FLT-STR-078"
  | "FLT-TST-001"
  | "FLT-TST-010"
  | "FLT-TST-011"
  | "FLT-TST-020"
  | "FLT-TST-030"
  | "FLT-TST-040"
  | "FLT-TST-050"
  | "FLT-TST-060"
  | "FLT-TST-061"
  | "FLT-TST-070"
  | "FLT-TST-071"
  | "FLT-TST-072"
  | "FLT-TST-080"
  | "FLT-TST-081"
  | "FLT-TST-082"
  | "FLT-TST-083"
  | "FLT-TST-090";

export const requirements: Readonly<Record<RequirementId, Requirement>> = {
  "FLT-CMP-001": { id: "FLT-CMP-001", level: "MUST NOT", actor: "requester", text: "MUST NOT take a ServiceResponse that no `Data(0)` follows, as a Go handler that wrote nothing leaves it, for a complete response.", observability: "wire", side: "reads", pairs: ["FLT-STR-024"], chapter: "91-compat.md", line: 42 },
  "FLT-CMP-002": { id: "FLT-CMP-002", level: "MUST", actor: "listener", text: "MUST accept IDs with IPv4 addresses in both forms, as either original sends them.", observability: "wire", side: "reads", pairs: ["FLT-PKT-010"], chapter: "91-compat.md", line: 43 },
  "FLT-CMP-003": { id: "FLT-CMP-003", level: "MUST", actor: "listener", text: "MUST accept up to four connections from one Go dialer, each with its own Handshake.", observability: "wire", side: "reads", pairs: ["FLT-PRV-010"], chapter: "91-compat.md", line: 44 },
  "FLT-CMP-004": { id: "FLT-CMP-004", level: "MUST", actor: "node", text: "MUST accept stream numbers from 0 upwards and of either parity from either side.", observability: "wire", side: "reads", pairs: ["FLT-STR-002"], chapter: "91-compat.md", line: 45 },
  "FLT-CMP-005": { id: "FLT-CMP-005", level: "MUST", actor: "responder", text: "MUST read a request body to its end while the requester reads nothing of the response, within FLT-STR-070.", observability: "wire", side: "reads", pairs: ["FLT-STR-014"], chapter: "91-compat.md", line: 46 },
  "FLT-CMP-006": { id: "FLT-CMP-006", level: "MUST", actor: "dialer", text: "MUST accept the services of a Handshake in another order each time.", observability: "wire", side: "reads", pairs: ["FLT-HSK-040"], chapter: "91-compat.md", line: 47 },
  "FLT-CMP-007": { id: "FLT-CMP-007", level: "MUST", actor: "requester", text: "MUST accept a response that is Data alone in several packets of any length, as either original cuts it.", observability: "wire", side: "reads", pairs: ["FLT-STR-076"], chapter: "91-compat.md", line: 48 },
  "FLT-CMP-008": { id: "FLT-CMP-008", level: "MUST", actor: "node", text: "MUST send at most one Handshake, and no FindNodeRequest before its reply, to a listener it does not know to be other than npm.", observability: "wire", side: "writes", pairs: ["FLT-HSK-009"], chapter: "91-compat.md", line: 49 },
  "FLT-CMP-009": { id: "FLT-CMP-009", level: "SHOULD", actor: "writer", text: "SHOULD send its key in one segment of its own, and nothing behind it before the peer's key has come.", observability: "wire", side: "writes", pairs: ["FLT-SES-004"], chapter: "91-compat.md", line: 50 },
  "FLT-DHT-001": { id: "FLT-DHT-001", level: "MUST", actor: "node", text: "MUST take as the distance of two public keys their bitwise exclusive or, read as a 256-bit number with the first byte most significant.", observability: "wire", side: "reads", pairs: [], chapter: "07-dht.md", line: 8 },
  "FLT-DHT-002": { id: "FLT-DHT-002", level: "MUST", actor: "node", text: "MUST assign a peer to the bucket whose index is the number of leading zero bits of the distance between the peer's key and its own.", observability: "internal", side: "reads", pairs: [], chapter: "07-dht.md", line: 9 },
  "FLT-DHT-003": { id: "FLT-DHT-003", level: "MUST", actor: "node", text: "MUST hold at most `BUCKET_SIZE` peers in one bucket.", observability: "internal", side: "reads", pairs: [], chapter: "07-dht.md", line: 10 },
  "FLT-DHT-004": { id: "FLT-DHT-004", level: "MUST", actor: "node", text: "MUST keep the peers of a bucket in the order in which they were last seen, the latest first.", observability: "internal", side: "reads", pairs: [], chapter: "07-dht.md", line: 11 },
  "FLT-DHT-005": { id: "FLT-DHT-005", level: "MUST NOT", actor: "node", text: "MUST NOT put its own public key into its table.", observability: "wire", side: "reads", pairs: ["FLT-DHT-022"], chapter: "07-dht.md", line: 12 },
  "FLT-DHT-006": { id: "FLT-DHT-006", level: "MUST", actor: "node", text: "MUST put a keyed peer whose Handshake verified and whose port is not 0 into its table, unless its bucket is full.", observability: "wire", side: "reads", pairs: ["FLT-HSK-034"], chapter: "07-dht.md", line: 13 },
  "FLT-DHT-007": { id: "FLT-DHT-007", level: "MUST NOT", actor: "node", text: "MUST NOT put a peer into its table because another peer named it.", observability: "wire", side: "reads", pairs: ["FLT-DHT-020"], chapter: "07-dht.md", line: 14 },
  "FLT-DHT-008": { id: "FLT-DHT-008", level: "MUST", actor: "node", text: "MUST keep the members of a full bucket as long as they live, and drop the newcomer.", observability: "internal", side: "reads", pairs: [], chapter: "07-dht.md", line: 15 },
  "FLT-DHT-009": { id: "FLT-DHT-009", level: "MUST", actor: "node", text: "MUST remove a peer from its table when the last connection to it is lost, at once or when its attempts to reconnect have failed.", observability: "wire", side: "reads", pairs: [], chapter: "07-dht.md", line: 16 },
  "FLT-DHT-010": { id: "FLT-DHT-010", level: "MUST NOT", actor: "node", text: "MUST NOT remove a peer from its table while a connection to it lives.", observability: "wire", side: "reads", pairs: [], chapter: "07-dht.md", line: 17 },
  "FLT-DHT-020": { id: "FLT-DHT-020", level: "MUST", actor: "node", text: "MUST answer a FindNodeRequest with the `BUCKET_SIZE` peers of its table that are closest to the target, or with all it has if they are fewer.", observability: "wire", side: "writes", pairs: ["FLT-DHT-030"], chapter: "07-dht.md", line: 24 },
  "FLT-DHT-021": { id: "FLT-DHT-021", level: "MUST", actor: "node", text: "MUST order the IDs in a FindNodeResponse by distance to the target, the nearest first.", observability: "wire", side: "writes", pairs: ["FLT-DHT-031"], chapter: "07-dht.md", line: 25 },
  "FLT-DHT-022": { id: "FLT-DHT-022", level: "MUST NOT", actor: "node", text: "MUST NOT list itself in a FindNodeResponse.", observability: "wire", side: "writes", pairs: ["FLT-DHT-032"], chapter: "07-dht.md", line: 26 },
  "FLT-DHT-023": { id: "FLT-DHT-023", level: "MUST NOT", actor: "node", text: "MUST NOT list a peer whose public key is the target.", observability: "wire", side: "writes", pairs: ["FLT-DHT-031"], chapter: "07-dht.md", line: 27 },
  "FLT-DHT-024": { id: "FLT-DHT-024", level: "MUST", actor: "node", text: "MUST list each public key at most once in a FindNodeResponse.", observability: "wire", side: "writes", pairs: ["FLT-DHT-032"], chapter: "07-dht.md", line: 28 },
  "FLT-DHT-025": { id: "FLT-DHT-025", level: "MUST", actor: "node", text: "MUST answer a FindNodeRequest from an anonymous peer like any other.", observability: "wire", side: "writes", pairs: ["FLT-DHT-034"], chapter: "07-dht.md", line: 29 },
  "FLT-DHT-026": { id: "FLT-DHT-026", level: "MUST", actor: "node", text: "MUST answer with an empty list when its table holds no peer to list.", observability: "wire", side: "writes", pairs: ["FLT-DHT-030"], chapter: "07-dht.md", line: 30 },
  "FLT-DHT-030": { id: "FLT-DHT-030", level: "MUST", actor: "node", text: "MUST accept a FindNodeResponse with any number of IDs from 0 up.", observability: "wire", side: "reads", pairs: ["FLT-DHT-020"], chapter: "07-dht.md", line: 35 },
  "FLT-DHT-031": { id: "FLT-DHT-031", level: "MUST NOT", actor: "node", text: "MUST NOT rely on the order or the completeness of a FindNodeResponse.", observability: "wire", side: "reads", pairs: ["FLT-DHT-021"], chapter: "07-dht.md", line: 36 },
  "FLT-DHT-032": { id: "FLT-DHT-032", level: "MUST", actor: "node", text: "MUST skip IDs in a FindNodeResponse that name itself, that it has seen before, or whose port is 0.", observability: "wire", side: "reads", pairs: ["FLT-DHT-022"], chapter: "07-dht.md", line: 37 },
  "FLT-DHT-033": { id: "FLT-DHT-033", level: "MUST", actor: "node", text: "MUST regard what a FindNodeResponse says of a peer as hearsay until that peer's own Handshake confirms it.", observability: "wire", side: "reads", pairs: ["FLT-DHT-020"], chapter: "07-dht.md", line: 38 },
  "FLT-DHT-034": { id: "FLT-DHT-034", level: "MUST", actor: "anonymous node", text: "MUST ask for 32 zero bytes where a keyed node asks for its own public key.", observability: "wire", side: "writes", pairs: ["FLT-DHT-025"], chapter: "07-dht.md", line: 39 },
  "FLT-DHT-040": { id: "FLT-DHT-040", level: "MUST", actor: "node", text: "MUST send a FindNodeRequest for its own public key to each bootstrap address it could connect to.", observability: "wire", side: "writes", pairs: ["FLT-DHT-020"], chapter: "07-dht.md", line: 43 },
  "FLT-DHT-041": { id: "FLT-DHT-041", level: "MUST", actor: "node", text: "MUST connect to the peers it learned of and ask them in turn, until the `BUCKET_SIZE` closest it knows of have all answered or failed.", observability: "wire", side: "writes", pairs: ["FLT-DHT-020"], chapter: "07-dht.md", line: 44 },
  "FLT-DHT-042": { id: "FLT-DHT-042", level: "MUST", actor: "node", text: "MUST have at most `LOOKUP_PARALLELISM` requests of one lookup under way at a time.", observability: "wire", side: "writes", pairs: [], chapter: "07-dht.md", line: 45 },
  "FLT-DHT-043": { id: "FLT-DHT-043", level: "MUST", actor: "node", text: "MUST go on with a lookup when a peer in it cannot be reached, answers wrongly or does not answer.", observability: "wire", side: "reads", pairs: ["FLT-DHT-020"], chapter: "07-dht.md", line: 46 },
  "FLT-DHT-044": { id: "FLT-DHT-044", level: "MUST", actor: "node", text: "MUST end a lookup after `LOOKUP_MAX_PEERS` peers were asked.", observability: "wire", side: "reads", pairs: [], untestable: "nothing tells which lookup a request belongs to, and the next one may begin at any time", chapter: "07-dht.md", line: 47 },
  "FLT-DHT-045": { id: "FLT-DHT-045", level: "SHOULD", actor: "node", text: "SHOULD, after joining, look up one random key in each bucket range farther than its nearest neighbour, and in both halves of a range in which `BUCKET_SIZE` peers were found, and connect to peers found there while it has fewer than `TARGET_CONNECTIONS` connections; with more, in ranges whose bucket has a free place.", observability: "wire", side: "writes", pairs: [], chapter: "07-dht.md", line: 48 },
  "FLT-DHT-046": { id: "FLT-DHT-046", level: "SHOULD", actor: "node", text: "SHOULD repeat such lookups every `REFRESH_INTERVAL_MS`.", observability: "internal", side: "writes", pairs: [], chapter: "07-dht.md", line: 49 },
  "FLT-DHT-047": { id: "FLT-DHT-047", level: "SHOULD", actor: "node", text: "SHOULD, in a lookup, go on besides along several paths, each from another peer of its table to the nearest that those asked on the path have named, and ask no peer on two of them.", observability: "wire", side: "writes", pairs: [], chapter: "07-dht.md", line: 50 },
  "FLT-DHT-048": { id: "FLT-DHT-048", level: "SHOULD", actor: "node", text: "SHOULD, in a lookup, ask those last that it knows only from one that has named several that failed, and try a peer that failed at another address if somebody names one.", observability: "wire", side: "reads", pairs: [], chapter: "07-dht.md", line: 51 },
  "FLT-DHT-049": { id: "FLT-DHT-049", level: "SHOULD", actor: "node", text: "SHOULD send a FindNodeRequest for its own public key to a bootstrap address that was lost and is connected again, and go on from the IDs it names along a path of their own.", observability: "wire", side: "writes", pairs: ["FLT-DHT-020"], chapter: "07-dht.md", line: 52 },
  "FLT-DHT-050": { id: "FLT-DHT-050", level: "MUST NOT", actor: "node", text: "MUST NOT dial an unspecified, multicast or broadcast address that it learned from a peer.", observability: "wire", side: "reads", pairs: ["FLT-DHT-020"], chapter: "07-dht.md", line: 78 },
  "FLT-DHT-051": { id: "FLT-DHT-051", level: "MUST", actor: "node", text: "MUST replace an unspecified address in a peer's ID, in its own table, by the address the peer's connection came from.", observability: "wire", side: "reads", pairs: ["FLT-HSK-034"], chapter: "07-dht.md", line: 79 },
  "FLT-DHT-052": { id: "FLT-DHT-052", level: "MUST NOT", actor: "node", text: "MUST NOT dial a loopback address that it learned from a peer whose own connection is not from a loopback address.", observability: "internal", side: "reads", pairs: ["FLT-DHT-020"], chapter: "07-dht.md", line: 80 },
  "FLT-DHT-053": { id: "FLT-DHT-053", level: "MUST NOT", actor: "node", text: "MUST NOT dial a private or link-local address that it learned from a peer whose own connection is from a public address.", observability: "internal", side: "reads", pairs: ["FLT-DHT-020"], chapter: "07-dht.md", line: 81 },
  "FLT-DHT-054": { id: "FLT-DHT-054", level: "MUST NOT", actor: "node", text: "MUST NOT dial more than `MAX_DIALS_PER_ADDRESS` times within a minute one IP address and port that it knows only from FindNodeResponses.", observability: "internal", side: "reads", pairs: ["FLT-DHT-020"], chapter: "07-dht.md", line: 82 },
  "FLT-ERR-001": { id: "FLT-ERR-001", level: "MUST", actor: "reader", text: "MUST close the connection on input that this specification neither defines nor tells it to ignore.", observability: "wire", side: "reads", pairs: [], chapter: "20-errors.md", line: 6 },
  "FLT-ERR-002": { id: "FLT-ERR-002", level: "MUST", actor: "node", text: "MUST stay alive and go on serving its other connections and new ones after any input.", observability: "wire", side: "reads", pairs: [], chapter: "20-errors.md", line: 7 },
  "FLT-ERR-003": { id: "FLT-ERR-003", level: "MUST", actor: "node", text: "MUST close within `CLOSE_TIMEOUT_MS` after it has read the input for which it closes.", observability: "wire", side: "reads", pairs: [], chapter: "20-errors.md", line: 8 },
  "FLT-ERR-004": { id: "FLT-ERR-004", level: "MUST NOT", actor: "node", text: "MUST NOT send a message whose only purpose is to report a fault of the peer.", observability: "wire", side: "writes", pairs: [], chapter: "20-errors.md", line: 9 },
  "FLT-ERR-005": { id: "FLT-ERR-005", level: "MUST", actor: "node", text: "MUST bound the memory and the time that any sequence of bytes from one peer can cost it.", observability: "internal", side: "reads", pairs: [], chapter: "20-errors.md", line: 10 },
  "FLT-ERR-006": { id: "FLT-ERR-006", level: "SHOULD", actor: "node", text: "SHOULD tell its own user, in a log or an event, the fault for which it closed a connection.", observability: "api", side: "reads", pairs: [], chapter: "20-errors.md", line: 11 },
  "FLT-GWY-001": { id: "FLT-GWY-001", level: "MUST", actor: "gateway", text: "MUST refuse with 400 a request with a field name that is not a token of RFC 9110, a space before the colon and an empty name among them.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 27 },
  "FLT-GWY-002": { id: "FLT-GWY-002", level: "MUST", actor: "gateway", text: "MUST refuse with 400 a request with a field value that holds NUL, CR, LF or another control character than a tab, a folded line among them.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 28 },
  "FLT-GWY-003": { id: "FLT-GWY-003", level: "MUST", actor: "gateway", text: "MUST refuse with 400 a request with both Content-Length and Transfer-Encoding.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 29 },
  "FLT-GWY-004": { id: "FLT-GWY-004", level: "MUST", actor: "gateway", text: "MUST refuse with 400 a request with more than one Content-Length, or with one that is not 1 to 15 decimal digits.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 30 },
  "FLT-GWY-005": { id: "FLT-GWY-005", level: "MUST", actor: "gateway", text: "MUST refuse with 400 a request with a Transfer-Encoding unless it is the one word `chunked`, in any case, in one field of an HTTP/1.1 request.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 31 },
  "FLT-GWY-006": { id: "FLT-GWY-006", level: "MUST", actor: "gateway", text: "MUST close an HTTP/1 connection after it has refused a request by FLT-GWY-001 to FLT-GWY-005.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 32 },
  "FLT-GWY-007": { id: "FLT-GWY-007", level: "MUST", actor: "gateway", text: "MUST refuse with 400 a request that names no host, more than one, or two that differ: by Host, by `:authority` of HTTP/2, and by an absolute target; an HTTP/1.0 request may name none.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 33 },
  "FLT-GWY-008": { id: "FLT-GWY-008", level: "MUST", actor: "gateway", text: "MUST refuse with 400 a request whose host is not a name of letters, digits, `-`, `.` and `_`, an IPv4 address, or an IPv6 address in brackets, with or without a port of 1 to 5 digits.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 34 },
  "FLT-GWY-009": { id: "FLT-GWY-009", level: "MUST", actor: "gateway", text: "MUST refuse with 400 a request with more than one Authorization or Content-Type field.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 35 },
  "FLT-GWY-010": { id: "FLT-GWY-010", level: "MUST", actor: "gateway", text: "MUST refuse with 400 a request whose method is not a token or is CONNECT.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 36 },
  "FLT-GWY-011": { id: "FLT-GWY-011", level: "MUST NOT", actor: "gateway", text: "MUST NOT call a service for an HTTP/1 request before all that came earlier over its connection are answered.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 37 },
  "FLT-GWY-012": { id: "FLT-GWY-012", level: "SHOULD", actor: "gateway", text: "SHOULD close an HTTP/1 connection over which hundreds of requests wait for that.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 38 },
  "FLT-GWY-013": { id: "FLT-GWY-013", level: "MAY", actor: "gateway", text: "MAY refuse with 400 a request whose method it does not know, rather than with 405.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 40 },
  "FLT-GWY-020": { id: "FLT-GWY-020", level: "MUST", actor: "gateway", text: "MUST take a target that begins with `/`, or an absolute one with the scheme `http` or `https` and a host, of which it uses path and query as if they stood alone, and refuse others with 400, except `*` with the method OPTIONS.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 47 },
  "FLT-GWY-021": { id: "FLT-GWY-021", level: "MUST", actor: "gateway", text: "MUST refuse with 400 a target that holds a byte outside 0x21 to 0x7E, `#`, or, in its path, `\\`.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 48 },
  "FLT-GWY-022": { id: "FLT-GWY-022", level: "MUST", actor: "gateway", text: "MUST refuse with 400 a `%` without two hexadecimal digits behind it, `%00`, and escaped bytes that are not UTF-8 within one segment, one query name or one query value.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 49 },
  "FLT-GWY-023": { id: "FLT-GWY-023", level: "MUST", actor: "gateway", text: "MUST normalise a path before it looks for a route: escaped letters, digits, `-`, `.`, `_` and `~` become themselves, the digits of other escapes become upper case, and bytes that a path segment of RFC 3986 does not allow become escapes.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 50 },
  "FLT-GWY-024": { id: "FLT-GWY-024", level: "MUST", actor: "gateway", text: "MUST refuse with 400 a path with a segment that is `.` or `..` after it was normalised.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 51 },
  "FLT-GWY-025": { id: "FLT-GWY-025", level: "MUST NOT", actor: "gateway", text: "MUST NOT take an escaped slash, `%2F`, for a separator of segments.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 52 },
  "FLT-GWY-026": { id: "FLT-GWY-026", level: "MUST NOT", actor: "gateway", text: "MUST NOT find a file for a static route by a path that holds `%2F` or `%5C` after it was normalised.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 53 },
  "FLT-GWY-027": { id: "FLT-GWY-027", level: "MUST", actor: "gateway", text: "MUST match a parameter with one whole segment that is not empty, and decode its escapes once.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 54 },
  "FLT-GWY-028": { id: "FLT-GWY-028", level: "MUST NOT", actor: "gateway", text: "MUST NOT take a path with an empty segment for the path without it, other than by a redirect of FLT-GWY-096.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 55 },
  "FLT-GWY-040": { id: "FLT-GWY-040", level: "MUST", actor: "gateway", text: "MUST send the keys of this table and no others.", observability: "http", side: "writes", pairs: ["FLT-HDR-031"], chapter: "13-gateway.md", line: 81 },
  "FLT-GWY-041": { id: "FLT-GWY-041", level: "MUST", actor: "gateway", text: "MUST write the letters A to Z of field names, parameter names and query names in lower case.", observability: "http", side: "writes", pairs: ["FLT-HDR-007"], chapter: "13-gateway.md", line: 82 },
  "FLT-GWY-042": { id: "FLT-GWY-042", level: "MUST NOT", actor: "gateway", text: "MUST NOT send a client's field whose name in lower case begins with `query.`, `params.` or `~`.", observability: "http", side: "writes", pairs: ["FLT-HDR-031"], chapter: "13-gateway.md", line: 83 },
  "FLT-GWY-043": { id: "FLT-GWY-043", level: "MUST NOT", actor: "gateway", text: "MUST NOT send a client's field that belongs to the connection: `connection` and each name that stands in it, `keep-alive`, `te`, `trailer`, `transfer-encoding`, `upgrade`, `http2-settings`, `expect`, and all that begin with `proxy-`.", observability: "http", side: "writes", pairs: ["FLT-HDR-031"], chapter: "13-gateway.md", line: 84 },
  "FLT-GWY-044": { id: "FLT-GWY-044", level: "MUST NOT", actor: "gateway", text: "MUST NOT send the field `host`.", observability: "http", side: "writes", pairs: ["FLT-HDR-031"], chapter: "13-gateway.md", line: 85 },
  "FLT-GWY-045": { id: "FLT-GWY-045", level: "MUST", actor: "gateway", text: "MUST send the values of a repeated field as one, in order, with `, ` between them, and those of `cookie` with `; `.", observability: "http", side: "writes", pairs: ["FLT-HDR-003"], chapter: "13-gateway.md", line: 86 },
  "FLT-GWY-046": { id: "FLT-GWY-046", level: "MUST", actor: "gateway", text: "MUST send a field value without spaces and tabs around it, as its bytes are if they are UTF-8, and else with each byte as the character of that number, in UTF-8.", observability: "http", side: "writes", pairs: ["FLT-HDR-002"], chapter: "13-gateway.md", line: 87 },
  "FLT-GWY-047": { id: "FLT-GWY-047", level: "MUST", actor: "gateway", text: "MUST send the client's `traceparent` and `tracestate` as they came if the former stands once and is valid, and else a `traceparent` of version 00 with a new trace, and no `tracestate`.", observability: "http", side: "writes", pairs: ["FLT-HDR-031"], chapter: "13-gateway.md", line: 88 },
  "FLT-GWY-048": { id: "FLT-GWY-048", level: "MUST", actor: "gateway", text: "MUST give `:remote-address` and `:scheme` from the connection, or from what proxies say that its user has named as trusted, and never from fields of other clients.", observability: "http", side: "writes", pairs: ["FLT-HDR-031"], chapter: "13-gateway.md", line: 89 },
  "FLT-GWY-049": { id: "FLT-GWY-049", level: "MUST", actor: "gateway", text: "MUST write an IPv4 address in `:remote-address` in dotted form, mapped ones too, and leave out the zone of an IPv6 address.", observability: "http", side: "writes", pairs: ["FLT-HDR-031"], chapter: "13-gateway.md", line: 90 },
  "FLT-GWY-050": { id: "FLT-GWY-050", level: "MUST", actor: "gateway", text: "MUST split a query at each `&`, skip parts without a name, split each part at its first `=`, take `+` for a space, and decode escapes once.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 91 },
  "FLT-GWY-051": { id: "FLT-GWY-051", level: "MUST", actor: "gateway", text: "MUST refuse with 431 a request for which a key has more than 255 bytes, or the plaintext of the ServiceRequest more than `MAX_PLAINTEXT_LENGTH`.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 92 },
  "FLT-GWY-052": { id: "FLT-GWY-052", level: "SHOULD", actor: "gateway", text: "SHOULD let its user name trusted proxies, and take for a connection of one of them the last address in X-Forwarded-For that is none of theirs, with the fields of this name as one list, and the last scheme in X-Forwarded-Proto.", observability: "http", side: "writes", pairs: ["FLT-HDR-031"], chapter: "13-gateway.md", line: 93 },
  "FLT-GWY-060": { id: "FLT-GWY-060", level: "MUST", actor: "gateway", text: "MUST send the bytes of a request body on as they come, and take no more from the client than the service reads and a bounded buffer holds.", observability: "http", side: "writes", pairs: ["FLT-STR-033"], chapter: "13-gateway.md", line: 106 },
  "FLT-GWY-061": { id: "FLT-GWY-061", level: "MUST", actor: "gateway", text: "MUST end the request half of the call only when the HTTP body is complete: at once where the head tells that there is none, unless FLT-GWY-068 says otherwise; behind as many bytes as Content-Length says, behind the last chunk and its trailer, or with the client's half of a stream of HTTP/2.", observability: "http", side: "writes", pairs: ["FLT-STR-031"], chapter: "13-gateway.md", line: 107 },
  "FLT-GWY-062": { id: "FLT-GWY-062", level: "MUST", actor: "gateway", text: "MUST break the call off, as FLT-STR-051 and FLT-STR-058 say, when the client is gone before the exchange is complete, unless FLT-GWY-068 says otherwise.", observability: "http", side: "writes", pairs: ["FLT-STR-018"], chapter: "13-gateway.md", line: 108 },
  "FLT-GWY-063": { id: "FLT-GWY-063", level: "MUST", actor: "gateway", text: "MUST send the head of a response to the client as soon as the service has answered, whether or not the request body has ended.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 109 },
  "FLT-GWY-064": { id: "FLT-GWY-064", level: "MUST NOT", actor: "gateway", text: "MUST NOT let a response look complete unless its body ended with `Data(0)`: it closes the HTTP/1 connection inside the body, and resets the HTTP/2 stream.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 110 },
  "FLT-GWY-065": { id: "FLT-GWY-065", level: "MUST", actor: "gateway", text: "MUST treat a response whose body has more or fewer bytes than the Content-Length it passed on like one that broke off.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 111 },
  "FLT-GWY-066": { id: "FLT-GWY-066", level: "MUST", actor: "gateway", text: "MUST send no body in answer to HEAD and with the statuses 204, 205 and 304, and discard what the service sends for one.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 112 },
  "FLT-GWY-067": { id: "FLT-GWY-067", level: "MUST NOT", actor: "gateway", text: "MUST NOT send trailer fields of a request to the service.", observability: "http", side: "writes", pairs: ["FLT-STR-031"], chapter: "13-gateway.md", line: 113 },
  "FLT-GWY-068": { id: "FLT-GWY-068", level: "MUST", actor: "gateway", text: "MUST keep the request half of a call open, for a request without body on a route of which its configuration says that it answers with events, until the response half has ended or the client has gone. It discards what the service sends to a client that has gone, and breaks the call off when the response half has not ended within `RETIRE_TIMEOUT_MS` after that.", observability: "http", side: "writes", pairs: ["FLT-STR-033"], chapter: "13-gateway.md", line: 114 },
  "FLT-GWY-069": { id: "FLT-GWY-069", level: "MUST", actor: "responder", text: "MUST take the end of the request half of such a call for a client that has gone, and end its response then.", observability: "api", side: "reads", pairs: [], chapter: "13-gateway.md", line: 115 },
  "FLT-GWY-070": { id: "FLT-GWY-070", level: "MUST", actor: "gateway", text: "MUST answer with the status that the key `:status` names, three digits from 200 to 599, and with 200 where there is none.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 125 },
  "FLT-GWY-071": { id: "FLT-GWY-071", level: "MUST", actor: "gateway", text: "MUST answer 502, with nothing of the service's response, where `:status` holds anything else.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 126 },
  "FLT-GWY-072": { id: "FLT-GWY-072", level: "MUST", actor: "gateway", text: "MUST make each other key of the ServiceResponse a header field of the name in lower case, unless another rule leaves it out, and use the last one of those that differ in case alone.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 127 },
  "FLT-GWY-073": { id: "FLT-GWY-073", level: "MUST", actor: "gateway", text: "MUST leave out keys that are no token, and those that begin with `query.`, `params.` or `~`.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 128 },
  "FLT-GWY-074": { id: "FLT-GWY-074", level: "MUST", actor: "gateway", text: "MUST leave out the fields that belong to the connection, as FLT-GWY-043 lists them.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 129 },
  "FLT-GWY-075": { id: "FLT-GWY-075", level: "MUST", actor: "gateway", text: "MUST answer 502, with nothing of the service's response, where the value of a field it would send holds a control character other than a tab.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 130 },
  "FLT-GWY-076": { id: "FLT-GWY-076", level: "MUST", actor: "gateway", text: "MUST send values without spaces and tabs around them, and otherwise byte for byte.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 131 },
  "FLT-GWY-077": { id: "FLT-GWY-077", level: "MUST", actor: "gateway", text: "MUST send one Set-Cookie field for the key `set-cookie`, and behind it one for each string of the JSON array that the key `:set-cookie` holds, and answer 502 where that holds anything else.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 132 },
  "FLT-GWY-078": { id: "FLT-GWY-078", level: "MUST", actor: "gateway", text: "MUST leave out a `content-length` that is not 1 to 15 decimal digits, and any with the statuses 204 and 205.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 133 },
  "FLT-GWY-079": { id: "FLT-GWY-079", level: "MUST", actor: "gateway", text: "MUST leave out all other keys that begin with `:`.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 134 },
  "FLT-GWY-080": { id: "FLT-GWY-080", level: "SHOULD", actor: "responder", text: "SHOULD add the header `:status` with the value `500` to the answer that FLT-HDR-020 describes, where the request has the key `:method`.", observability: "wire", side: "writes", pairs: ["FLT-GWY-070"], chapter: "13-gateway.md", line: 135 },
  "FLT-GWY-081": { id: "FLT-GWY-081", level: "MUST", actor: "gateway", text: "MUST pass on a failure that comes without `:status`, as an original sends it, like any other response, with 200.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 136 },
  "FLT-GWY-082": { id: "FLT-GWY-082", level: "MAY", actor: "gateway", text: "MAY add header fields to responses, or set them in place of the service's, where its user says so, but none that FLT-GWY-043 lists and no Content-Length or Set-Cookie.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 143 },
  "FLT-GWY-083": { id: "FLT-GWY-083", level: "MAY", actor: "gateway", text: "MAY compress the body of a response where its user says so, but not in answer to HEAD, with 204, 205, 206 or 304, with a Content-Encoding, with `no-transform` in Cache-Control, or of the type `text/event-stream`, and with no coding that Accept-Encoding does not name.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 144 },
  "FLT-GWY-084": { id: "FLT-GWY-084", level: "MUST", actor: "gateway", text: "MUST send on what has come of a body that it compresses without waiting for more of it.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 145 },
  "FLT-GWY-085": { id: "FLT-GWY-085", level: "MUST", actor: "gateway", text: "MUST name Accept-Encoding in Vary where the coding of a response depends on it, and make the ETag of one that it compresses weak.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 146 },
  "FLT-GWY-086": { id: "FLT-GWY-086", level: "MUST", actor: "gateway", text: "MUST call no service for an OPTIONS request with Origin and Access-Control-Request-Method whose path has, for that method, a route for which its user has said what other origins may do, and answer it with 204 and the fields of the CORS protocol.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 147 },
  "FLT-GWY-087": { id: "FLT-GWY-087", level: "MUST", actor: "gateway", text: "MUST leave out the CORS fields of the service where its user has said what other origins may do, and name an origin only if the user has named it or every origin.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 148 },
  "FLT-GWY-088": { id: "FLT-GWY-088", level: "MUST NOT", actor: "gateway", text: "MUST NOT compress a body that FLT-GWY-083 does not let it compress, nor in a coding that it does not name.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 149 },
  "FLT-GWY-089": { id: "FLT-GWY-089", level: "MUST", actor: "gateway", text: "MUST name Origin in Vary of each response of a route for which its user has named origins.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 150 },
  "FLT-GWY-090": { id: "FLT-GWY-090", level: "MUST", actor: "gateway", text: "MUST use the statuses of this table for what it tells of, and no others for the same.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 174 },
  "FLT-GWY-091": { id: "FLT-GWY-091", level: "MUST", actor: "gateway", text: "MUST answer HEAD for a path that has a route for GET and none for HEAD by calling the service of that route, with `:method` HEAD.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 175 },
  "FLT-GWY-092": { id: "FLT-GWY-092", level: "MUST", actor: "gateway", text: "MUST list in Allow the methods of the path's routes, OPTIONS, and HEAD where there is GET, each once and in the order of the alphabet.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 176 },
  "FLT-GWY-093": { id: "FLT-GWY-093", level: "MUST", actor: "gateway", text: "MUST answer 503 with Retry-After in whole seconds when no provider is connected, when all refused the call with handled 0, and for what it does not take any more because it shuts down.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 177 },
  "FLT-GWY-094": { id: "FLT-GWY-094", level: "MUST", actor: "gateway", text: "MUST write into the body of such a 503 the sentence `no nodes were able to process your request for service(s): [NAMES]`, with the services of the route and one space between them.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 178 },
  "FLT-GWY-095": { id: "FLT-GWY-095", level: "MUST", actor: "gateway", text: "MUST write the body of an answer of its own as `text/plain; charset=utf-8`, and as the JSON object `{\"error\": SENTENCE}` for a client whose Accept names `application/json` with a weight above 0.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 179 },
  "FLT-GWY-096": { id: "FLT-GWY-096", level: "MUST", actor: "gateway", text: "MUST redirect, where its user has not turned that off, from a path without a route to the one without empty segments, in the case of the route or with its trailing slash added or taken, that has one.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 180 },
  "FLT-GWY-097": { id: "FLT-GWY-097", level: "MUST", actor: "gateway", text: "MUST write into Location a normalised path that begins with one `/`, no other behind it, and the query as it came.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 181 },
  "FLT-GWY-098": { id: "FLT-GWY-098", level: "MUST NOT", actor: "gateway", text: "MUST NOT write any byte of a request that is not printable ASCII into a header field of its answer.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 182 },
  "FLT-GWY-099": { id: "FLT-GWY-099", level: "MUST", actor: "gateway", text: "MUST send Retry-After in whole seconds, 1 or more, with 429.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 183 },
  "FLT-GWY-110": { id: "FLT-GWY-110", level: "MUST NOT", actor: "gateway", text: "MUST NOT call a second provider for a request other than as FLT-PRV-005 and FLT-PRV-007 allow, or as FLT-GWY-113 says.", observability: "http", side: "writes", pairs: ["FLT-STR-025"], chapter: "13-gateway.md", line: 189 },
  "FLT-GWY-111": { id: "FLT-GWY-111", level: "SHOULD", actor: "gateway", text: "SHOULD ask the provider with the fewest calls of its own under way first.", observability: "http", side: "writes", pairs: [], chapter: "13-gateway.md", line: 190 },
  "FLT-GWY-112": { id: "FLT-GWY-112", level: "MUST", actor: "gateway", text: "MUST answer 502 when the connection to a provider is lost before its ServiceResponse has come and no other provider has begun the call of FLT-GWY-113, and break off the response when it is lost later.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 191 },
  "FLT-GWY-113": { id: "FLT-GWY-113", level: "SHOULD", actor: "gateway", text: "SHOULD make the call once more, at most twice for a request and within the time of the first, when the connection to its provider is lost before its ServiceResponse has come, where the method is GET, HEAD, OPTIONS, TRACE, PUT or DELETE and the request has no body.", observability: "http", side: "writes", pairs: [], chapter: "13-gateway.md", line: 192 },
  "FLT-GWY-114": { id: "FLT-GWY-114", level: "SHOULD", actor: "gateway", text: "SHOULD, while another provider can be asked, send no call of a route to a provider with which several in a row, at most 10, have failed before a ServiceResponse came, for a time of at most a minute, and then no second one until the first has ended.", observability: "http", side: "writes", pairs: [], chapter: "13-gateway.md", line: 193 },
  "FLT-GWY-115": { id: "FLT-GWY-115", level: "MUST", actor: "gateway", text: "MUST ask a provider that FLT-GWY-114 spares when there is no other.", observability: "http", side: "writes", pairs: [], chapter: "13-gateway.md", line: 194 },
  "FLT-GWY-116": { id: "FLT-GWY-116", level: "SHOULD", actor: "gateway", text: "SHOULD keep a request whose services had a provider within the last seconds and have none that takes calls now, until one has connected and for 15 s at most, before it answers as FLT-GWY-093 says.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 195 },
  "FLT-GWY-120": { id: "FLT-GWY-120", level: "MUST", actor: "gateway", text: "MUST serve, on an address without TLS, HTTP/2 to a client whose connection begins with the preface of RFC 9113, and HTTP/1.1 to any other.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 209 },
  "FLT-GWY-121": { id: "FLT-GWY-121", level: "MUST", actor: "gateway", text: "MUST answer a head above the largest size with 431 in HTTP/2 as well, or reset its stream where it is above twice that size.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 210 },
  "FLT-GWY-122": { id: "FLT-GWY-122", level: "MUST", actor: "gateway", text: "MUST send GOAWAY on every connection of HTTP/2 when it shuts down, and answer the requests that have begun before.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 211 },
  "FLT-GWY-123": { id: "FLT-GWY-123", level: "MUST", actor: "gateway", text: "MUST bound for each connection of HTTP/2 the requests at a time, those that a client takes back, and the frames that it has to answer, and end a connection that goes beyond.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 212 },
  "FLT-GWY-124": { id: "FLT-GWY-124", level: "MUST", actor: "gateway", text: "MUST answer a request of HTTP/2 before its end by the whole response and a reset with NO_ERROR, where it wants no more of the body.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 213 },
  "FLT-GWY-130": { id: "FLT-GWY-130", level: "MUST", actor: "gateway", text: "MUST speak TLS 1.2 or newer where it serves HTTPS, with HTTP/2 for a client that offers `h2` by ALPN, and HTTP/1.1 for one that offers `http/1.1` or uses no ALPN.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 219 },
  "FLT-GWY-131": { id: "FLT-GWY-131", level: "MUST", actor: "gateway", text: "MUST end the handshake of a client that names a domain which the server does not serve, or none.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 220 },
  "FLT-GWY-132": { id: "FLT-GWY-132", level: "MUST", actor: "gateway", text: "MUST refuse with 421 a request over TLS whose host is none of the domains that the server serves.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 221 },
  "FLT-GWY-133": { id: "FLT-GWY-133", level: "MUST", actor: "gateway", text: "MUST answer HTTP, on an address that leads to HTTPS, with 301 for GET and HEAD and 308 for other methods, the same host, path and query, and call no service.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 222 },
  "FLT-GWY-134": { id: "FLT-GWY-134", level: "MUST", actor: "gateway", text: "MUST answer, while a CA asks for one of its domains, `http-01` of RFC 8555 before any route, and `tls-alpn-01` of RFC 8737 to a client that offers `acme-tls/1`, and to no other.", observability: "api", side: "reads", pairs: [], chapter: "13-gateway.md", line: 223 },
  "FLT-GWY-135": { id: "FLT-GWY-135", level: "MUST", actor: "gateway", text: "MUST go on to serve a certificate that it cannot renew.", observability: "api", side: "reads", pairs: [], chapter: "13-gateway.md", line: 224 },
  "FLT-GWY-140": { id: "FLT-GWY-140", level: "MUST", actor: "gateway", text: "MUST finish a request under the configuration under which it began.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 234 },
  "FLT-GWY-141": { id: "FLT-GWY-141", level: "MUST", actor: "gateway", text: "MUST keep accepting connections, and those it has, on each address that both configurations name.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 235 },
  "FLT-GWY-142": { id: "FLT-GWY-142", level: "MUST", actor: "gateway", text: "MUST keep to the configuration it has when it cannot use all of the other one.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 236 },
  "FLT-GWY-143": { id: "FLT-GWY-143", level: "MUST", actor: "gateway", text: "MUST, when it shuts down, take no more connections, answer the requests of HTTP/1 that have begun before, and close each connection behind the last answer. It may set these answers a time, after which it closes all the same.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 240 },
  "FLT-GWY-160": { id: "FLT-GWY-160", level: "MUST", actor: "gateway", text: "MUST refuse with 426, with the field `sec-websocket-version: 13`, and over HTTP/1 with `upgrade: websocket`, a request for a WebSocket route that asks for none or for one of another version, and with 400 one whose key or list of subprotocols is malformed.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 263 },
  "FLT-GWY-161": { id: "FLT-GWY-161", level: "MUST", actor: "gateway", text: "MUST send the headers of the handshake as those of any request, and the key `:protocol` with them.", observability: "http", side: "writes", pairs: ["FLT-HDR-031"], chapter: "13-gateway.md", line: 264 },
  "FLT-GWY-162": { id: "FLT-GWY-162", level: "MUST", actor: "gateway", text: "MUST complete the handshake when the service has answered, with the status 101 or 200 or without one, and pass every other response on as it does on other routes, and the end of the request body with it.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 265 },
  "FLT-GWY-163": { id: "FLT-GWY-163", level: "MUST", actor: "gateway", text: "MUST choose the subprotocol that the key `sec-websocket-protocol` of the ServiceResponse names, and none where it is absent, and answer 502 where the client has not offered it.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 266 },
  "FLT-GWY-164": { id: "FLT-GWY-164", level: "MUST", actor: "gateway", text: "MUST send the other fields of the ServiceResponse with the handshake, but none that begins with `sec-websocket-`, and no Content-Length.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 267 },
  "FLT-GWY-165": { id: "FLT-GWY-165", level: "MUST", actor: "gateway", text: "MUST write each message of the client as one envelope, Text or Binary, in order, its fragments joined.", observability: "http", side: "writes", pairs: ["FLT-GWY-176"], chapter: "13-gateway.md", line: 268 },
  "FLT-GWY-166": { id: "FLT-GWY-166", level: "MUST", actor: "gateway", text: "MUST end the request half with a Close and write nothing behind it: with code and reason of the client's Close, without data where that has none, with 1002, 1007, 1008 or 1009 where the client broke the rule of that code, and with 1006 where the client was lost.", observability: "http", side: "writes", pairs: ["FLT-GWY-175"], chapter: "13-gateway.md", line: 269 },
  "FLT-GWY-167": { id: "FLT-GWY-167", level: "MUST", actor: "gateway", text: "MUST discard what the service sends for a client that has closed or is lost, and break the call off when the service has not ended its response within a bounded time.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 270 },
  "FLT-GWY-168": { id: "FLT-GWY-168", level: "MUST", actor: "gateway", text: "MUST send the client each Text and Binary of the service as a message and its Close as a Close, and close with 1011 when the response half breaks off, ends without Close or within an envelope, or holds other flags, a Text that is no UTF-8, a message that is too long, or a Close whose data has none of its forms or whose code is not 1000 to 1003, 1007 to 1014 or 3000 to 4999.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 271 },
  "FLT-GWY-169": { id: "FLT-GWY-169", level: "MUST", actor: "gateway", text: "MUST bound the length of a message in both directions, by 1,048,576 bytes unless its user says otherwise, and close with 1009 when a client's is longer.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 272 },
  "FLT-GWY-170": { id: "FLT-GWY-170", level: "MUST", actor: "gateway", text: "MUST close with 1007 when a text of the client is no UTF-8.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 273 },
  "FLT-GWY-171": { id: "FLT-GWY-171", level: "MUST", actor: "gateway", text: "MUST take no more from the client than the service reads and a bounded buffer holds, and no more from the service than the client reads and a bounded buffer holds.", observability: "http", side: "writes", pairs: ["FLT-STR-033"], chapter: "13-gateway.md", line: 274 },
  "FLT-GWY-172": { id: "FLT-GWY-172", level: "MUST", actor: "gateway", text: "MUST answer a Ping of the client itself, and pass no Ping and no Pong on.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 275 },
  "FLT-GWY-173": { id: "FLT-GWY-173", level: "MUST", actor: "gateway", text: "MUST find out in a bounded time, unless its user says otherwise, that a client from which it reads is lost without a word.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 276 },
  "FLT-GWY-174": { id: "FLT-GWY-174", level: "MUST", actor: "gateway", text: "MUST close with 1001 when it shuts down or its listener is closed, and let a WebSocket live on when it gets another configuration that keeps the listener.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 277 },
  "FLT-GWY-175": { id: "FLT-GWY-175", level: "MUST", actor: "responder", text: "MUST take a request half of a WebSocket that ends without a Close for that of a client that was lost.", observability: "api", side: "reads", pairs: [], chapter: "13-gateway.md", line: 278 },
  "FLT-GWY-176": { id: "FLT-GWY-176", level: "MUST", actor: "responder", text: "MUST skip Pings, and envelopes with flags that the table of this section does not name.", observability: "api", side: "reads", pairs: [], chapter: "13-gateway.md", line: 279 },
  "FLT-GWY-177": { id: "FLT-GWY-177", level: "MUST", actor: "responder", text: "MUST end its response with a Close and write nothing behind it.", observability: "api", side: "writes", pairs: ["FLT-GWY-168"], chapter: "13-gateway.md", line: 280 },
  "FLT-GWY-178": { id: "FLT-GWY-178", level: "MUST", actor: "gateway", text: "MUST send SETTINGS_ENABLE_CONNECT_PROTOCOL on every connection of HTTP/2, take a CONNECT whose `:protocol` is `websocket` for a WebSocket route's GET, with the `:method` GET for the service and without a `sec-websocket-key`, complete the handshake with 200, refuse one for any other route with 405, and end the WebSocket with its stream.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 281 },
  "FLT-GWY-179": { id: "FLT-GWY-179", level: "MUST", actor: "gateway", text: "MUST write a Ping when it has read nothing of the client for a time that is well below `STALL_TIMEOUT_MS`, so that a WebSocket on which nobody says anything lives on.", observability: "http", side: "writes", pairs: ["FLT-GWY-176"], chapter: "13-gateway.md", line: 282 },
  "FLT-GWY-180": { id: "FLT-GWY-180", level: "MUST", actor: "gateway", text: "MUST refuse with 415 a request for a gRPC route whose Content-Type is none of these three, with or without a format and parameters behind it, or is that of gRPC over HTTP/1.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 306 },
  "FLT-GWY-181": { id: "FLT-GWY-181", level: "MUST", actor: "gateway", text: "MUST decode a body in base64, of which each part may be padded, and send it to the service as bytes.", observability: "http", side: "writes", pairs: ["FLT-STR-031"], chapter: "13-gateway.md", line: 307 },
  "FLT-GWY-182": { id: "FLT-GWY-182", level: "MUST", actor: "gateway", text: "MUST send the headers of the request as those of any request, with the key `:protocol`, without `content-length`, and with a `content-type` of `application/grpc` and the client's format.", observability: "http", side: "writes", pairs: ["FLT-HDR-031"], chapter: "13-gateway.md", line: 308 },
  "FLT-GWY-183": { id: "FLT-GWY-183", level: "MUST", actor: "gateway", text: "MUST send the Messages of the client byte for byte as they come, and answer INTERNAL when its body holds other flags, is no base64 or ends within a Message.", observability: "http", side: "writes", pairs: ["FLT-GWY-196"], chapter: "13-gateway.md", line: 309 },
  "FLT-GWY-184": { id: "FLT-GWY-184", level: "MUST", actor: "gateway", text: "MUST write Trailers without data behind the last Message when the client's body has ended, and no Message behind them.", observability: "http", side: "writes", pairs: ["FLT-GWY-194"], chapter: "13-gateway.md", line: 310 },
  "FLT-GWY-185": { id: "FLT-GWY-185", level: "MUST", actor: "gateway", text: "MUST end the request half when the response half has ended, the client has gone, or the gateway has answered in place of the service, and not before; and break the call off when the service has not ended its response within `RETIRE_TIMEOUT_MS` after that.", observability: "http", side: "writes", pairs: ["FLT-GWY-195"], chapter: "13-gateway.md", line: 311 },
  "FLT-GWY-186": { id: "FLT-GWY-186", level: "MUST", actor: "gateway", text: "MUST answer DEADLINE_EXCEEDED when the time of `grpc-timeout` is over before the response half has ended, and INTERNAL where that field is not 1 to 8 digits and one of `H`, `M`, `S`, `m`, `u` and `n`.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 312 },
  "FLT-GWY-187": { id: "FLT-GWY-187", level: "MUST", actor: "gateway", text: "MUST answer with status 200 and the fields of the ServiceResponse as the head, but leave out `content-length`, `content-encoding`, `grpc-message` and names that begin with `grpc-status`, and name as Content-Type the one that the client used, or that of base64 where its Accept does.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 313 },
  "FLT-GWY-188": { id: "FLT-GWY-188", level: "MUST", actor: "gateway", text: "MUST answer with a status of its own where the service has answered with another status of HTTP than 200, as gRPC maps them: INTERNAL for 400, UNAUTHENTICATED for 401, PERMISSION_DENIED for 403, UNIMPLEMENTED for 404, UNAVAILABLE for 429, 502, 503 and 504, and UNKNOWN for others; UNKNOWN where, with 200, its Content-Type is not that of gRPC, and INTERNAL where its head cannot be passed on.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 314 },
  "FLT-GWY-189": { id: "FLT-GWY-189", level: "MUST", actor: "gateway", text: "MUST pass on the Messages of the service as they come and its Trailers when its response half has ended, as trailers of HTTP/2, or to a client of gRPC-Web as the last envelope of the body.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 315 },
  "FLT-GWY-190": { id: "FLT-GWY-190", level: "MUST", actor: "gateway", text: "MUST answer INTERNAL when the response half ends without Trailers or within an envelope, holds other flags or anything behind its Trailers, or Trailers that are longer than 16,384 bytes, have a name that is no token or a value with a control character other than a tab, or have not just one `grpc-status`, a number from 0 to 999 in decimal. Lines may end with LF alone, the last one with nothing, and empty lines mean nothing.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 316 },
  "FLT-GWY-191": { id: "FLT-GWY-191", level: "MUST", actor: "gateway", text: "MUST leave out fields of the Trailers whose names FLT-GWY-042 and FLT-GWY-043 keep from a request, `content-length`, `content-type`, and a `grpc-message` of nothing; write a name that stands there more than once as one, its values in order with `, ` between them; and escape with `%` and two hexadecimal digits in upper case each byte of `grpc-message` that is not printable ASCII.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 317 },
  "FLT-GWY-192": { id: "FLT-GWY-192", level: "MUST", actor: "gateway", text: "MUST answer UNAVAILABLE when the response half breaks off, and never with the status 0 unless the Trailers of a complete response half say so.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 318 },
  "FLT-GWY-193": { id: "FLT-GWY-193", level: "MUST", actor: "gateway", text: "MUST answer, in place of a status of HTTP of its own, with the status of gRPC that stands for it: DEADLINE_EXCEEDED for 408 and 504, RESOURCE_EXHAUSTED for 413, 429 and 431, UNAVAILABLE for 502 and 503, and INTERNAL for 400 and 500; but with 415, and with what it answers before it knows the route, as elsewhere. To a client of gRPC-Web to whom part of a Message was sent it breaks the answer off.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 319 },
  "FLT-GWY-194": { id: "FLT-GWY-194", level: "MUST NOT", actor: "responder", text: "MUST NOT take Messages for all that its client had to say unless Trailers came behind them.", observability: "api", side: "reads", pairs: [], chapter: "13-gateway.md", line: 320 },
  "FLT-GWY-195": { id: "FLT-GWY-195", level: "MUST", actor: "responder", text: "MUST take a request half that ends or breaks off, with or without Trailers before, for a sign that nobody waits for its answer any more, and end its response then.", observability: "api", side: "reads", pairs: [], chapter: "13-gateway.md", line: 321 },
  "FLT-GWY-196": { id: "FLT-GWY-196", level: "MUST", actor: "responder", text: "MUST skip Pings, envelopes with flags that the table of this section does not name, the data of Trailers, and all envelopes behind them.", observability: "api", side: "reads", pairs: [], chapter: "13-gateway.md", line: 322 },
  "FLT-GWY-197": { id: "FLT-GWY-197", level: "MUST", actor: "responder", text: "MUST name `application/grpc` as its `content-type`, with the format of the request if it has one; end its response with Trailers that hold `grpc-status`, and write nothing behind them; and escape in `grpc-message` as FLT-GWY-191 says, and `%` as well.", observability: "api", side: "writes", pairs: ["FLT-GWY-190"], chapter: "13-gateway.md", line: 323 },
  "FLT-GWY-198": { id: "FLT-GWY-198", level: "MUST", actor: "gateway", text: "MUST bound what it holds of a call, in both directions, however long a Message is.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 324 },
  "FLT-GWY-199": { id: "FLT-GWY-199", level: "MUST", actor: "gateway", text: "MUST find out in a bounded time, unless its user says otherwise, that a client is lost without a word: that of HTTP/2 by PING, and that of HTTP/1 while more of its body is to come.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 325 },
  "FLT-GWY-200": { id: "FLT-GWY-200", level: "MUST", actor: "gateway", text: "MUST answer UNIMPLEMENTED, and call no service, where a route has a schema in which no method is called at the path of the request, and 415 where the client names another format than `proto` and `json`.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 340 },
  "FLT-GWY-201": { id: "FLT-GWY-201", level: "MUST", actor: "gateway", text: "MUST write, where a route has a schema, each Message of a client that does not name the format `json` as JSON for the service, as protobuf maps it, with `application/grpc+json` as `content-type` and without `grpc-encoding` and `grpc-accept-encoding`; and each Message of the service as protobuf for that client.", observability: "http", side: "writes", pairs: ["FLT-GWY-196"], chapter: "13-gateway.md", line: 341 },
  "FLT-GWY-202": { id: "FLT-GWY-202", level: "MUST", actor: "gateway", text: "MUST answer INTERNAL for a Message that it cannot write anew; but for one of the client UNIMPLEMENTED where it is compressed, and RESOURCE_EXHAUSTED where either form of it is longer than a bound.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 342 },
  "FLT-GWY-203": { id: "FLT-GWY-203", level: "SHOULD", actor: "gateway", text: "SHOULD take, where a route has a schema, a request with the Content-Type `application/json` for a method without streams as a call of the protocol of Connect, whose body is one Message in JSON, and send it as one of gRPC.", observability: "http", side: "writes", pairs: ["FLT-GWY-196"], chapter: "13-gateway.md", line: 343 },
  "FLT-GWY-204": { id: "FLT-GWY-204", level: "MUST", actor: "gateway", text: "MUST answer such a call with the one Message of the service as it is, 200 and `application/json`, where its status is 0, and otherwise with the status and the JSON object that Connect has for it; and Trailers other than those of the status as fields whose names begin with `trailer-`.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 344 },
  "FLT-GWY-205": { id: "FLT-GWY-205", level: "MUST", actor: "gateway", text: "MUST answer such a call with INVALID_ARGUMENT where its body is not of the method's type or `connect-timeout-ms` is not 1 to 10 digits, UNIMPLEMENTED where it is compressed, INTERNAL where there is not one Message of the method's type in the answer, and with 415 for a method with streams.", observability: "http", side: "reads", pairs: [], chapter: "13-gateway.md", line: 345 },
  "FLT-GWY-206": { id: "FLT-GWY-206", level: "MUST", actor: "gateway", text: "MUST write a Ping when it has written nothing for a time that is well below `STALL_TIMEOUT_MS`, so that a call on which nobody says anything lives on; behind the client's Trailers too, and never within a Message.", observability: "http", side: "writes", pairs: ["FLT-GWY-196"], chapter: "13-gateway.md", line: 326 },
  "FLT-HDR-001": { id: "FLT-HDR-001", level: "MUST", actor: "writer", text: "MUST write a header key as 1 to 255 bytes and a value as 0 to 65,535 bytes.", observability: "wire", side: "writes", pairs: ["FLT-HDR-004"], chapter: "12-headers.md", line: 5 },
  "FLT-HDR-002": { id: "FLT-HDR-002", level: "MUST", actor: "writer", text: "MUST write keys and values as UTF-8 and count their bytes, not their characters.", observability: "wire", side: "writes", pairs: ["FLT-HDR-005"], chapter: "12-headers.md", line: 6 },
  "FLT-HDR-003": { id: "FLT-HDR-003", level: "MUST NOT", actor: "writer", text: "MUST NOT write one key twice in one packet.", observability: "wire", side: "writes", pairs: ["FLT-HDR-006"], chapter: "12-headers.md", line: 7 },
  "FLT-HDR-004": { id: "FLT-HDR-004", level: "MUST", actor: "reader", text: "MUST accept an empty key and an empty value.", observability: "wire", side: "reads", pairs: ["FLT-HDR-001"], chapter: "12-headers.md", line: 8 },
  "FLT-HDR-005": { id: "FLT-HDR-005", level: "MUST NOT", actor: "reader", text: "MUST NOT close the connection because a key or a value is not valid UTF-8.", observability: "wire", side: "reads", pairs: ["FLT-HDR-002"], chapter: "12-headers.md", line: 9 },
  "FLT-HDR-006": { id: "FLT-HDR-006", level: "MUST", actor: "reader", text: "MUST take the last value of a key that stands in a packet more than once.", observability: "wire", side: "reads", pairs: ["FLT-HDR-003"], chapter: "12-headers.md", line: 10 },
  "FLT-HDR-007": { id: "FLT-HDR-007", level: "MUST", actor: "reader", text: "MUST compare keys byte for byte, with regard to case.", observability: "wire", side: "reads", pairs: ["FLT-HDR-001"], chapter: "12-headers.md", line: 11 },
  "FLT-HDR-008": { id: "FLT-HDR-008", level: "SHOULD", actor: "writer", text: "SHOULD write keys in lower case.", observability: "wire", side: "writes", pairs: ["FLT-HDR-007"], chapter: "12-headers.md", line: 12 },
  "FLT-HDR-009": { id: "FLT-HDR-009", level: "MUST NOT", actor: "reader", text: "MUST NOT rely on the order of headers.", observability: "wire", side: "reads", pairs: ["FLT-HDR-001"], chapter: "12-headers.md", line: 13 },
  "FLT-HDR-010": { id: "FLT-HDR-010", level: "MUST", actor: "reader", text: "MUST accept as many headers as fit one frame.", observability: "wire", side: "reads", pairs: ["FLT-HDR-001"], chapter: "12-headers.md", line: 14 },
  "FLT-HDR-011": { id: "FLT-HDR-011", level: "MUST", actor: "node", text: "MUST hand headers to its user so that a key such as `__proto__` or `constructor` is a key like any other.", observability: "wire", side: "reads", pairs: ["FLT-HDR-001"], chapter: "12-headers.md", line: 15 },
  "FLT-HDR-020": { id: "FLT-HDR-020", level: "MUST", actor: "responder", text: "MUST answer, when a handler fails before anything of its response was sent, with handled 1, the header `content-type: application/json`, and a complete body that is a JSON object with the failure's message under the key `error`.", observability: "wire", side: "writes", pairs: ["FLT-HDR-021"], chapter: "12-headers.md", line: 22 },
  "FLT-HDR-021": { id: "FLT-HDR-021", level: "MUST", actor: "requester", text: "MUST hand such a response to its user like any other.", observability: "api", side: "reads", pairs: ["FLT-HDR-020"], chapter: "12-headers.md", line: 23 },
  "FLT-HDR-030": { id: "FLT-HDR-030", level: "MUST NOT", actor: "requester", text: "MUST NOT send a key that begins with `~` on behalf of its user.", observability: "api", side: "writes", pairs: [], chapter: "12-headers.md", line: 34 },
  "FLT-HDR-031": { id: "FLT-HDR-031", level: "MUST", actor: "reader", text: "MUST hand keys it has no meaning for to its user unchanged.", observability: "wire", side: "reads", pairs: ["FLT-HDR-001"], chapter: "12-headers.md", line: 35 },
  "FLT-HSK-001": { id: "FLT-HSK-001", level: "MUST", actor: "dialer", text: "MUST send a Handshake as its first message.", observability: "wire", side: "writes", pairs: ["FLT-HSK-003"], chapter: "05-handshake.md", line: 8 },
  "FLT-HSK-002": { id: "FLT-HSK-002", level: "MUST", actor: "listener", text: "MUST answer a valid Handshake with its own Handshake.", observability: "wire", side: "writes", pairs: ["FLT-HSK-010"], chapter: "05-handshake.md", line: 9 },
  "FLT-HSK-003": { id: "FLT-HSK-003", level: "MUST", actor: "listener", text: "MUST close the connection when the first message it reads as a request is not a Handshake.", observability: "wire", side: "reads", pairs: ["FLT-HSK-001"], chapter: "05-handshake.md", line: 10 },
  "FLT-HSK-004": { id: "FLT-HSK-004", level: "MUST", actor: "listener", text: "MUST close a connection on which no valid Handshake arrived within `HANDSHAKE_TIMEOUT_MS` after the key exchange.", observability: "wire", side: "reads", pairs: ["FLT-HSK-001"], chapter: "05-handshake.md", line: 11 },
  "FLT-HSK-005": { id: "FLT-HSK-005", level: "MUST", actor: "dialer", text: "MUST close a connection on which the reply to its Handshake did not arrive within `HANDSHAKE_TIMEOUT_MS`.", observability: "wire", side: "reads", pairs: ["FLT-HSK-002"], chapter: "05-handshake.md", line: 12 },
  "FLT-HSK-006": { id: "FLT-HSK-006", level: "MUST NOT", actor: "dialer", text: "MUST NOT open a stream or send a FindNodeRequest before it has read the reply to its Handshake.", observability: "wire", side: "writes", pairs: ["FLT-HSK-003"], chapter: "05-handshake.md", line: 13 },
  "FLT-HSK-007": { id: "FLT-HSK-007", level: "MUST NOT", actor: "listener", text: "MUST NOT open a stream or send a FindNodeRequest before it has read the dialer's Handshake.", observability: "wire", side: "writes", pairs: ["FLT-HSK-008"], chapter: "05-handshake.md", line: 14 },
  "FLT-HSK-008": { id: "FLT-HSK-008", level: "MUST", actor: "dialer", text: "MUST serve a ServiceRequest or FindNodeRequest that arrives before the reply to its Handshake.", observability: "wire", side: "reads", pairs: ["FLT-HSK-007"], chapter: "05-handshake.md", line: 15 },
  "FLT-HSK-009": { id: "FLT-HSK-009", level: "MUST NOT", actor: "node", text: "MUST NOT send more than one Handshake as a request on a connection.", observability: "wire", side: "writes", pairs: ["FLT-HSK-011"], chapter: "05-handshake.md", line: 16 },
  "FLT-HSK-010": { id: "FLT-HSK-010", level: "MUST", actor: "dialer", text: "MUST close the connection when the reply to its Handshake is malformed or fails the checks of this chapter.", observability: "wire", side: "reads", pairs: ["FLT-HSK-002"], chapter: "05-handshake.md", line: 17 },
  "FLT-HSK-011": { id: "FLT-HSK-011", level: "MUST", actor: "node", text: "MUST answer a second and every later Handshake on a connection like the first.", observability: "wire", side: "reads", pairs: ["FLT-HSK-009"], chapter: "05-handshake.md", line: 18 },
  "FLT-HSK-012": { id: "FLT-HSK-012", level: "MUST", actor: "node", text: "MUST take the services of the latest valid Handshake from a peer as the whole list of what it offers on that connection.", observability: "wire", side: "reads", pairs: ["FLT-HSK-009"], chapter: "05-handshake.md", line: 19 },
  "FLT-HSK-013": { id: "FLT-HSK-013", level: "MUST", actor: "node", text: "MUST close the connection when a later Handshake on it names another public key than the first, or names one where the first named none, or none where the first named one.", observability: "wire", side: "reads", pairs: ["FLT-HSK-009"], chapter: "05-handshake.md", line: 20 },
  "FLT-HSK-020": { id: "FLT-HSK-020", level: "MUST", actor: "writer", text: "MUST sign the bytes of the ID exactly as it writes them, followed by the bytes of the names in the order it writes them.", observability: "wire", side: "writes", pairs: ["FLT-HSK-021"], chapter: "05-handshake.md", line: 34 },
  "FLT-HSK-021": { id: "FLT-HSK-021", level: "MUST", actor: "reader", text: "MUST verify the signature over the bytes of the ID and the names as received, not over an encoding of its own.", observability: "wire", side: "reads", pairs: ["FLT-HSK-020"], chapter: "05-handshake.md", line: 35 },
  "FLT-HSK-022": { id: "FLT-HSK-022", level: "MUST", actor: "reader", text: "MUST close the connection when the signature does not verify.", observability: "wire", side: "reads", pairs: ["FLT-HSK-020"], chapter: "05-handshake.md", line: 36 },
  "FLT-HSK-023": { id: "FLT-HSK-023", level: "MUST", actor: "reader", text: "MUST treat a signature whose second half is, as a little-endian number, equal to or above the group order L as not verifying.", observability: "wire", side: "reads", pairs: ["FLT-HSK-026"], chapter: "05-handshake.md", line: 37 },
  "FLT-HSK-024": { id: "FLT-HSK-024", level: "MUST", actor: "reader", text: "MUST treat a signature as not verifying when the public key or its first half R is not the canonical encoding of a curve point.", observability: "wire", side: "reads", pairs: ["FLT-HSK-026"], chapter: "05-handshake.md", line: 38 },
  "FLT-HSK-025": { id: "FLT-HSK-025", level: "MUST", actor: "reader", text: "MUST treat a signature as not verifying when the public key or its first half R is a point of small order.", observability: "wire", side: "reads", pairs: ["FLT-HSK-026"], chapter: "05-handshake.md", line: 39 },
  "FLT-HSK-026": { id: "FLT-HSK-026", level: "MUST", actor: "writer", text: "MUST produce signatures as RFC 8032 section 5.1.6 does.", observability: "wire", side: "writes", pairs: ["FLT-HSK-022"], chapter: "05-handshake.md", line: 40 },
  "FLT-HSK-027": { id: "FLT-HSK-027", level: "MUST", actor: "reader", text: "MUST verify without the cofactor: compute S·B − k·A, where k is SHA-512(R ‖ A ‖ message) modulo L, and compare its encoding with R byte for byte.", observability: "wire", side: "reads", pairs: ["FLT-HSK-026"], chapter: "05-handshake.md", line: 41 },
  "FLT-HSK-028": { id: "FLT-HSK-028", level: "MUST", actor: "reader", text: "MUST accept a Handshake in which the same signed bytes are divided into names in another way than the signer divided them.", observability: "wire", side: "reads", pairs: ["FLT-HSK-020"], chapter: "05-handshake.md", line: 42 },
  "FLT-HSK-030": { id: "FLT-HSK-030", level: "MUST", actor: "node", text: "MUST refuse a peer that presents the node's own public key, by closing the connection.", observability: "wire", side: "reads", pairs: ["FLT-HSK-031"], chapter: "05-handshake.md", line: 52 },
  "FLT-HSK-031": { id: "FLT-HSK-031", level: "MUST NOT", actor: "node", text: "MUST NOT go on with a connection to itself.", observability: "wire", side: "writes", pairs: ["FLT-HSK-030"], chapter: "05-handshake.md", line: 53 },
  "FLT-HSK-032": { id: "FLT-HSK-032", level: "MUST", actor: "dialer", text: "MUST close the connection when it dialed a peer for a certain public key and the reply names another key or none.", observability: "wire", side: "reads", pairs: ["FLT-HSK-002"], chapter: "05-handshake.md", line: 54 },
  "FLT-HSK-033": { id: "FLT-HSK-033", level: "MUST", actor: "node", text: "MUST accept peers without an ID, as requesters and as responders.", observability: "wire", side: "reads", pairs: ["FLT-PKT-030"], chapter: "05-handshake.md", line: 55 },
  "FLT-HSK-034": { id: "FLT-HSK-034", level: "MUST", actor: "writer", text: "MUST announce in its ID an address and port at which it accepts connections, as far as it knows.", observability: "wire", side: "writes", pairs: ["FLT-DHT-006"], chapter: "05-handshake.md", line: 56 },
  "FLT-HSK-035": { id: "FLT-HSK-035", level: "MUST", actor: "node", text: "MUST accept a peer whose public key is already connected, up to `MAX_CONNECTIONS_PER_PEER` connections that the peer dialed.", observability: "wire", side: "reads", pairs: ["FLT-PRV-010"], chapter: "05-handshake.md", line: 57 },
  "FLT-HSK-040": { id: "FLT-HSK-040", level: "MUST", actor: "writer", text: "MUST list the service names it serves on the connection, each once.", observability: "wire", side: "writes", pairs: ["FLT-HSK-041"], chapter: "05-handshake.md", line: 66 },
  "FLT-HSK-041": { id: "FLT-HSK-041", level: "MUST", actor: "reader", text: "MUST accept names in any order and a name that is listed more than once.", observability: "wire", side: "reads", pairs: ["FLT-HSK-040"], chapter: "05-handshake.md", line: 67 },
  "FLT-HSK-042": { id: "FLT-HSK-042", level: "MUST NOT", actor: "writer", text: "MUST NOT offer a service whose name begins with `~`.", observability: "wire", side: "writes", pairs: ["FLT-HSK-043"], chapter: "05-handshake.md", line: 68 },
  "FLT-HSK-043": { id: "FLT-HSK-043", level: "MUST", actor: "reader", text: "MUST accept a Handshake with names that begin with `~` and not regard the peer as a provider of them.", observability: "wire", side: "reads", pairs: ["FLT-HSK-042"], chapter: "05-handshake.md", line: 69 },
  "FLT-HSK-044": { id: "FLT-HSK-044", level: "MUST", actor: "writer", text: "MUST refuse at start to host services whose Handshake, as a request with its opcode, does not fit one frame or whose count exceeds 255.", observability: "api", side: "writes", pairs: [], chapter: "05-handshake.md", line: 70 },
  "FLT-HSK-045": { id: "FLT-HSK-045", level: "MUST", actor: "reader", text: "MUST accept a Handshake with 255 names that fits one frame.", observability: "wire", side: "reads", pairs: ["FLT-HSK-040"], chapter: "05-handshake.md", line: 71 },
  "FLT-PKT-001": { id: "FLT-PKT-001", level: "MUST NOT", actor: "writer", text: "MUST NOT send an opcode that is not in this table or that the table does not give its side.", observability: "wire", side: "writes", pairs: ["FLT-RPC-017"], chapter: "04-packets.md", line: 17 },
  "FLT-PKT-002": { id: "FLT-PKT-002", level: "MUST", actor: "writer", text: "MUST end each body with the last byte of its packet.", observability: "wire", side: "writes", pairs: ["FLT-PKT-004"], chapter: "04-packets.md", line: 21 },
  "FLT-PKT-003": { id: "FLT-PKT-003", level: "MUST", actor: "reader", text: "MUST close the connection when a body is shorter than its layout demands.", observability: "wire", side: "reads", pairs: ["FLT-PKT-002"], chapter: "04-packets.md", line: 22 },
  "FLT-PKT-004": { id: "FLT-PKT-004", level: "MUST", actor: "reader", text: "MUST ignore bytes that follow the end of a packet within a body.", observability: "wire", side: "reads", pairs: ["FLT-PKT-002"], chapter: "04-packets.md", line: 23 },
  "FLT-PKT-005": { id: "FLT-PKT-005", level: "MUST NOT", actor: "reader", text: "MUST NOT reserve memory for a length or count before it has seen that the body holds as many bytes.", observability: "internal", side: "reads", pairs: ["FLT-PKT-002"], chapter: "04-packets.md", line: 24 },
  "FLT-PKT-010": { id: "FLT-PKT-010", level: "MUST", actor: "writer", text: "MUST write family 0 with 4 address bytes or family 1 with 16.", observability: "wire", side: "writes", pairs: ["FLT-PKT-011"], chapter: "04-packets.md", line: 49 },
  "FLT-PKT-011": { id: "FLT-PKT-011", level: "MUST", actor: "reader", text: "MUST treat an ID whose family is neither 0 nor 1 as malformed and close the connection.", observability: "wire", side: "reads", pairs: ["FLT-PKT-010"], chapter: "04-packets.md", line: 50 },
  "FLT-PKT-012": { id: "FLT-PKT-012", level: "MUST", actor: "reader", text: "MUST treat an address of the form `::ffff:a.b.c.d` with family 1 as the IPv4 address `a.b.c.d` whenever it compares or dials addresses.", observability: "wire", side: "reads", pairs: ["FLT-PKT-010"], chapter: "04-packets.md", line: 51 },
  "FLT-PKT-013": { id: "FLT-PKT-013", level: "MUST NOT", actor: "writer", text: "MUST NOT send an ID whose port is 0.", observability: "wire", side: "writes", pairs: ["FLT-PKT-014"], chapter: "04-packets.md", line: 52 },
  "FLT-PKT-014": { id: "FLT-PKT-014", level: "MUST", actor: "reader", text: "MUST accept an ID whose port is 0 as the identity of a peer that cannot be dialed.", observability: "wire", side: "reads", pairs: ["FLT-PKT-013"], chapter: "04-packets.md", line: 53 },
  "FLT-PKT-020": { id: "FLT-PKT-020", level: "MUST", actor: "writer", text: "MUST write each service name as 1 to 255 bytes of UTF-8.", observability: "wire", side: "writes", pairs: ["FLT-PKT-022"], chapter: "04-packets.md", line: 60 },
  "FLT-PKT-021": { id: "FLT-PKT-021", level: "MUST", actor: "writer", text: "MUST count the bytes of a name, not its characters.", observability: "wire", side: "writes", pairs: ["FLT-PKT-022"], chapter: "04-packets.md", line: 61 },
  "FLT-PKT-022": { id: "FLT-PKT-022", level: "MUST", actor: "reader", text: "MUST compare service names byte for byte.", observability: "wire", side: "reads", pairs: ["FLT-PKT-020"], chapter: "04-packets.md", line: 62 },
  "FLT-PKT-023": { id: "FLT-PKT-023", level: "MUST", actor: "reader", text: "MUST accept a list of names with an empty name in it, which names no service.", observability: "wire", side: "reads", pairs: ["FLT-PKT-020"], chapter: "04-packets.md", line: 63 },
  "FLT-PKT-030": { id: "FLT-PKT-030", level: "MUST", actor: "writer", text: "MUST write has-ID as 1 with an ID and a signature, or as 0 with neither.", observability: "wire", side: "writes", pairs: ["FLT-PKT-031"], chapter: "04-packets.md", line: 89 },
  "FLT-PKT-031": { id: "FLT-PKT-031", level: "MUST", actor: "reader", text: "MUST close the connection when has-ID is neither 0 nor 1.", observability: "wire", side: "reads", pairs: ["FLT-PKT-030"], chapter: "04-packets.md", line: 90 },
  "FLT-PKT-032": { id: "FLT-PKT-032", level: "MUST", actor: "reader", text: "MUST close the connection when a service name in a Handshake is not valid UTF-8.", observability: "wire", side: "reads", pairs: ["FLT-PKT-020"], chapter: "04-packets.md", line: 91 },
  "FLT-PKT-040": { id: "FLT-PKT-040", level: "MUST", actor: "requester", text: "MUST write at least one service name.", observability: "wire", side: "writes", pairs: ["FLT-PKT-042"], chapter: "04-packets.md", line: 116 },
  "FLT-PKT-041": { id: "FLT-PKT-041", level: "MUST", actor: "requester", text: "MUST refuse a call whose names and headers do not fit one frame, with an error to its caller and without sending any part of it.", observability: "api", side: "writes", pairs: [], chapter: "04-packets.md", line: 117 },
  "FLT-PKT-042": { id: "FLT-PKT-042", level: "MUST", actor: "responder", text: "MUST treat a ServiceRequest without any name as one for a service it does not host.", observability: "wire", side: "reads", pairs: ["FLT-PKT-040"], chapter: "04-packets.md", line: 118 },
  "FLT-PKT-043": { id: "FLT-PKT-043", level: "MUST", actor: "responder", text: "MUST treat a name that is not valid UTF-8 as one for a service it does not host.", observability: "wire", side: "reads", pairs: ["FLT-PKT-020"], chapter: "04-packets.md", line: 119 },
  "FLT-PKT-050": { id: "FLT-PKT-050", level: "MUST", actor: "responder", text: "MUST write handled as 1 when it serves the request and as 0 when it does not.", observability: "wire", side: "writes", pairs: ["FLT-PKT-051"], chapter: "04-packets.md", line: 143 },
  "FLT-PKT-051": { id: "FLT-PKT-051", level: "MUST", actor: "requester", text: "MUST close the connection when handled is neither 0 nor 1.", observability: "wire", side: "reads", pairs: ["FLT-PKT-050"], chapter: "04-packets.md", line: 144 },
  "FLT-PKT-060": { id: "FLT-PKT-060", level: "MUST NOT", actor: "writer", text: "MUST NOT send more than `MAX_DATA_LENGTH` bytes in one Data packet.", observability: "wire", side: "writes", pairs: ["FLT-PKT-061"], chapter: "04-packets.md", line: 166 },
  "FLT-PKT-061": { id: "FLT-PKT-061", level: "MUST", actor: "reader", text: "MUST close the connection when the length of a Data packet exceeds `MAX_DATA_LENGTH`.", observability: "wire", side: "reads", pairs: ["FLT-PKT-060"], chapter: "04-packets.md", line: 167 },
  "FLT-PKT-062": { id: "FLT-PKT-062", level: "MUST", actor: "reader", text: "MUST accept Data of every length from 0 to `MAX_DATA_LENGTH`.", observability: "wire", side: "reads", pairs: ["FLT-PKT-060"], chapter: "04-packets.md", line: 168 },
  "FLT-PKT-063": { id: "FLT-PKT-063", level: "MUST NOT", actor: "reader", text: "MUST NOT treat a Data packet that is cut short as Data with fewer bytes.", observability: "wire", side: "reads", pairs: ["FLT-PKT-002"], chapter: "04-packets.md", line: 169 },
  "FLT-PKT-070": { id: "FLT-PKT-070", level: "MUST NOT", actor: "writer", text: "MUST NOT put more than `BUCKET_SIZE` IDs into a FindNodeResponse.", observability: "wire", side: "writes", pairs: ["FLT-PKT-071"], chapter: "04-packets.md", line: 203 },
  "FLT-PKT-071": { id: "FLT-PKT-071", level: "MUST", actor: "reader", text: "MUST read all IDs of a FindNodeResponse and use the first `BUCKET_SIZE` of them.", observability: "wire", side: "reads", pairs: ["FLT-PKT-070"], chapter: "04-packets.md", line: 204 },
  "FLT-PRV-001": { id: "FLT-PRV-001", level: "MUST", actor: "requester", text: "MUST send a ServiceRequest only to peers that listed at least one of the names in their latest Handshake.", observability: "wire", side: "writes", pairs: ["FLT-HSK-012"], chapter: "08-providers.md", line: 7 },
  "FLT-PRV-002": { id: "FLT-PRV-002", level: "MUST", actor: "requester", text: "MUST report a call for which it finds no provider as an error.", observability: "api", side: "writes", pairs: [], chapter: "08-providers.md", line: 8 },
  "FLT-PRV-003": { id: "FLT-PRV-003", level: "MUST", actor: "requester", text: "MUST refuse to call a name that begins with `~`.", observability: "api", side: "writes", pairs: [], chapter: "08-providers.md", line: 9 },
  "FLT-PRV-004": { id: "FLT-PRV-004", level: "SHOULD", actor: "requester", text: "SHOULD spread calls over all providers of a service.", observability: "wire", side: "writes", pairs: [], chapter: "08-providers.md", line: 10 },
  "FLT-PRV-005": { id: "FLT-PRV-005", level: "MUST", actor: "requester", text: "MUST try the next provider, or the same one over another connection, after handled 0, while the request body can still be sent from its beginning.", observability: "wire", side: "writes", pairs: ["FLT-STR-025"], chapter: "08-providers.md", line: 11 },
  "FLT-PRV-006": { id: "FLT-PRV-006", level: "SHOULD", actor: "requester", text: "SHOULD, when no connected peer provides a service, look up random keys and connect to the peers it learns of before it reports that there is no provider.", observability: "wire", side: "writes", pairs: [], chapter: "08-providers.md", line: 12 },
  "FLT-PRV-007": { id: "FLT-PRV-007", level: "MUST NOT", actor: "requester", text: "MUST NOT repeat a call on another provider once any byte of its request may have reached one, unless that one answered with handled 0.", observability: "wire", side: "writes", pairs: [], chapter: "08-providers.md", line: 13 },
  "FLT-PRV-008": { id: "FLT-PRV-008", level: "SHOULD NOT", actor: "anonymous node", text: "SHOULD NOT call services of a peer known to be a Go original, which dies of a request from a peer without an ID.", observability: "api", side: "writes", pairs: [], chapter: "08-providers.md", line: 14 },
  "FLT-PRV-009": { id: "FLT-PRV-009", level: "SHOULD", actor: "requester", text: "SHOULD send no request to a peer that has answered one with handled 0 within the last `REFUSAL_MEMORY_MS` while another provider has not been asked.", observability: "wire", side: "writes", pairs: [], chapter: "08-providers.md", line: 15 },
  "FLT-PRV-010": { id: "FLT-PRV-010", level: "MUST NOT", actor: "node", text: "MUST NOT hold more than `MAX_CONNECTIONS_PER_PEER` connections it dialed to one public key at a time.", observability: "wire", side: "writes", pairs: ["FLT-HSK-035"], chapter: "08-providers.md", line: 26 },
  "FLT-PRV-011": { id: "FLT-PRV-011", level: "SHOULD", actor: "node", text: "SHOULD use one connection per peer while that is neither retired nor stalled nor busy to its limit of streams.", observability: "wire", side: "writes", pairs: ["FLT-HSK-035"], chapter: "08-providers.md", line: 27 },
  "FLT-PRV-012": { id: "FLT-PRV-012", level: "MUST", actor: "node", text: "MUST open a new connection for new calls to a peer it can dial when its connection to that peer is retired.", observability: "wire", side: "writes", pairs: ["FLT-HSK-035"], chapter: "08-providers.md", line: 28 },
  "FLT-PRV-013": { id: "FLT-PRV-013", level: "SHOULD", actor: "node", text: "SHOULD, when two keyed nodes have dialed each other at the same time, use the connection dialed by the node with the smaller public key for new streams and leave the other open.", observability: "wire", side: "writes", pairs: [], chapter: "08-providers.md", line: 29 },
  "FLT-PRV-020": { id: "FLT-PRV-020", level: "MUST", actor: "node", text: "MUST try to reconnect to a bootstrap address, and to a peer it dialed, when the last connection to it is lost while the node runs, unless its user has turned that off.", observability: "wire", side: "writes", pairs: ["FLT-HSK-002"], chapter: "08-providers.md", line: 40 },
  "FLT-PRV-021": { id: "FLT-PRV-021", level: "MUST", actor: "node", text: "MUST wait at least `RECONNECT_DELAY_MIN_MS`, give or take a tenth, before it reconnects and between two attempts.", observability: "wire", side: "writes", pairs: [], chapter: "08-providers.md", line: 41 },
  "FLT-PRV-022": { id: "FLT-PRV-022", level: "MUST", actor: "node", text: "MUST wait at most `RECONNECT_DELAY_MAX_MS`, give or take a tenth, between two attempts.", observability: "wire", side: "writes", pairs: [], chapter: "08-providers.md", line: 42 },
  "FLT-PRV-023": { id: "FLT-PRV-023", level: "MUST", actor: "node", text: "MUST make at least `RECONNECT_ATTEMPTS` attempts before it gives up, unless its user asks for fewer.", observability: "wire", side: "writes", pairs: [], chapter: "08-providers.md", line: 43 },
  "FLT-PRV-024": { id: "FLT-PRV-024", level: "SHOULD", actor: "node", text: "SHOULD vary its waits at random.", observability: "internal", side: "writes", pairs: [], chapter: "08-providers.md", line: 44 },
  "FLT-PRV-025": { id: "FLT-PRV-025", level: "SHOULD", actor: "node", text: "SHOULD try bootstrap addresses for ever.", observability: "wire", side: "writes", pairs: [], untestable: "for ever cannot be waited for", chapter: "08-providers.md", line: 45 },
  "FLT-PRV-026": { id: "FLT-PRV-026", level: "MUST", actor: "node", text: "MUST do a full key exchange and Handshake on each new connection.", observability: "wire", side: "writes", pairs: ["FLT-HSK-002"], chapter: "08-providers.md", line: 46 },
  "FLT-PRV-027": { id: "FLT-PRV-027", level: "MUST", actor: "node", text: "MUST fail each call whose connection is lost, at once.", observability: "wire", side: "reads", pairs: ["FLT-STR-018"], chapter: "08-providers.md", line: 47 },
  "FLT-PRV-030": { id: "FLT-PRV-030", level: "MUST", actor: "node", text: "MUST stop accepting connections when it begins to shut down.", observability: "wire", side: "writes", pairs: [], chapter: "08-providers.md", line: 54 },
  "FLT-PRV-031": { id: "FLT-PRV-031", level: "MUST", actor: "node", text: "MUST answer new ServiceRequests with handled 0 while it shuts down.", observability: "wire", side: "writes", pairs: ["FLT-PRV-005"], chapter: "08-providers.md", line: 55 },
  "FLT-PRV-032": { id: "FLT-PRV-032", level: "MUST", actor: "node", text: "MUST finish the streams that run when it begins to shut down, up to a time its user sets.", observability: "wire", side: "writes", pairs: ["FLT-STR-018"], chapter: "08-providers.md", line: 56 },
  "FLT-PRV-033": { id: "FLT-PRV-033", level: "MUST", actor: "node", text: "MUST close all connections at the end of its shutdown.", observability: "wire", side: "writes", pairs: ["FLT-STR-018"], chapter: "08-providers.md", line: 57 },
  "FLT-PRV-034": { id: "FLT-PRV-034", level: "MUST NOT", actor: "node", text: "MUST NOT reconnect once it has begun to shut down.", observability: "wire", side: "writes", pairs: [], chapter: "08-providers.md", line: 58 },
  "FLT-PRV-035": { id: "FLT-PRV-035", level: "SHOULD", actor: "node", text: "SHOULD, when nothing runs any more, keep its connections until no ServiceRequest has come for `DRAIN_QUIET_MS`, within the time its user sets.", observability: "wire", side: "writes", pairs: [], chapter: "08-providers.md", line: 59 },
  "FLT-REG-001": { id: "FLT-REG-001", level: "MUST NOT", actor: "writer", text: "MUST NOT use an opcode, a reserved service name or a reserved header key for a purpose of its own.", observability: "api", side: "writes", pairs: [], chapter: "92-registry.md", line: 17 },
  "FLT-REG-002": { id: "FLT-REG-002", level: "MUST", actor: "node", text: "MUST use the values of this table wherever a requirement names one, unless the requirement gives it as a lower or an upper bound.", observability: "internal", side: "writes", pairs: [], chapter: "92-registry.md", line: 64 },
  "FLT-RPC-001": { id: "FLT-RPC-001", level: "MUST", actor: "writer", text: "MUST begin each plaintext with the `u32` sequence number.", observability: "wire", side: "writes", pairs: ["FLT-RPC-010"], chapter: "03-rpc.md", line: 17 },
  "FLT-RPC-002": { id: "FLT-RPC-002", level: "MUST", actor: "dialer", text: "MUST number its requests with odd numbers.", observability: "wire", side: "writes", pairs: ["FLT-RPC-012"], chapter: "03-rpc.md", line: 18 },
  "FLT-RPC-003": { id: "FLT-RPC-003", level: "MUST", actor: "listener", text: "MUST number its requests with even numbers other than 0.", observability: "wire", side: "writes", pairs: ["FLT-RPC-012"], chapter: "03-rpc.md", line: 19 },
  "FLT-RPC-004": { id: "FLT-RPC-004", level: "MUST NOT", actor: "node", text: "MUST NOT give a request the number of another request of its own that still waits for its reply on the same connection.", observability: "wire", side: "writes", pairs: ["FLT-RPC-010"], chapter: "03-rpc.md", line: 20 },
  "FLT-RPC-005": { id: "FLT-RPC-005", level: "MUST", actor: "node", text: "MUST send Handshake and FindNodeRequest with a sequence number other than 0.", observability: "wire", side: "writes", pairs: ["FLT-RPC-015"], chapter: "03-rpc.md", line: 21 },
  "FLT-RPC-006": { id: "FLT-RPC-006", level: "MUST", actor: "node", text: "MUST send ServiceRequest, ServiceResponse and Data with the sequence number 0.", observability: "wire", side: "writes", pairs: ["FLT-RPC-014"], chapter: "03-rpc.md", line: 22 },
  "FLT-RPC-007": { id: "FLT-RPC-007", level: "MUST", actor: "node", text: "MUST answer a Handshake or a FindNodeRequest with one message that carries the request's sequence number.", observability: "wire", side: "writes", pairs: ["FLT-RPC-010"], chapter: "03-rpc.md", line: 23 },
  "FLT-RPC-008": { id: "FLT-RPC-008", level: "MUST", actor: "node", text: "MUST leave out the opcode in a reply, so that its body begins with the packet itself.", observability: "wire", side: "writes", pairs: ["FLT-RPC-010"], chapter: "03-rpc.md", line: 24 },
  "FLT-RPC-009": { id: "FLT-RPC-009", level: "MUST NOT", actor: "node", text: "MUST NOT answer one request more than once.", observability: "wire", side: "writes", pairs: ["FLT-RPC-011"], chapter: "03-rpc.md", line: 25 },
  "FLT-RPC-010": { id: "FLT-RPC-010", level: "MUST", actor: "node", text: "MUST take a message whose number is that of one of its pending requests as the reply to it.", observability: "wire", side: "reads", pairs: ["FLT-RPC-007"], chapter: "03-rpc.md", line: 35 },
  "FLT-RPC-011": { id: "FLT-RPC-011", level: "MUST", actor: "node", text: "MUST ignore a message whose number is of its own parity and not that of a pending request.", observability: "wire", side: "reads", pairs: ["FLT-RPC-009"], chapter: "03-rpc.md", line: 36 },
  "FLT-RPC-012": { id: "FLT-RPC-012", level: "MUST", actor: "node", text: "MUST take a message whose number is 0 or of the peer's parity as a request or one-way message whose body begins with an opcode.", observability: "wire", side: "reads", pairs: ["FLT-RPC-002"], chapter: "03-rpc.md", line: 37 },
  "FLT-RPC-013": { id: "FLT-RPC-013", level: "MUST", actor: "node", text: "MUST accept replies in an order other than that of the requests.", observability: "wire", side: "reads", pairs: ["FLT-RPC-007"], chapter: "03-rpc.md", line: 38 },
  "FLT-RPC-014": { id: "FLT-RPC-014", level: "MUST", actor: "node", text: "MUST act on a ServiceRequest, a ServiceResponse or Data with a number of the peer's parity as it does with the number 0.", observability: "wire", side: "reads", pairs: ["FLT-RPC-006"], chapter: "03-rpc.md", line: 39 },
  "FLT-RPC-015": { id: "FLT-RPC-015", level: "MUST", actor: "node", text: "MUST close the connection on a Handshake or FindNodeRequest with the sequence number 0.", observability: "wire", side: "reads", pairs: ["FLT-RPC-005"], chapter: "03-rpc.md", line: 40 },
  "FLT-RPC-016": { id: "FLT-RPC-016", level: "MUST", actor: "node", text: "MUST close the connection on a request or one-way message with an empty body.", observability: "wire", side: "reads", pairs: ["FLT-RPC-012"], chapter: "03-rpc.md", line: 41 },
  "FLT-RPC-017": { id: "FLT-RPC-017", level: "MUST", actor: "node", text: "MUST close the connection on an opcode that chapter 92 does not list for the wire.", observability: "wire", side: "reads", pairs: ["FLT-PKT-001"], chapter: "03-rpc.md", line: 42 },
  "FLT-RPC-018": { id: "FLT-RPC-018", level: "MUST", actor: "node", text: "MUST answer a request whose sequence number was used before on the connection as it answers any other.", observability: "wire", side: "reads", pairs: ["FLT-RPC-004"], chapter: "03-rpc.md", line: 43 },
  "FLT-RPC-019": { id: "FLT-RPC-019", level: "MUST", actor: "node", text: "MUST accept every number of the peer's parity up to the largest `u32`, in any order.", observability: "wire", side: "reads", pairs: ["FLT-RPC-002"], chapter: "03-rpc.md", line: 44 },
  "FLT-RPC-020": { id: "FLT-RPC-020", level: "MUST", actor: "node", text: "MUST treat a request without a reply within `REQUEST_TIMEOUT_MS` as failed.", observability: "wire", side: "reads", pairs: ["FLT-RPC-007"], chapter: "03-rpc.md", line: 45 },
  "FLT-RPC-021": { id: "FLT-RPC-021", level: "MUST", actor: "node", text: "MUST close the connection when a reply is malformed for the request it answers.", observability: "wire", side: "reads", pairs: ["FLT-RPC-007"], chapter: "03-rpc.md", line: 46 },
  "FLT-RPC-022": { id: "FLT-RPC-022", level: "MUST", actor: "node", text: "MUST answer each of several requests that arrive before the first is answered.", observability: "wire", side: "reads", pairs: ["FLT-RPC-007"], chapter: "03-rpc.md", line: 47 },
  "FLT-SEC-001": { id: "FLT-SEC-001", level: "MUST NOT", actor: "node", text: "MUST NOT take the identity in a Handshake as proof of who the peer is.", observability: "api", side: "reads", pairs: [], chapter: "90-security.md", line: 61 },
  "FLT-SEC-002": { id: "FLT-SEC-002", level: "MUST", actor: "node", text: "MUST draw ephemeral keys from a cryptographic random source.", observability: "internal", side: "writes", pairs: [], chapter: "90-security.md", line: 62 },
  "FLT-SEC-003": { id: "FLT-SEC-003", level: "MUST", actor: "node", text: "MUST keep its Ed25519 secret key out of logs, errors and messages.", observability: "api", side: "writes", pairs: [], chapter: "90-security.md", line: 63 },
  "FLT-SEC-004": { id: "FLT-SEC-004", level: "SHOULD", actor: "node", text: "SHOULD offer its user a list of public keys to which connections are restricted.", observability: "api", side: "reads", pairs: [], chapter: "90-security.md", line: 64 },
  "FLT-SEC-005": { id: "FLT-SEC-005", level: "SHOULD", actor: "node", text: "SHOULD run over a network that is itself authenticated (a private network, a tunnel) where the peers or the path are not trusted.", observability: "api", side: "reads", pairs: [], chapter: "90-security.md", line: 65 },
  "FLT-SEC-006": { id: "FLT-SEC-006", level: "SHOULD", actor: "node", text: "SHOULD erase the session key and the ephemeral private key when the connection closes.", observability: "internal", side: "writes", pairs: [], chapter: "90-security.md", line: 66 },
  "FLT-SEC-007": { id: "FLT-SEC-007", level: "MUST", actor: "node", text: "MUST bound the connections it accepts from all peers together, at `MIN_CONNECTIONS` or above.", observability: "internal", side: "reads", pairs: [], chapter: "90-security.md", line: 67 },
  "FLT-SEC-008": { id: "FLT-SEC-008", level: "MUST", actor: "node", text: "MUST give every call it makes a limit in time.", observability: "api", side: "reads", pairs: [], chapter: "90-security.md", line: 68 },
  "FLT-SEC-009": { id: "FLT-SEC-009", level: "SHOULD", actor: "node", text: "SHOULD, where FLT-SEC-007 leaves no place for a new connection, close the one that has waited longest for its peer's Handshake, and refuse the new one only when there is none.", observability: "internal", side: "reads", pairs: [], chapter: "90-security.md", line: 69 },
  "FLT-SES-001": { id: "FLT-SES-001", level: "MUST", actor: "dialer", text: "MUST send its 32-byte ephemeral X25519 public key, unframed, as the first bytes of the connection.", observability: "wire", side: "writes", pairs: ["FLT-SES-004"], chapter: "02-session.md", line: 10 },
  "FLT-SES-002": { id: "FLT-SES-002", level: "MUST NOT", actor: "listener", text: "MUST NOT send any byte before it has read the 32 bytes of the dialer's public key.", observability: "wire", side: "writes", pairs: ["FLT-SES-005"], chapter: "02-session.md", line: 11 },
  "FLT-SES-003": { id: "FLT-SES-003", level: "MUST", actor: "listener", text: "MUST send its own 32-byte ephemeral X25519 public key, unframed, as its first bytes once it has read a dialer's key with which the shared secret is not all zero.", observability: "wire", side: "writes", pairs: ["FLT-SES-005"], chapter: "02-session.md", line: 12 },
  "FLT-SES-004": { id: "FLT-SES-004", level: "MUST", actor: "listener", text: "MUST accept the dialer's public key in whatever TCP segments its 32 bytes arrive.", observability: "wire", side: "reads", pairs: ["FLT-SES-001"], chapter: "02-session.md", line: 13 },
  "FLT-SES-005": { id: "FLT-SES-005", level: "MUST", actor: "dialer", text: "MUST take exactly the first 32 bytes from the listener as its public key and every byte after them as frames, in whatever TCP segments they arrive.", observability: "wire", side: "reads", pairs: ["FLT-SES-003"], chapter: "02-session.md", line: 14 },
  "FLT-SES-006": { id: "FLT-SES-006", level: "MUST", actor: "node", text: "MUST use a new ephemeral key pair for every connection.", observability: "wire", side: "writes", pairs: [], chapter: "02-session.md", line: 15 },
  "FLT-SES-007": { id: "FLT-SES-007", level: "MUST", actor: "node", text: "MUST compute X25519 as RFC 7748 does, which clears the most significant bit of the received key and accepts values of 2^255 − 19 and above.", observability: "wire", side: "reads", pairs: ["FLT-SES-001"], chapter: "02-session.md", line: 16 },
  "FLT-SES-008": { id: "FLT-SES-008", level: "MUST", actor: "node", text: "MUST close the connection when the result of X25519 is all zero.", observability: "wire", side: "reads", pairs: ["FLT-SES-001"], chapter: "02-session.md", line: 17 },
  "FLT-SES-009": { id: "FLT-SES-009", level: "MUST", actor: "dialer", text: "MUST close the connection when the listener's public key equals its own.", observability: "wire", side: "reads", pairs: ["FLT-SES-003"], chapter: "02-session.md", line: 18 },
  "FLT-SES-010": { id: "FLT-SES-010", level: "MUST", actor: "node", text: "MUST use BLAKE2b with a 32-byte digest over the 32-byte result of X25519, without key, salt or personalisation, as the session key for both directions.", observability: "wire", side: "writes", pairs: ["FLT-SES-007"], chapter: "02-session.md", line: 19 },
  "FLT-SES-011": { id: "FLT-SES-011", level: "MUST", actor: "node", text: "MUST close a connection whose key exchange is not complete within `KEY_EXCHANGE_TIMEOUT_MS` after the TCP connection was established.", observability: "wire", side: "reads", pairs: ["FLT-SES-001"], chapter: "02-session.md", line: 20 },
  "FLT-SES-012": { id: "FLT-SES-012", level: "MUST NOT", actor: "node", text: "MUST NOT close a connection for slowness while its key exchange completes within `KEY_EXCHANGE_GRACE_MS`.", observability: "wire", side: "reads", pairs: ["FLT-SES-001"], chapter: "02-session.md", line: 21 },
  "FLT-SES-020": { id: "FLT-SES-020", level: "MUST", actor: "writer", text: "MUST send each message as one frame whose length field counts the ciphertext and its 16-byte tag.", observability: "wire", side: "writes", pairs: ["FLT-SES-022"], chapter: "02-session.md", line: 45 },
  "FLT-SES-021": { id: "FLT-SES-021", level: "MUST NOT", actor: "writer", text: "MUST NOT send a frame whose length exceeds `MAX_FRAME_LENGTH`.", observability: "wire", side: "writes", pairs: ["FLT-SES-023"], chapter: "02-session.md", line: 46 },
  "FLT-SES-022": { id: "FLT-SES-022", level: "MUST", actor: "reader", text: "MUST accept every frame whose length is from `MIN_FRAME_LENGTH` to `MAX_FRAME_LENGTH`, both included.", observability: "wire", side: "reads", pairs: ["FLT-SES-020"], chapter: "02-session.md", line: 47 },
  "FLT-SES-023": { id: "FLT-SES-023", level: "MUST", actor: "reader", text: "MUST close the connection when a length exceeds `MAX_FRAME_LENGTH`, without waiting for the bytes it announces.", observability: "wire", side: "reads", pairs: ["FLT-SES-021"], chapter: "02-session.md", line: 48 },
  "FLT-SES-024": { id: "FLT-SES-024", level: "MUST", actor: "reader", text: "MUST close the connection when a length is below `MIN_FRAME_LENGTH`, without waiting for further bytes.", observability: "wire", side: "reads", pairs: ["FLT-SES-020"], chapter: "02-session.md", line: 49 },
  "FLT-SES-025": { id: "FLT-SES-025", level: "MUST", actor: "reader", text: "MUST accept frames in whatever TCP segments their bytes arrive, down to one byte each.", observability: "wire", side: "reads", pairs: ["FLT-SES-020"], chapter: "02-session.md", line: 50 },
  "FLT-SES-026": { id: "FLT-SES-026", level: "MUST", actor: "reader", text: "MUST accept any number of frames in one TCP segment and act on them in order.", observability: "wire", side: "reads", pairs: ["FLT-SES-020"], chapter: "02-session.md", line: 51 },
  "FLT-SES-030": { id: "FLT-SES-030", level: "MUST", actor: "writer", text: "MUST seal with AES-256-GCM under the session key, with no associated data, and append the 16-byte tag to the ciphertext.", observability: "wire", side: "writes", pairs: ["FLT-SES-034"], chapter: "02-session.md", line: 59 },
  "FLT-SES-031": { id: "FLT-SES-031", level: "MUST", actor: "writer", text: "MUST form the nonce from the `u64` frame counter followed by four zero bytes.", observability: "wire", side: "writes", pairs: ["FLT-SES-034"], chapter: "02-session.md", line: 60 },
  "FLT-SES-032": { id: "FLT-SES-032", level: "MUST", actor: "writer", text: "MUST start the frame counter of its direction at 0 and add 1 for each frame it sends.", observability: "wire", side: "writes", pairs: ["FLT-SES-035"], chapter: "02-session.md", line: 61 },
  "FLT-SES-033": { id: "FLT-SES-033", level: "MUST NOT", actor: "writer", text: "MUST NOT seal two frames with one counter value.", observability: "wire", side: "writes", pairs: ["FLT-SES-035"], chapter: "02-session.md", line: 62 },
  "FLT-SES-034": { id: "FLT-SES-034", level: "MUST", actor: "reader", text: "MUST close the connection when a frame's tag does not verify.", observability: "wire", side: "reads", pairs: ["FLT-SES-030"], chapter: "02-session.md", line: 63 },
  "FLT-SES-035": { id: "FLT-SES-035", level: "MUST", actor: "reader", text: "MUST count the frames it reads from 0 on its own and open each with the nonce of that count.", observability: "wire", side: "reads", pairs: ["FLT-SES-032"], chapter: "02-session.md", line: 64 },
  "FLT-SES-036": { id: "FLT-SES-036", level: "MUST NOT", actor: "reader", text: "MUST NOT act on any part of a frame whose tag does not verify.", observability: "wire", side: "reads", pairs: ["FLT-SES-030"], chapter: "02-session.md", line: 65 },
  "FLT-SES-040": { id: "FLT-SES-040", level: "MUST", actor: "reader", text: "MUST close the connection when the peer's bytes end in the middle of a key or a frame.", observability: "wire", side: "reads", pairs: ["FLT-SES-020"], chapter: "02-session.md", line: 71 },
  "FLT-SES-041": { id: "FLT-SES-041", level: "MUST", actor: "node", text: "MUST close the connection when the peer has closed its writing side.", observability: "wire", side: "reads", pairs: [], chapter: "02-session.md", line: 72 },
  "FLT-SES-042": { id: "FLT-SES-042", level: "MUST NOT", actor: "reader", text: "MUST NOT act on bytes that follow the bytes for which it closes the connection, even when both came in one segment.", observability: "wire", side: "reads", pairs: ["FLT-SES-020"], chapter: "02-session.md", line: 73 },
  "FLT-SES-043": { id: "FLT-SES-043", level: "SHOULD", actor: "writer", text: "SHOULD disable the delay of small segments (`TCP_NODELAY`).", observability: "internal", side: "writes", pairs: [], chapter: "02-session.md", line: 74 },
  "FLT-SES-044": { id: "FLT-SES-044", level: "MUST", actor: "writer", text: "MUST close a connection on which bytes wait to be sent and none could be sent for `STALL_TIMEOUT_MS`.", observability: "wire", side: "writes", pairs: [], untestable: "it takes thirty seconds of a peer that does not read, so the node's own tests hold it under a virtual clock", chapter: "02-session.md", line: 75 },
  "FLT-SES-045": { id: "FLT-SES-045", level: "MUST", actor: "node", text: "MUST go on serving its other connections while one peer sends nothing, stops in the middle of a frame, or does not read.", observability: "wire", side: "reads", pairs: [], chapter: "02-session.md", line: 76 },
  "FLT-SES-046": { id: "FLT-SES-046", level: "MUST", actor: "node", text: "MUST bound the bytes of Handshake replies, FindNodeResponses and refusals it holds for a peer that does not read them, by reading nothing more from that peer while more of them wait than its bound.", observability: "wire", side: "reads", pairs: ["FLT-SES-045"], chapter: "02-session.md", line: 77 },
  "FLT-SES-047": { id: "FLT-SES-047", level: "MUST", actor: "listener", text: "MUST serve at least `MIN_CONNECTIONS` connections at a time.", observability: "wire", side: "reads", pairs: [], chapter: "02-session.md", line: 78 },
  "FLT-SES-048": { id: "FLT-SES-048", level: "MUST", actor: "listener", text: "MUST go on accepting connections when a connection is reset, before, in or after its key exchange.", observability: "wire", side: "reads", pairs: [], chapter: "02-session.md", line: 79 },
  "FLT-STR-001": { id: "FLT-STR-001", level: "MUST", actor: "requester", text: "MUST give a new stream a number that no unfinished stream of the connection has, whichever side opened that one.", observability: "wire", side: "writes", pairs: ["FLT-STR-004"], chapter: "06-streams.md", line: 16 },
  "FLT-STR-002": { id: "FLT-STR-002", level: "SHOULD", actor: "requester", text: "SHOULD number its streams from `STREAM_NUMBER_BASE` upwards, with odd numbers as the dialer and even numbers as the listener, starting again at `STREAM_NUMBER_BASE` after the largest `u32`.", observability: "wire", side: "writes", pairs: ["FLT-STR-003"], chapter: "06-streams.md", line: 17 },
  "FLT-STR-003": { id: "FLT-STR-003", level: "MUST", actor: "responder", text: "MUST accept every stream number that no unfinished stream of the connection has, of either parity.", observability: "wire", side: "reads", pairs: ["FLT-STR-001"], chapter: "06-streams.md", line: 18 },
  "FLT-STR-004": { id: "FLT-STR-004", level: "MUST", actor: "responder", text: "MUST close the connection on a ServiceRequest whose number is that of an unfinished stream.", observability: "wire", side: "reads", pairs: ["FLT-STR-001"], chapter: "06-streams.md", line: 19 },
  "FLT-STR-005": { id: "FLT-STR-005", level: "MUST", actor: "responder", text: "MUST accept the number of a finished stream for a new one.", observability: "wire", side: "reads", pairs: ["FLT-STR-001"], chapter: "06-streams.md", line: 20 },
  "FLT-STR-010": { id: "FLT-STR-010", level: "MUST", actor: "requester", text: "MUST send the ServiceRequest of a stream before any Data of it.", observability: "wire", side: "writes", pairs: ["FLT-STR-030"], chapter: "06-streams.md", line: 29 },
  "FLT-STR-011": { id: "FLT-STR-011", level: "MUST", actor: "requester", text: "MUST end a complete request body, an empty one too, with one `Data(0)`.", observability: "wire", side: "writes", pairs: ["FLT-STR-031"], chapter: "06-streams.md", line: 30 },
  "FLT-STR-012": { id: "FLT-STR-012", level: "MUST NOT", actor: "requester", text: "MUST NOT send Data on a stream whose request half it has ended.", observability: "wire", side: "writes", pairs: ["FLT-STR-032"], chapter: "06-streams.md", line: 31 },
  "FLT-STR-013": { id: "FLT-STR-013", level: "MUST", actor: "requester", text: "MUST accept a ServiceResponse and response Data while its request body is unfinished.", observability: "wire", side: "reads", pairs: ["FLT-STR-022"], chapter: "06-streams.md", line: 32 },
  "FLT-STR-014": { id: "FLT-STR-014", level: "MUST", actor: "requester", text: "MUST read on from the connection while it sends a request body.", observability: "wire", side: "reads", pairs: ["FLT-STR-022"], chapter: "06-streams.md", line: 33 },
  "FLT-STR-015": { id: "FLT-STR-015", level: "MUST", actor: "requester", text: "MUST send no further body bytes, and end the request half with `Data(0)`, after it has read a ServiceResponse with handled 0.", observability: "wire", side: "writes", pairs: ["FLT-STR-034"], chapter: "06-streams.md", line: 34 },
  "FLT-STR-016": { id: "FLT-STR-016", level: "MUST", actor: "requester", text: "MUST fail a call to which no ServiceResponse came within `RESPONSE_TIMEOUT_MS` after the last byte of the request that was sent so far.", observability: "wire", side: "reads", pairs: ["FLT-STR-020"], untestable: "it takes thirty seconds of silence, so the node's own tests hold it under a virtual clock", chapter: "06-streams.md", line: 35 },
  "FLT-STR-017": { id: "FLT-STR-017", level: "MUST", actor: "requester", text: "MUST fail a call whose response body is unfinished and brought no byte for `STALL_TIMEOUT_MS` in which the requester was ready to read and sent nothing on the stream.", observability: "wire", side: "reads", pairs: ["FLT-STR-024"], untestable: "it takes thirty seconds of silence, so the node's own tests hold it under a virtual clock", chapter: "06-streams.md", line: 36 },
  "FLT-STR-018": { id: "FLT-STR-018", level: "MUST", actor: "requester", text: "MUST report a call whose connection closed before the response ended as an error, and never as a response that ended.", observability: "wire", side: "reads", pairs: ["FLT-STR-024"], chapter: "06-streams.md", line: 37 },
  "FLT-STR-020": { id: "FLT-STR-020", level: "MUST", actor: "responder", text: "MUST answer each ServiceRequest with one ServiceResponse that carries its stream number.", observability: "wire", side: "writes", pairs: ["FLT-STR-040"], chapter: "06-streams.md", line: 47 },
  "FLT-STR-021": { id: "FLT-STR-021", level: "MUST", actor: "responder", text: "MUST serve the first name of the request, in the order of the request, that it hosts.", observability: "wire", side: "reads", pairs: ["FLT-PKT-040"], chapter: "06-streams.md", line: 48 },
  "FLT-STR-022": { id: "FLT-STR-022", level: "MAY", actor: "responder", text: "MAY send its ServiceResponse and response Data before the request body has ended.", observability: "wire", side: "writes", pairs: ["FLT-STR-013"], chapter: "06-streams.md", line: 49 },
  "FLT-STR-023": { id: "FLT-STR-023", level: "MUST", actor: "responder", text: "MUST send the ServiceResponse of a stream before any Data of it.", observability: "wire", side: "writes", pairs: ["FLT-STR-041"], chapter: "06-streams.md", line: 50 },
  "FLT-STR-024": { id: "FLT-STR-024", level: "MUST", actor: "responder", text: "MUST end a complete response body, an empty one too, with one `Data(0)`.", observability: "wire", side: "writes", pairs: ["FLT-STR-042"], chapter: "06-streams.md", line: 51 },
  "FLT-STR-025": { id: "FLT-STR-025", level: "MUST", actor: "responder", text: "MUST answer a request for services it does not host with handled 0 and no Data.", observability: "wire", side: "writes", pairs: ["FLT-STR-043"], chapter: "06-streams.md", line: 52 },
  "FLT-STR-026": { id: "FLT-STR-026", level: "MUST NOT", actor: "responder", text: "MUST NOT send Data on a stream whose response half it has ended.", observability: "wire", side: "writes", pairs: ["FLT-STR-042"], chapter: "06-streams.md", line: 53 },
  "FLT-STR-027": { id: "FLT-STR-027", level: "MUST", actor: "responder", text: "MUST serve requests on one connection side by side, so that one unfinished call does not hold up another.", observability: "wire", side: "reads", pairs: [], chapter: "06-streams.md", line: 54 },
  "FLT-STR-028": { id: "FLT-STR-028", level: "MUST", actor: "responder", text: "MUST discard the rest of a request body whose handler has finished without reading it, and go on with the connection.", observability: "wire", side: "reads", pairs: ["FLT-STR-011"], chapter: "06-streams.md", line: 55 },
  "FLT-STR-029": { id: "FLT-STR-029", level: "MUST", actor: "responder", text: "MUST answer a request for a name that begins with `~` with handled 0.", observability: "wire", side: "reads", pairs: ["FLT-PRV-003"], chapter: "06-streams.md", line: 56 },
  "FLT-STR-030": { id: "FLT-STR-030", level: "MUST", actor: "node", text: "MUST close the connection on Data for a stream number that no unfinished stream has.", observability: "wire", side: "reads", pairs: ["FLT-STR-010"], chapter: "06-streams.md", line: 60 },
  "FLT-STR-031": { id: "FLT-STR-031", level: "MUST", actor: "node", text: "MUST take `Data(0)`, and nothing else, as the complete end of a body.", observability: "wire", side: "reads", pairs: ["FLT-STR-011"], chapter: "06-streams.md", line: 61 },
  "FLT-STR-032": { id: "FLT-STR-032", level: "MUST", actor: "node", text: "MUST close the connection on Data for a half that has ended.", observability: "wire", side: "reads", pairs: ["FLT-STR-012"], chapter: "06-streams.md", line: 62 },
  "FLT-STR-033": { id: "FLT-STR-033", level: "MUST", actor: "node", text: "MUST keep the bytes of a body in order and without loss or repetition.", observability: "wire", side: "reads", pairs: ["FLT-STR-011"], chapter: "06-streams.md", line: 63 },
  "FLT-STR-034": { id: "FLT-STR-034", level: "MUST", actor: "responder", text: "MUST discard the request Data of a stream it answered with handled 0, up to and with its `Data(0)`.", observability: "wire", side: "reads", pairs: ["FLT-STR-015"], chapter: "06-streams.md", line: 64 },
  "FLT-STR-040": { id: "FLT-STR-040", level: "MUST", actor: "requester", text: "MUST close the connection on a ServiceResponse for a stream number that none of its unfinished streams has.", observability: "wire", side: "reads", pairs: ["FLT-STR-020"], chapter: "06-streams.md", line: 65 },
  "FLT-STR-041": { id: "FLT-STR-041", level: "MUST", actor: "requester", text: "MUST close the connection on response Data that arrives before the ServiceResponse of its stream.", observability: "wire", side: "reads", pairs: ["FLT-STR-023"], chapter: "06-streams.md", line: 66 },
  "FLT-STR-042": { id: "FLT-STR-042", level: "MUST", actor: "requester", text: "MUST close the connection on Data for a response half that has ended.", observability: "wire", side: "reads", pairs: ["FLT-STR-026"], chapter: "06-streams.md", line: 67 },
  "FLT-STR-043": { id: "FLT-STR-043", level: "MUST", actor: "requester", text: "MUST take handled 0 as the end of the response half.", observability: "wire", side: "reads", pairs: ["FLT-STR-025"], chapter: "06-streams.md", line: 68 },
  "FLT-STR-044": { id: "FLT-STR-044", level: "MUST", actor: "requester", text: "MUST close the connection on a second ServiceResponse for one stream.", observability: "wire", side: "reads", pairs: ["FLT-STR-020"], chapter: "06-streams.md", line: 69 },
  "FLT-STR-050": { id: "FLT-STR-050", level: "MUST NOT", actor: "writer", text: "MUST NOT end a body with `Data(0)` unless every byte of it was sent, except as FLT-STR-015 demands.", observability: "wire", side: "writes", pairs: ["FLT-STR-031"], chapter: "06-streams.md", line: 79 },
  "FLT-STR-051": { id: "FLT-STR-051", level: "MUST", actor: "writer", text: "MUST retire the connection when it cannot complete a body on it, in either direction and for whatever reason.", observability: "wire", side: "writes", pairs: ["FLT-STR-018"], chapter: "06-streams.md", line: 80 },
  "FLT-STR-052": { id: "FLT-STR-052", level: "MUST NOT", actor: "node", text: "MUST NOT open a stream on a connection it has retired.", observability: "wire", side: "writes", pairs: ["FLT-STR-053"], chapter: "06-streams.md", line: 81 },
  "FLT-STR-053": { id: "FLT-STR-053", level: "MUST", actor: "responder", text: "MUST answer a ServiceRequest that arrives on a connection it has retired with handled 0.", observability: "wire", side: "writes", pairs: ["FLT-PRV-005"], chapter: "06-streams.md", line: 82 },
  "FLT-STR-054": { id: "FLT-STR-054", level: "MUST", actor: "node", text: "MUST close a connection it has retired as soon as all streams on it but the failed ones are finished.", observability: "wire", side: "writes", pairs: ["FLT-STR-018"], chapter: "06-streams.md", line: 83 },
  "FLT-STR-055": { id: "FLT-STR-055", level: "MUST", actor: "node", text: "MUST close a connection it has retired within `RETIRE_TIMEOUT_MS`, whatever streams are left.", observability: "wire", side: "writes", pairs: ["FLT-STR-018"], chapter: "06-streams.md", line: 84 },
  "FLT-STR-056": { id: "FLT-STR-056", level: "MUST", actor: "node", text: "MUST go on serving the other streams of a connection it has retired until it closes it.", observability: "wire", side: "writes", pairs: ["FLT-STR-018"], chapter: "06-streams.md", line: 85 },
  "FLT-STR-057": { id: "FLT-STR-057", level: "MUST", actor: "requester", text: "MUST read and discard the rest of a response its user no longer wants, when its request body is complete.", observability: "wire", side: "reads", pairs: ["FLT-STR-024"], chapter: "06-streams.md", line: 86 },
  "FLT-STR-058": { id: "FLT-STR-058", level: "MUST", actor: "requester", text: "MUST retire the connection when a response it discards has not ended within `RETIRE_TIMEOUT_MS`.", observability: "wire", side: "reads", pairs: ["FLT-STR-024"], chapter: "06-streams.md", line: 87 },
  "FLT-STR-059": { id: "FLT-STR-059", level: "MUST", actor: "node", text: "MUST retire the connection of a stream on which the peer made no progress for `STALL_TIMEOUT_MS`, in a half that is unfinished and that the node was ready to read or write, and the node itself sent nothing.", observability: "wire", side: "reads", pairs: ["FLT-STR-011"], untestable: "it takes thirty seconds of silence, so the node's own tests hold it under a virtual clock", chapter: "06-streams.md", line: 88 },
  "FLT-STR-060": { id: "FLT-STR-060", level: "MUST", actor: "responder", text: "MUST report a request body whose connection closed before its `Data(0)` to its handler as an error.", observability: "api", side: "reads", pairs: ["FLT-STR-050"], chapter: "06-streams.md", line: 89 },
  "FLT-STR-070": { id: "FLT-STR-070", level: "MUST", actor: "responder", text: "MUST accept at least `RECEIVE_BUFFER_LENGTH` bytes of request body per stream that its handler has not taken, before it stops reading the connection.", observability: "wire", side: "reads", pairs: ["FLT-STR-014"], chapter: "06-streams.md", line: 106 },
  "FLT-STR-071": { id: "FLT-STR-071", level: "MUST", actor: "node", text: "MUST bound the bytes of body it holds for its users on one connection, and on all connections together.", observability: "internal", side: "reads", pairs: ["FLT-STR-014"], chapter: "06-streams.md", line: 107 },
  "FLT-STR-072": { id: "FLT-STR-072", level: "MUST", actor: "node", text: "MUST stop reading the connection, and lose no byte, when that bound is reached.", observability: "wire", side: "reads", pairs: ["FLT-STR-033"], chapter: "06-streams.md", line: 108 },
  "FLT-STR-073": { id: "FLT-STR-073", level: "MUST", actor: "node", text: "MUST go on reading a connection it had stopped to read once its users have taken enough.", observability: "wire", side: "reads", pairs: ["FLT-STR-033"], chapter: "06-streams.md", line: 109 },
  "FLT-STR-074": { id: "FLT-STR-074", level: "MUST", actor: "responder", text: "MUST serve at least `MIN_STREAMS` unfinished streams of one connection at a time.", observability: "wire", side: "reads", pairs: ["FLT-STR-001"], chapter: "06-streams.md", line: 110 },
  "FLT-STR-075": { id: "FLT-STR-075", level: "MUST", actor: "responder", text: "MUST answer requests beyond the number of streams it is willing to serve with handled 0.", observability: "wire", side: "writes", pairs: ["FLT-PRV-005"], chapter: "06-streams.md", line: 111 },
  "FLT-STR-076": { id: "FLT-STR-076", level: "SHOULD", actor: "writer", text: "SHOULD send a body that is at hand in Data packets of `MAX_DATA_LENGTH` bytes, all but the last.", observability: "wire", side: "writes", pairs: ["FLT-PKT-062"], chapter: "06-streams.md", line: 112 },
  "FLT-STR-077": { id: "FLT-STR-077", level: "SHOULD", actor: "writer", text: "SHOULD send what a handler has written without waiting for more of it.", observability: "wire", side: "writes", pairs: ["FLT-PKT-062"], chapter: "06-streams.md", line: 114 },
  "FLT-STR-078": { id: "FLT-STR-078", level: "MUST", actor: "writer", text: "MUST let the streams of a connection that have something to send take turns, so that a long body of one does not hold up the answer of another.", observability: "wire", side: "writes", pairs: [], chapter: "06-streams.md", line: 113 },
  "FLT-TST-001": { id: "FLT-TST-001", level: "MUST", actor: "test node", text: "MUST answer a request to one of these services whose headers are missing or wrong with handled 1, the header `error` with value `bad-request`, and an empty body.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 10 },
  "FLT-TST-010": { id: "FLT-TST-010", level: "MUST", actor: "test node", text: "MUST let `echo` answer with no headers and with the bytes of the request body, in order, and end the response when the request body has ended.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 14 },
  "FLT-TST-011": { id: "FLT-TST-011", level: "MUST", actor: "test node", text: "MUST let `echo` send back what it has received without waiting for the end of the request body.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 15 },
  "FLT-TST-020": { id: "FLT-TST-020", level: "MUST", actor: "test node", text: "MUST let `sink` read the whole request body and then answer with the header `content-type` of value `application/json` and the body `{\"bytes\":N,\"sha256\":\"H\"}`, N the number of bytes in decimal and H their SHA-256 in lower-case hexadecimal.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 19 },
  "FLT-TST-030": { id: "FLT-TST-030", level: "MUST", actor: "test node", text: "MUST let `source` answer at once with no headers and a body of N bytes of the pattern, N being the value of the request header `bytes`, up to 1,073,741,824.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 23 },
  "FLT-TST-040": { id: "FLT-TST-040", level: "MUST", actor: "test node", text: "MUST let `empty` answer at once with no headers and an empty body.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 27 },
  "FLT-TST-050": { id: "FLT-TST-050", level: "MUST", actor: "test node", text: "MUST let `headers` answer at once with an empty body and exactly the headers of the request, each key once with its last value.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 31 },
  "FLT-TST-060": { id: "FLT-TST-060", level: "MUST", actor: "test node", text: "MUST let `error`, without a header `after`, fail before it has written anything, with the value of the request header `message` as the failure's message, which is `boom` without that header and has only printable ASCII characters other than `\"` and `\\`.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 35 },
  "FLT-TST-061": { id: "FLT-TST-061", level: "MUST", actor: "test node", text: "MUST let `error`, with a header `after` of value N, answer with no headers and N bytes of the pattern, and then fail without completing the body.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 36 },
  "FLT-TST-070": { id: "FLT-TST-070", level: "MUST", actor: "test node", text: "MUST let `slow` wait `delay` and then send its ServiceResponse without headers.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 48 },
  "FLT-TST-071": { id: "FLT-TST-071", level: "MUST", actor: "test node", text: "MUST let `slow` then send `count` times, each after a wait of `interval`, one byte 0x2e, and complete the body.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 49 },
  "FLT-TST-072": { id: "FLT-TST-072", level: "MUST", actor: "test node", text: "MUST let `slow` read nothing of the request body before it has sent the whole response.", observability: "wire", side: "reads", pairs: [], chapter: "B-test-services.md", line: 50 },
  "FLT-TST-080": { id: "FLT-TST-080", level: "MUST", actor: "test node", text: "MUST let `call` call the named services, as a requester, with those headers of the request whose key begins with `x-`, and pass the request body on as it arrives.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 58 },
  "FLT-TST-081": { id: "FLT-TST-081", level: "MUST", actor: "test node", text: "MUST let `call` answer, once the ServiceResponse of that call has come, with its headers, and pass the response body on as it arrives.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 59 },
  "FLT-TST-082": { id: "FLT-TST-082", level: "MUST", actor: "test node", text: "MUST let `call`, when the call fails before a ServiceResponse with handled 1 has come, answer with the header `call-error` and an empty body, the value being `no-provider` when no connected peer offers a named service, `unhandled` when every provider that could be asked answered with handled 0, `lost` when the connection was lost, and `timeout` when `timeout` passed.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 60 },
  "FLT-TST-083": { id: "FLT-TST-083", level: "MUST", actor: "test node", text: "MUST let `call` fail without completing its own response when the response of the call it made is lost in its middle.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 61 },
  "FLT-TST-090": { id: "FLT-TST-090", level: "MUST", actor: "test node", text: "MUST let `shutdown` begin to shut its node down, as its user would, with `within` as the time that calls get which run, and then answer with no headers and an empty body.", observability: "wire", side: "writes", pairs: [], chapter: "B-test-services.md", line: 67 },
};
