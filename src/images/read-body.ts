import { RegistryTrouble } from "./trouble.ts";

/** A body of at most `maxBytes`. Throws `unreachable` for a longer one, before more of it is read, and for one that breaks off. */
export async function readBody(
  response: Response,
  maxBytes: number,
  what: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    // Leaving the loop cancels what has not come yet.
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes)
        throw new RegistryTrouble("unreachable", `${what} is larger than ${maxBytes} bytes`);
      parts.push(chunk);
    }
  } catch (error) {
    if (error instanceof RegistryTrouble) throw error;
    throw new RegistryTrouble("unreachable", `${what} broke off before its end`, { cause: error });
  }
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** Gives an answer up without reading it, so that its connection is free. One that is broken already is given up, too. */
export async function discard(response: Response): Promise<void> {
  await Promise.allSettled([response.body?.cancel()]);
}
