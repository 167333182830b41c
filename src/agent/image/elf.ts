import { open } from "node:fs/promises";

/** Whether an executable needs no dynamic loader: a 64-bit little-endian ELF file without a PT_INTERP header (System V ABI, chapter 5). */
export async function isStatic(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    await file.read(header, 0, HEADER_BYTES, 0);
    if (header.readUInt32BE(0) !== ELF_MAGIC || header[4] !== CLASS_64 || header[5] !== LITTLE_ENDIAN)
      return false;
    const offset = Number(header.readBigUInt64LE(32));
    const size = header.readUInt16LE(54);
    const count = header.readUInt16LE(56);
    const table = Buffer.alloc(size * count);
    await file.read(table, 0, table.length, offset);
    return !Array.from({ length: count }, (_, index) => table.readUInt32LE(index * size)).includes(PT_INTERP);
  } finally {
    await file.close();
  }
}

const HEADER_BYTES = 64;
const ELF_MAGIC = 0x7f454c46;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const PT_INTERP = 3;
