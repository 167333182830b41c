const MIB_PER_GIB = 1024;
const TENTHS = 10;

/** Memory as people read it: `512 MiB`, `1 GiB`, `1.1 GiB`; in GiB from one on where a tenth is exact enough. */
export function memoryText(memoryMiB: number): string {
  if (memoryMiB < MIB_PER_GIB) return `${memoryMiB} MiB`;
  const tenths = (memoryMiB / MIB_PER_GIB) * TENTHS;
  const rounded = Math.round(tenths);
  // A tenth of a GiB is 102.4 MiB, so shapes sold in tenths are off by a part of one MiB.
  return Math.abs(tenths - rounded) < TENTHS / MIB_PER_GIB ? `${rounded / TENTHS} GiB` : `${memoryMiB} MiB`;
}
