import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { ConnectError } from "../../src/domain/upstream.ts";
import { MAX_STREAMS } from "../../src/agent/line/streams.ts";
import {
  ENDPOINT,
  counted,
  never,
  request,
  settled,
  startAgent,
  startBroker,
  startLine,
  stopAll,
  text,
} from "./wiring.ts";

afterEach(stopAll);
const MIB = 1024 * 1024;

test("a request reaches the container as it was sent, and the answer comes back as the container sent it", async () => {
  const { hub } = await startLine((req, res) => {
    res.writeHead(201, [
      "Set-Cookie",
      "a=1",
      "Set-Cookie",
      "b=2",
      "X-Seen",
      `${req.method} ${req.url} ${String(req.headers["x-in"])}`,
    ]);
    res.end("hello");
  });
  const headers = [
    ["Host", "web.test"],
    ["X-In", "caf\u00e9"],
  ] as const;
  const answer = await hub.send(ENDPOINT, request({ target: "/a/b?c=%20d", headers }), never());
  expect(answer.status).toBe(201);
  expect(answer.headers.filter(([name]) => name === "Set-Cookie").map(([, value]) => value)).toEqual([
    "a=1",
    "b=2",
  ]);
  expect(answer.headers.find(([name]) => name === "X-Seen")?.[1]).toBe("GET /a/b?c=%20d caf\u00e9");
  expect(await text(answer.body)).toBe("hello");
});

test("50 MB go up and 50 MB come down whole", async () => {
  const { hub } = await startLine((req, res) => {
    let bytes = 0;
    req.on("data", (chunk: Buffer) => (bytes += chunk.length));
    req.on("end", () => {
      res.setHeader("x-got", String(bytes));
      res.end(Buffer.alloc(50 * MIB, 7));
    });
  });
  const upload = counted(50 * MIB);
  const answer = await hub.send(ENDPOINT, request({ method: "POST", body: upload.body }), never());
  expect(answer.headers.find(([name]) => name === "x-got")?.[1]).toBe(String(50 * MIB));
  let down = 0;
  for await (const bytes of answer.body ?? []) down += bytes.length;
  expect(down).toBe(50 * MIB);
});

test("an upload that the container does not read stops after a bounded number of bytes", async () => {
  const { hub } = await startLine((req) => void req.pause());
  const upload = counted(200 * MIB);
  const stop = new AbortController();
  const answer = hub.send(ENDPOINT, request({ method: "POST", body: upload.body }), stop.signal);
  await settled(() => upload.state.taken);
  expect(upload.state.taken).toBeGreaterThan(0);
  expect(upload.state.taken).toBeLessThan(16 * MIB); // credit on the line and the kernel's buffers to the container
  stop.abort();
  await expect(answer).rejects.toThrow("cancelled");
  expect(upload.state.cancelled).toBe(true);
});

test("a slow reader holds a bounded number of bytes, and does not keep other streams waiting", async () => {
  let written = 0;
  const { hub } = await startLine((req, res) => {
    const more = (): void => {
      while (res.write(Buffer.alloc(64 * 1024))) written += 64 * 1024;
      res.once("drain", more);
    };
    if (req.url === "/small") res.end("small");
    else more();
  });
  const slow = await hub.send(ENDPOINT, request(), never());
  await settled(() => written);
  expect(written).toBeLessThan(16 * MIB);
  const small = await hub.send(ENDPOINT, request({ target: "/small" }), never());
  expect(await text(small.body)).toBe("small");
  await slow.body?.cancel();
});

test("200 streams at once each get their own answer", async () => {
  const { hub } = await startLine((req, res) => void req.pipe(res));
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, at) => {
      const body = new Response(`${at}:${"x".repeat(40_000)}`).body ?? undefined;
      const answer = await hub.send(ENDPOINT, request({ method: "POST", body }), never());
      return (await text(answer.body)).split(":")[0];
    }),
  );
  expect(answers).toEqual(Array.from({ length: 200 }, (_, at) => String(at)));
});

