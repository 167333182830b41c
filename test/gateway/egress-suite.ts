import { describe, expect, test } from "vitest";
import { notedBody } from "../../src/gateway/edge/egress.ts";

/** How the bytes of answers are noted over fetch, on any runtime. */
export function egressSuite(runtime: string): void {
  describe(`an answer's bytes on ${runtime}`, () => {
    /** A body in pieces of so many bytes, and what became of it. */
    function pieces(sizes: readonly number[], end: "whole" | "broken" = "whole") {
      const seen = { pulls: 0, cancelled: false };
      const body = new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            const size = sizes[seen.pulls++];
            if (size !== undefined) controller.enqueue(new Uint8Array(size));
            else if (end === "broken") controller.error(new Error("the container went away"));
            else controller.close();
          },
          cancel: () => void (seen.cancelled = true),
        },
        { highWaterMark: 0 },
      );
      return { seen, body };
    }
    function watch(answer: Response, method = "GET") {
      const noted: (number | undefined)[] = [];
      return { noted, body: notedBody(answer, method, (bytes) => void noted.push(bytes)) };
    }

    test("are what it says they are, and then its body is the very same", () => {
      const answer = new Response(pieces([7]).body, { headers: { "content-length": "7" } });
      const { noted, body } = watch(answer);
      expect(noted).toEqual([7]);
      expect(body).toBe(answer.body);
    });

    test("are none without a body, and unknown on a WebSocket", () => {
      expect(watch(new Response(null, { status: 304 })).noted).toEqual([0]);
      const head = new Response(null, { headers: { "content-length": "99" } });
      expect(watch(head, "HEAD").noted).toEqual([0]);
      expect(watch(new Response("", { headers: { "content-length": "99" } }), "HEAD").noted).toEqual([0]);
      expect(watch(Object.defineProperty(new Response(null), "status", { value: 101 })).noted).toEqual([
        undefined,
      ]);
    });

    test.each([{ "content-encoding": "br" }, { "content-type": "text/event-stream; charset=utf-8" }])(
      "are unknown with %j, and its body is the very same",
      (headers) => {
        const answer = new Response(pieces([7]).body, { headers });
        const { noted, body } = watch(answer);
        expect(noted).toEqual([undefined]);
        expect(body).toBe(answer.body);
      },
    );

    test("are counted at its end where no length is said, and nothing is read ahead", async () => {
      const { seen, body: source } = pieces([3, 4, 5]);
      const { noted, body } = watch(new Response(source));
      const reader = body?.getReader();
      await reader?.read();
      // Time enough for whatever would be read ahead.
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect([seen.pulls, noted]).toEqual([1, []]);
      for (let left = 3; left > 0; left -= 1) await reader?.read();
      expect(noted).toEqual([12]);
    });

    test("are those that went out when the client goes away, and the container hears of it", async () => {
      const { seen, body: source } = pieces([3, 4, 5]);
      const { noted, body } = watch(new Response(source));
      const reader = body?.getReader();
      await reader?.read();
      await reader?.cancel("gone");
      expect(noted).toEqual([3]);
      expect(seen.cancelled).toBe(true);
    });

    test("are those that went out when the container breaks off, and the client hears of it", async () => {
      const { noted, body } = watch(new Response(pieces([3], "broken").body));
      await expect(new Response(body).arrayBuffer()).rejects.toThrow();
      expect(noted).toEqual([3]);
    });
  });
}
