const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;
const ID_BYTES = 16;

/** The id this request goes by in answers and logs: the caller's own where it is harmless, a random one otherwise. */
export function requestIdOf(headers: Headers, random: (bytes: number) => Uint8Array): string {
  const given = headers.get("x-request-id");
  if (given !== null && REQUEST_ID.test(given)) return given;
  return Array.from(random(ID_BYTES), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
