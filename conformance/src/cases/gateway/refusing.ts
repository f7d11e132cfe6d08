import type { CaseText } from "../../case.ts";
import {
  answers,
  at,
  exchange,
  expectHttp,
  expectHttpClosed,
  expectNoCall,
  get,
  httpSend,
  type Text,
} from "../../steps/index.ts";

/** A request in place of a good one, which is answered with 400 and for which nobody is called. */
export function refused(
  requires: CaseText["requires"],
  why: string,
  request: Text,
  { closes = true, status = 400 }: { readonly closes?: boolean; readonly status?: number } = {},
): CaseText {
  return {
    requires,
    why,
    control: exchange(get("/get"), "kit-get"),
    change: at("request").instead(httpSend(request)),
    expect: answers(expectHttp(status), closes ? expectHttpClosed() : [], expectNoCall()),
  };
}
