import http2 from "node:http2";
import type { ProbeResult } from "./health-check.ts";
import type { ProbeTarget } from "./health-check.ts";

/** Ask the standard gRPC health service (grpc/doc/health-checking.md). An empty service name is the whole server. */
export function askGrpcHealth(service: string, { host, port, timeoutMs }: ProbeTarget): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const session = http2.connect(`http://${host.includes(":") ? `[${host}]` : host}:${String(port)}`);
    const done = (result: ProbeResult): void => {
      clearTimeout(limit);
      session.destroy();
      resolve(result);
    };
    const fail = ({ message }: Error): void =>
      done({ ok: false, because: `the gRPC health service cannot be reached: ${message}` });
    const limit = setTimeout(
      () =>
        done({ ok: false, because: `the gRPC health service did not answer within ${String(timeoutMs)} ms` }),
      timeoutMs,
    );
    session.once("error", fail);
    const stream = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      te: "trailers",
    });
    const chunks: Buffer[] = [];
    let status = "";
    stream.once("error", fail);
    stream.once("response", (headers) => (status = String(headers["grpc-status"] ?? status)));
    stream.once("trailers", (headers) => (status = String(headers["grpc-status"] ?? status)));
    stream.on("data", (chunk: Buffer) => (chunks.length < MAX_CHUNKS ? chunks.push(chunk) : stream.close()));
    stream.once("end", () => done(judge(Buffer.concat(chunks), status)));
    stream.end(healthRequest(service));
  });
}

const MAX_CHUNKS = 16;
const SERVING = 1;

/** Length-prefixed message (grpc PROTOCOL-HTTP2.md) with one string field, `service = 1`. */
function healthRequest(service: string): Buffer {
  const text = Buffer.from(service, "utf8").subarray(0, 127);
  const message =
    text.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, text.length]), text]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** The answer's one field is `status = 1`, an enumeration; absent means UNKNOWN. */
function judge(bytes: Buffer, grpcStatus: string): ProbeResult {
  if (grpcStatus !== "0" && grpcStatus !== "")
    return { ok: false, because: `the gRPC health service failed with status ${grpcStatus}` };
  const status = bytes.length >= 7 && bytes[5] === 0x08 ? bytes[6] : 0;
  return status === SERVING
    ? { ok: true }
    : { ok: false, because: `the gRPC health service says ${String(status)}, not SERVING` };
}
