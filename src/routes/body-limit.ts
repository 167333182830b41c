import { Fault } from "../domain/fault.ts";

/** The largest body any call takes (issue: "body limit 256 kB"). */
export const MAX_BODY_BYTES = 256 * 1024;

/** The whole body. Bytes are counted as they come, so a false or absent Content-Length helps nobody. Throws `body-too-large`. */
export async function readBody(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  if (request.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    // Leaving the loop cancels the rest of the body.
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return joined(chunks, size);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

const tooLarge = (): Fault =>
  new Fault("body-too-large", `A body may have at most ${MAX_BODY_BYTES / 1024} kB.`, {
    problems: [{ pointer: "", message: "make the body smaller" }],
  });