test("a container that takes no connection is a ConnectError, and the body is still whole for another", async () => {
  const { hub, stopContainer } = await startLine(() => {});
  await stopContainer();
  const upload = counted(MIB);
  const sent = hub.send(ENDPOINT, request({ method: "POST", body: upload.body }), never());
  await expect(sent).rejects.toBeInstanceOf(ConnectError);
  expect(upload.state).toEqual({ taken: 0, cancelled: false });
});

test("an agent without a line, and a unit it does not run, are ConnectErrors", async () => {
  const broker = await startBroker();
  await expect(broker.hub.send(ENDPOINT, request(), never())).rejects.toBeInstanceOf(ConnectError);
  startAgent(broker.url, undefined);
  await broker.accepted(1);
  await expect(broker.hub.send(ENDPOINT, request(), never())).rejects.toBeInstanceOf(ConnectError);
});

test("a container that dies midway fails the body instead of ending it", async () => {
  const { hub } = await startLine((_req, res) => {
    res.write("half");
    setImmediate(() => res.destroy());
  });
  const answer = await hub.send(ENDPOINT, request(), never());
  await expect(text(answer.body)).rejects.toThrow();
});

test("a client that goes away ends the container's request", async () => {
  const gone = Promise.withResolvers<void>();
  const { hub } = await startLine((_req, res) => {
    res.write("begun");
    res.on("close", () => gone.resolve());
  });
  const stop = new AbortController();
  const answer = await hub.send(ENDPOINT, request(), stop.signal);
  stop.abort();
  await gone.promise;
  await expect(text(answer.body)).rejects.toThrow();
});

test("an answer that is complete before its request ends both", async () => {
  const { hub } = await startLine((_req, res) => {
    res.writeHead(413).end("enough");
  });
  const upload = counted(200 * MIB);
  const answer = await hub.send(ENDPOINT, request({ method: "POST", body: upload.body }), never());
  expect(answer.status).toBe(413);
  expect(await text(answer.body)).toBe("enough");
  await settled(() => upload.state.taken);
  expect(upload.state.taken).toBeLessThan(16 * MIB);
});

test("HEAD and 204 have no body", async () => {
  const { hub } = await startLine((req, res) => {
    res.writeHead(req.method === "HEAD" ? 200 : 204, req.method === "HEAD" ? { "content-length": "5" } : {});
    res.end();
  });
  expect((await hub.send(ENDPOINT, request({ method: "HEAD" }), never())).body).toBeUndefined();
  expect((await hub.send(ENDPOINT, request(), never())).body).toBeUndefined();
});

test("after an upgrade bytes go both ways until either side ends", async () => {
  const { hub } = await startLine(
    () => {},
    (_req, socket) => {
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nwelcome ",
      );
      socket.pipe(socket);
    },
  );
  const headers = [
    ["Host", "web.test"],
    ["Connection", "Upgrade"],
    ["Upgrade", "echo"],
  ] as const;
  const { status, upgraded } = await hub.send(ENDPOINT, request({ headers }), never());
  expect(status).toBe(101);
  const writer = upgraded?.writable.getWriter();
  await writer?.write(new TextEncoder().encode("ping"));
  await writer?.close();
  expect(await text(upgraded?.readable)).toBe("welcome ping");
});

test("a line carries no more streams than its limit, and says so as a ConnectError", async () => {
  const { hub, server } = await startLine((_req, res) => void res.write("open"));
  server.maxConnections = MAX_STREAMS * 2;
  const stop = new AbortController();
  const open = Array.from({ length: MAX_STREAMS }, () => hub.send(ENDPOINT, request(), stop.signal));
  await expect(hub.send(ENDPOINT, request(), never())).rejects.toThrow("all the streams it can");
  stop.abort();
  await Promise.allSettled(open);
});

test("a line that is cut fails what was under way and names the line", async () => {
  const { hub, sockets } = await startLine((_req, res) => void res.write("begun"));
  const answer = await hub.send(ENDPOINT, request(), never());
  sockets[0]?.terminate();
  await expect(text(answer.body)).rejects.toThrow("line is lost");
  if (sockets[0] !== undefined && sockets[0].readyState !== sockets[0].CLOSED)
    await once(sockets[0], "close");
});
