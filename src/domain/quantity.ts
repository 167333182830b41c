/** Kubernetes quantities ("500m", "512Mi", 0.5) to whole units and back. Fractions round up, so nobody gets less than asked. */

/** A parsed amount, or the sentence that says what to write instead. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

/** Longest quantity worth reading; the longest useful one is far shorter. */
const MAX_QUANTITY_CHARS = 32;
/** Largest power of ten accepted after `e`: more only makes numbers nobody can buy. */
const MAX_EXPONENT = 18;

// Kubernetes API reference, "Quantity" (apimachinery/pkg/api/resource): decimal SI, binary SI and decimal exponent.
const SUFFIXES: ReadonlyMap<string, readonly [numerator: bigint, denominator: bigint]> = new Map([
  ["n", [1n, 1_000_000_000n]],
  ["u", [1n, 1_000_000n]],
  ["m", [1n, 1_000n]],
  ["", [1n, 1n]],
  ["k", [1_000n, 1n]],
  ["M", [1_000_000n, 1n]],
  ["G", [1_000_000_000n, 1n]],
  ["T", [1_000_000_000_000n, 1n]],
  ["P", [1_000_000_000_000_000n, 1n]],
  ["E", [1_000_000_000_000_000_000n, 1n]],
  ["Ki", [1n << 10n, 1n]],
  ["Mi", [1n << 20n, 1n]],
  ["Gi", [1n << 30n, 1n]],
  ["Ti", [1n << 40n, 1n]],
  ["Pi", [1n << 50n, 1n]],
  ["Ei", [1n << 60n, 1n]],
]);
const GRAMMAR = /^(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3})|([a-zA-Z]{0,2}))$/;
const MIB = 1n << 20n;
const GIB = 1n << 30n;

/** CPU in thousandths of a vCPU, rounded up: `0.5` and `"500m"` are 500. */
export function parseCpu(quantity: string | number): Parsed<number> {
  return wholeUnits(quantity, 1_000n, 1n, "write vCPUs as 0.5, or thousandths as 500m");
}

/** Memory in MiB, rounded up: `"512Mi"` is 512, `"500M"` is 477. A plain number is bytes, as in Kubernetes. */
export function parseMemory(quantity: string | number): Parsed<number> {
  return wholeUnits(quantity, 1n, MIB, "write memory as 512Mi or 1Gi");
}

/** Whole bytes, rounded up: `"1Ki"` is 1024. */
export function parseBytes(quantity: string | number): Parsed<number> {
  return wholeUnits(quantity, 1n, 1n, "write memory as 512Mi or 1Gi");
}

/** Disk in GiB, rounded up: `"20Gi"` is 20, `"500M"` is 1. A plain number is bytes, as in Kubernetes. */
export function parseStorage(quantity: string | number): Parsed<number> {
  return wholeUnits(quantity, 1n, GIB, "write sizes as 20Gi or 512Mi");
}

/** Thousandths of a vCPU as people write them: 500 is `0.5`, 2000 is `2`. */
export function formatCpu(milliCpu: number): string {
  return String(milliCpu / 1_000);
}

/** MiB as a Kubernetes quantity: 512 is `512Mi`, 2048 is `2Gi`. */
export function formatMemory(memoryMiB: number): string {
  return memoryMiB > 0 && memoryMiB % 1_024 === 0 ? `${memoryMiB / 1_024}Gi` : `${memoryMiB}Mi`;
}

/** GiB as a Kubernetes quantity: 20 is `20Gi`. */
export function formatStorage(sizeGiB: number): string {
  return `${sizeGiB}Gi`;
}

function wholeUnits(quantity: string | number, times: bigint, per: bigint, hint: string): Parsed<number> {
  const exact = fraction(String(quantity));
  if (exact === undefined) return { ok: false, message: `${shown(quantity)} is not a quantity; ${hint}` };
  const units = divideUp(exact.numerator * times, exact.denominator * per);
  if (units > BigInt(Number.MAX_SAFE_INTEGER))
    return { ok: false, message: `${shown(quantity)} is too large; ${hint}` };
  return { ok: true, value: Number(units) };
}

function fraction(text: string): { numerator: bigint; denominator: bigint } | undefined {
  if (text.length > MAX_QUANTITY_CHARS) return undefined;
  const match = GRAMMAR.exec(text);
  const suffix = SUFFIXES.get(match?.[4] ?? "");
  const exponent = Number(match?.[3] ?? 0);
  if (match === null || suffix === undefined || Math.abs(exponent) > MAX_EXPONENT) return undefined;
  const decimals = match[2] ?? "";
  const mantissa = BigInt(`${match[1]}${decimals}`);
  const power = exponent - decimals.length;
  return {
    numerator: mantissa * suffix[0] * 10n ** BigInt(Math.max(power, 0)),
    denominator: suffix[1] * 10n ** BigInt(Math.max(-power, 0)),
  };
}

function divideUp(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}

function shown(quantity: string | number): string {
  return JSON.stringify(String(quantity).slice(0, MAX_QUANTITY_CHARS));
}
