import { expect, test } from "vitest";
import { readReport } from "./wrk.ts";

const report = (more = ""): string => `Running 1s test @ http://127.0.0.1:3000/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     5.44ms    1.01ms  21.21ms   91.83%
    Req/Sec    11.85k     1.15k   13.05k    90.00%
  Latency Distribution
     50%  982.00us
     75%    5.40ms
     90%    5.99ms
     99%    1.20s
  11812 requests in 1.00s, 2.01MB read
${more}Requests/sec:  11790.55
Transfer/sec:      2.01MB
`;

test("a report of wrk gives requests per second and latencies in ms", () => {
  expect(readReport(report())).toEqual({ perSecond: 11790.55, p50: 0.982, p99: 1200 });
});

test("requests that failed are no speed", () => {
  expect(() => readReport(report("  Non-2xx or 3xx responses: 7\n"))).toThrow("responses: 7");
  expect(() => readReport(report("  Socket errors: connect 0, read 3, write 0, timeout 0\n"))).toThrow("read 3");
});

test("what is no report is said", () => {
  expect(() => readReport("unable to connect")).toThrow("expected a report of wrk");
});
