import type { ProbeTarget } from "./health-check.ts";
import http from "node:http";
import http2 from "node:http2";
import net from "node:net";
import { askGrpcHealth } from "./probe-grpc.ts";
import type { HealthCheck, ProbeResult } from "./health-check.ts";

/** Ask one container how it is. Never throws. */
export async function probe(
  check: Exclude<HealthCheck, { kind: "alive" }>,
  target: ProbeTarget,
): Promise<ProbeResult> {
  try {
    if (check.kind === "tcp") return await askTcp(target);
    if (check.kind === "grpc") return await askGrpcHealth(check.service, target);
    const ask = check.http2 ? askHttp2 : askHttp;
    return judgeStatus(await ask(check.path, target), check.path);
  } catch (error) {
    return { ok: false, because: error instanceof Error ? error.message : String(error) };
  }
}

/** 200 to 399, as orchestrators count it; a redirect is not followed. */
function judgeStatus(status: number, path: string): ProbeResult {
  return status >= 200 && status < 400
    ? { ok: true }
    : { ok: false, because: `${path} answered ${String(status)}` };
}

function askHttp(path: string, { host, port, timeoutMs }: ProbeTarget): Promise<number> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = http.get(
      { host, port, path, agent: false, signal, headers: { "user-agent": AGENT } },
      (response) => {
        response.resume();
        response.destroy();
        resolve(response.statusCode ?? 0);
      },
    );
    request.once("error", (error) =>
      reject(new Error(wordsFor(error, signal, path, timeoutMs), { cause: error })),
    );
  });
}

function askHttp2(path: string, { host, port, timeoutMs }: ProbeTarget): Promise<number> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const session = http2.connect(`http://${host.includes(":") ? `[${host}]` : host}:${String(port)}`);
    const fail = (error: Error): void => {
      session.destroy();
      reject(new Error(wordsFor(error, signal, path, timeoutMs), { cause: error }));
    };
    session.once("error", fail);
    const stream = session.request({ ":path": path, "user-agent": AGENT }, { signal });
    stream.once("error", fail);
    stream.once("response", (headers) => {
      session.destroy();
      resolve(headers[":status"] ?? 0);
    });
  });
}

/**
 * A port that takes a connection and keeps it. Docker's own proxy accepts for a container that does not listen, and closes again
 * at once; so the connection must last a moment, or bring a byte.
 */
function askTcp({ host, port, timeoutMs }: ProbeTarget): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const done = (result: ProbeResult): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve(result);
    };
    const limit = setTimeout(
      () => done({ ok: false, because: `port took no connection within ${String(timeoutMs)} ms` }),
      timeoutMs,
    );
    socket.once("connect", () => setTimeout(() => done({ ok: true }), Math.min(SETTLE_MS, timeoutMs / 2)));
    socket.once("data", () => done({ ok: true }));
    socket.once("error", ({ message }) =>
      done({ ok: false, because: `port takes no connection: ${message}` }),
    );
    socket.once("close", () => done({ ok: false, because: "port takes no connection" }));
  });
}

const wordsFor = (error: Error, signal: AbortSignal, path: string, timeoutMs: number): string =>
  signal.aborted
    ? `${path} did not answer within ${String(timeoutMs)} ms`
    : `${path} cannot be reached: ${error.message}`;

const SETTLE_MS = 200;
const AGENT = "berth-agent";
