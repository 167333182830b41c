import { Unreachable } from "./unreachable.ts";

/** The largest answer that is read, bytes: a placement over every region of three clouds with all price lines is below 2 MiB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** A body as text. Throws `Unreachable` when it is larger than any broker's answer. */
export async function readBounded(
  body: ReadableStream<Uint8Array> | null,
  server: string,
  maxBytes = MAX_ANSWER_BYTES,
): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new Unreachable(server, "foreign", { detail: `an answer of more than ${maxBytes} bytes` });
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  return parts.join("") + decoder.decode();
}
