import { measureExactGap } from "./gap-exact.ts";
import { measureLargeGap } from "./gap-large.ts";
import { measureExplained } from "./explained.ts";
import { boundShare, marketOf } from "./market.ts";
import { measurePersisted } from "./persisted.ts";
import { Dice } from "../../test/sim/dice.ts";
import { assertSame, COMPARED, measureSpeed } from "./speed.ts";
import { DISTINCT_NEEDS, policiesOf, workloadsOf } from "./workloads.ts";

/** `npm run bench:placement [-- --seed N]`; README.md says what is measured and how to read it. */
const OFFERS = 5_000;
const WORKLOADS = 10_000;
const LARGE = 1_000;
const EXPLAINED = 5;
const LEAST_BOUND_SHARE = 0.3;

const seedArgument = process.argv.indexOf("--seed");
const seed = seedArgument < 0 ? 1 : Number(process.argv[seedArgument + 1]);
const started = performance.now();
const say = (text: string): void =>
  console.log(`[${((performance.now() - started) / 1_000).toFixed(1).padStart(5)} s] ${text}`);

const { market, items } = questionOf(WORKLOADS);
const bound = boundShare(market);
if (bound < LEAST_BOUND_SHARE) throw new Error(`only ${bound} of the offers can run out`);
const distinct = new Set(items.map(({ question }) => question.needs)).size;
say(
  `seed ${seed}: ${market.offers.length} offers, ${(bound * 100).toFixed(0)} % of them bound by capacity, ${market.budgets.length} budgets`,
);
say(
  `${items.length} workloads with ${distinct} of ${DISTINCT_NEEDS} distinct needs under ${policiesOf().length} policies`,
);

assertSame(market, items);
say(`where nothing runs out both ways place ${COMPARED} workloads alike`);
const { placementsPerSecond, idiomaticPerSecond, ratio, packing } = measureSpeed(market, items);
say(
  `packed ${packing.placements.length}, left out ${packing.unplaced.length}; ${figure(placementsPerSecond)}/s against ${figure(idiomaticPerSecond)}/s`,
);
const persistedPerSecond = await measurePersisted(packing.placements);
say(`${figure(persistedPerSecond)} placements written a second`);
const { explainMs, replayIdentical } = measureExplained(market, items.slice(0, EXPLAINED));
say(
  `explained over ${market.offers.length} offers in ${explainMs.toFixed(2)} ms; receipts replay ${replayIdentical ? "identically" : "differently"}`,
);
const large = questionOf(LARGE);
const gapLargePercent = measureLargeGap(large.market, large.items);
say(`at ${LARGE} workloads at most ${gapLargePercent.toFixed(3)} % below the bound of HiGHS`);
const gapExactPercent = measureExactGap(seed);
say(`of 10,000 small questions the worst is ${gapExactPercent} % below the best there is`);

console.log(
  JSON.stringify({
    offers: market.offers.length,
    workloads: items.length,
    placementsPerSecond: Math.round(placementsPerSecond),
    idiomaticPerSecond: Math.round(idiomaticPerSecond),
    ratio: Math.round(ratio * 10) / 10,
    persistedPerSecond: Math.round(persistedPerSecond),
    gapExactPercent,
    gapLargePercent: Math.round(gapLargePercent * 1_000) / 1_000,
    explainMs: Math.round(explainMs * 100) / 100,
    replayIdentical,
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
  }),
);

function questionOf(workloads: number) {
  const dice = new Dice(seed);
  return workloadsOf(dice, marketOf(dice, OFFERS, workloads), workloads);
}

function figure(perSecond: number): string {
  return Math.round(perSecond).toLocaleString("en");
}
