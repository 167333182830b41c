import type { Adapter } from "../adapters/adapter.ts";
import type { CheckLine } from "../domain/trust.ts";
import { needsOf } from "../domain/needs-of.ts";
import { parseSpec } from "../domain/parse-spec.ts";
import { OFFERS_DEADLINE_MS } from "./offers.ts";
import type { Caller, Ports } from "./ports.ts";
import { requireTarget } from "./targets.ts";

/** The smallest service, asked of the target to see whether it can offer anything; nothing is created. */
const CHECK_SPEC = { name: "check", image: "docker.io/library/busybox:1", port: 8080 };
/** What an adapter reads of an account, and tries as a dry run, is done by then; a little more than its own deadline. */
const CHECK_DEADLINE_MS = 26_000;

/** Preflight: each check with a verdict and a sentence, and `ok` when none is refused. Nothing is created by it. */
export async function checkTarget(
  ports: Pick<Ports, "store" | "open" | "now">,
  caller: Caller,
  name: string,
) {
  const target = await requireTarget(ports, caller, name);
  const started = ports.now();
  const opened = openedOr(() => ports.open(target));
  const lines = "refused" in opened ? [opened.refused] : await linesOf(opened.adapter);
  const checks = lines.map((line) => ({ ...line, ok: line.verdict !== "refused" }));
  return { target: name, ok: checks.every(({ ok }) => ok), tookMs: ports.now() - started, checks };
}

async function linesOf(adapter: Adapter): Promise<readonly CheckLine[]> {
  const check = adapter.check?.bind(adapter);
  const account = check?.({ signal: AbortSignal.timeout(CHECK_DEADLINE_MS) });
  const [offers, proved = []] = await Promise.all([
    offersLine(adapter),
    account?.catch((error: unknown) => [refusedLine("account", error)]),
  ]);
  return [offers, ...proved];
}

async function offersLine(adapter: Adapter): Promise<CheckLine> {
  const parsed = parseSpec(CHECK_SPEC);
  if (!parsed.ok) throw new Error("the check's own spec does not parse");
  try {
    const signal = AbortSignal.timeout(OFFERS_DEADLINE_MS);
    const offers = await adapter.offers(needsOf(parsed.spec), { signal });
    const possible = offers.filter((offer) => offer.impossible.length === 0 && offer.capacityReplicas !== 0);
    const [reason = "it has nothing to offer now"] = offers.flatMap((offer) =>
      offer.impossible.map(({ message }) => message),
    );
    const count = `${possible.length} of ${offers.length} offers can take a small service`;
    if (possible.length > 0) return { name: "offers", verdict: "ok", message: count };
    return { name: "offers", verdict: "refused", message: reason };
  } catch (error) {
    return refusedLine("offers", error);
  }
}

function openedOr(open: () => Adapter): { readonly adapter: Adapter } | { readonly refused: CheckLine } {
  try {
    return { adapter: open() };
  } catch (error) {
    return { refused: refusedLine("configuration", error) };
  }
}

const refusedLine = (name: string, error: unknown): CheckLine => ({
  name,
  verdict: "refused",
  message: error instanceof Error ? error.message : String(error),
});
