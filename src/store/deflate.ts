/** The UTF-8 bytes of a text, deflated (RFC 1951). */
export async function deflated(text: string): Promise<Uint8Array> {
  const stream = streamOf(new TextEncoder().encode(text)).pipeThrough(new CompressionStream("deflate-raw"));
  return collected(stream, Number.POSITIVE_INFINITY);
}

/** The text again. Throws `RangeError` when it is longer than `maxBytes`, so that few bytes never fill the memory. */
export async function inflated(bytes: Uint8Array, maxBytes: number): Promise<string> {
  const stream = streamOf(bytes).pipeThrough(new DecompressionStream("deflate-raw"));
  return new TextDecoder("utf-8", { fatal: true }).decode(await collected(stream, maxBytes));
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(bytes));
      controller.close();
    },
  });
}

async function collected(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new RangeError(`more than the ${maxBytes} bytes that were announced`);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
