const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** Bytes as lower-case base32 without padding (RFC 4648, section 6); a last group short of five bits is dropped. */
export function base32(bytes: Uint8Array): string {
  let held = 0;
  let heldBits = 0;
  let text = "";
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    heldBits += 8;
    while (heldBits >= 5) {
      heldBits -= 5;
      text += ALPHABET.charAt((held >> heldBits) & 31);
    }
  }
  return text;
}

/** The number whose bits such a text is. */
export function base32Number(text: string): bigint {
  let number = 0n;
  for (const letter of text) number = number * 32n + BigInt(ALPHABET.indexOf(letter));
  return number;
}
