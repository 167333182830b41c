import { expect, test } from "vitest";
import { createLineHub } from "../../src/agent/line/broker-end.ts";
import type { AcceptedLine } from "../../src/agent/line/broker-end.ts";
import { decodeFrame } from "../../src/agent/line/frames.ts";
import { ENDPOINT, request } from "./wiring.ts";

test("an end that was put to sleep under an open socket goes on with stream ids that are not used yet", () => {
  const opened: number[] = [];
  const wake = (lastId?: number): AcceptedLine => {
    const hub = createLineHub({ now: () => 0 });
    const socket = {
      send: (bytes: Uint8Array, sent: () => void) => {
        const frame = decodeFrame(bytes);
        if (frame.type === "open") opened.push(frame.stream);
        sent();
      },
      close: () => {},
    };
    const line = hub.accept("agent-1", socket, lastId);
    for (let call = 0; call < 2; call++) {
      const stop = new AbortController();
      hub.send(ENDPOINT, request(), stop.signal).catch((error: unknown) => expect(error).toBeDefined());
      stop.abort();
    }
    return line;
  };
  wake(wake().lastId());
  expect(opened).toEqual([1, 2, 3, 4]);
});
