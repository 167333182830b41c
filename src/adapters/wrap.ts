import { AdapterError } from "../domain/fault.ts";
import type { Adapter, Call } from "./adapter.ts";

/** How long each verb may take, ms: a call's deadline has to end before the lease under which it is made. */
export const DEADLINES_MS = {
  offers: 5_000,
  apply: 20_000,
  observe: 20_000,
  destroy: 20_000,
  logs: 10_000,
  run: 20_000,
  check: 25_000,
  identity: 5_000,
} as const;
type Verb = keyof typeof DEADLINES_MS;

/** The same adapter whose calls end at their deadline, whatever it does with the signal. A log stream, once given, is not cut. */
export function withDeadlines(
  adapter: Adapter,
  deadlinesMs: Readonly<Record<Verb, number>> = DEADLINES_MS,
): Adapter {
  return around(adapter, (verb, call, run) => within(verb, call, run));

  async function within<T>(verb: Verb, call: Call, run: (inner: Call) => Promise<T>): Promise<T> {
    if (call.signal.aborted) throw tooLate(verb);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), deadlinesMs[verb]);
    const signal = AbortSignal.any([call.signal, late.signal]);
    const ended = new AbortController();
    try {
      return await Promise.race([run({ signal }), endOf(signal, ended.signal, () => tooLate(verb))]);
    } finally {
      clearTimeout(timer);
      ended.abort();
    }
  }

  function tooLate(verb: Verb): AdapterError {
    const seconds = deadlinesMs[verb] / 1_000;
    return new AdapterError(
      "unavailable",
      `${adapter.provider} did not answer ${verb} before its deadline of ${seconds} s or the caller's own.`,
    );
  }
}

/** The same adapter, throwing nothing but `AdapterError`: what nobody classified is a bug, a call cut short is unavailable. */
export function withKinds(adapter: Adapter): Adapter {
  return {
    ...around(adapter, async (verb, call, run) => {
      try {
        return await run(call);
      } catch (error) {
        throw classify(adapter, verb, error, call.signal.aborted);
      }
    }),
    render: (unit) => {
      try {
        return adapter.render(unit);
      } catch (error) {
        throw classify(adapter, "render", error, false);
      }
    },
  };
}

type Around = <T>(verb: Verb, call: Call, run: (inner: Call) => Promise<T>) => Promise<T>;

/** The same adapter with every call made inside `wrap`. */
function around(adapter: Adapter, wrap: Around): Adapter {
  const { runs } = adapter;
  const logs = adapter.logs?.bind(adapter);
  const check = adapter.check?.bind(adapter);
  const identityToken = adapter.identityToken?.bind(adapter);
  return {
    ...adapter,
    offers: (needs, call) => wrap("offers", call, (inner) => adapter.offers(needs, { ...call, ...inner })),
    apply: (unit, call) => wrap("apply", call, (inner) => adapter.apply(unit, inner)),
    observe: (known, call) => wrap("observe", call, (inner) => adapter.observe(known, inner)),
    destroy: (ref, call) => wrap("destroy", call, (inner) => adapter.destroy(ref, inner)),
    ...(logs === undefined
      ? {}
      : { logs: (ref, query, call) => wrap("logs", call, (inner) => logs(ref, query, inner)) }),
    ...(check === undefined ? {} : { check: (call) => wrap("check", call, check) }),
    ...(identityToken === undefined
      ? {}
      : {
          identityToken: (audience, call) =>
            wrap("identity", call, (inner) => identityToken(audience, inner)),
        }),
    ...(runs === undefined
      ? {}
      : {
          runs: {
            start: (unit, run, call) => wrap("run", call, (inner) => runs.start(unit, run, inner)),
            observe: (tries, call) => wrap("run", call, (inner) => runs.observe(tries, inner)),
            stop: (unit, run, call) => wrap("run", call, (inner) => runs.stop(unit, run, inner)),
          },
        }),
  };
}

function classify(adapter: Adapter, verb: string, error: unknown, aborted: boolean): AdapterError {
  if (error instanceof AdapterError) return error;
  if (aborted)
    return new AdapterError(
      "unavailable",
      `The call ${verb} to ${adapter.provider} was ended before it answered.`,
      { cause: error },
    );
  const message = error instanceof Error ? error.message : String(error);
  return new AdapterError(
    "bug",
    `${adapter.provider} failed ${verb} in a way Berth does not know: ${message}`,
    { cause: error },
  );
}

function endOf(signal: AbortSignal, settled: AbortSignal, error: () => AdapterError): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(error());
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true, signal: settled });
  });
}
