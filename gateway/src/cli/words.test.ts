import { expect, test } from "vitest";
import { wordsOf } from "./words.ts";

test.each([
  ["", []],
  ["  peers  --json ", ["peers", "--json"]],
  ['call a {"x": "y z"} some', ["call", "a", '{"x": "y z"}', "some"]],
  [`call a {"x": "}\\" {"} 'two words'`, ["call", "a", '{"x": "}\\" {"}', "two words"]],
  ['call "a b" {} ""', ["call", "a b", "{}", ""]],
  ["call {unclosed 'x", ["call", "{unclosed 'x"]],
  ["call it's", ["call", "it's"]],
])("%j", (line, words) => expect(wordsOf(line)).toEqual(words));
