import { expect, test } from "vitest";
import type { Stream } from "../connection/index.ts";
import type { Link } from "./link.ts";
import { Response } from "./response.ts";

const newResponse = (): Response =>
  new Response({ peerInfo: undefined } as unknown as Link, {} as unknown as Stream, {}, () => {});

test("whoever asks for its end is told once, also of one that was lost in the turn in which it came", () => {
  for (const isEarly of [true, false]) {
    const told: unknown[] = [];
    const ask = () => response.whenOver((error, isRead) => told.push([error, isRead]));
    const response = newResponse();
    if (isEarly) ask();
    const lost = new Error("lost");
    response.destroy(lost);
    if (!isEarly) ask();
    response.destroy();
    expect(told).toEqual([[lost, false]]);
  }
});
