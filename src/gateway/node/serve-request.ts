import type { IncomingMessage, ServerResponse } from "node:http";
import type { UpstreamResponse } from "../../domain/upstream.ts";
import { admit } from "../admit.ts";
import type { Admitted, Arrival } from "../admit.ts";
import type { Exchange, Outcome } from "../counts.ts";
import { responseHeaders } from "../headers.ts";
import { refuse } from "../refusal.ts";
import type { Try } from "../route.ts";
import { tryEach } from "../try-each.ts";
import { answerRefusal } from "./answer-refusal.ts";
import { arrivalOf } from "./node-gateway.ts";
import type { NodeGateway } from "./node-gateway.ts";
import { pour } from "./node-streams.ts";
import { requestBody } from "./request-body.ts";
import type { RequestBody } from "./request-body.ts";
import { startWatchdog } from "./watchdog.ts";
import type { Watchdog } from "./watchdog.ts";

/** Serves one request from its head to the last byte. Never throws: what goes wrong becomes an answer or a cut connection. */
export async function serveRequest(
  request: IncomingMessage,
  response: ServerResponse,
  gateway: NodeGateway,
): Promise<void> {
  const arrival = arrivalOf(request, gateway);
  try {
    const admitted = await admit(arrival, gateway);
    if (admitted.refused) return answerRefusal(request, response, admitted, arrival.requestId);
    // An upgrade with a body, or to a protocol that is not carried, is an ordinary request.
    await forward(request, response, { ...admitted, upgrade: undefined }, arrival, gateway);
  } catch (error) {
    gateway.log(
      `${arrival.requestId}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    answerRefusal(
      request,
      response,
      refuse("bad-gateway", "the gateway failed: try again"),
      arrival.requestId,
    );
  }
  lingerOver(request, response, gateway.limits.lingerMs);
}

/** One exchange under way: its end, its time, and why it was ended early. */
interface Journey {
  readonly controller: AbortController;
  readonly watchdog: Watchdog;
  readonly body: RequestBody | undefined;
  readonly startedAt: number;
  ending: "silence" | "client" | "clean" | undefined;
}

async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  admitted: Admitted,
  arrival: Arrival,
  gateway: NodeGateway,
): Promise<void> {
  const journey = startJourney(request, response, admitted, gateway);
  const { controller, body } = journey;
  try {
    const result = await tryEach(
      admitted.decision,
      ({ endpoint }) =>
        gateway.send(
          endpoint,
          {
            method: arrival.method,
            target: admitted.target,
            headers: admitted.headersFor(endpoint),
            body: body?.view(),
          },
          controller.signal,
        ),
      {
        ...gateway,
        mayRetry: () => body?.begun !== true && !controller.signal.aborted,
        failedAs: () => (journey.ending === "client" ? "aborted" : "failed"),
      },
    );
    if (result.refused) return answerRefusal(request, response, result, arrival.requestId);
    await answer(
      response,
      result.answer,
      result.served,
      result.exchange,
      admitted,
      arrival,
      journey,
      gateway,
    );
  } catch (error) {
    giveUp(request, response, error, arrival.requestId, journey);
  } finally {
    journey.watchdog.stop();
    // Whatever is left of either side is no longer wanted.
    controller.abort();
  }
  return undefined;
}

function startJourney(
  request: IncomingMessage,
  response: ServerResponse,
  admitted: Admitted,
  { limits, now }: NodeGateway,
): Journey {
  const controller = new AbortController();
  const end = (why: Journey["ending"]) => {
    journey.ending ??= why;
    controller.abort(new Error(`the exchange ended: ${String(why)}`));
    // Upstream is done and the client does not take the rest.
    if (response.writableEnded) request.socket.destroy();
  };
  const firstByteMs = limits.firstByteMs ?? admitted.route.timeoutSeconds * 1_000;
  const watchdog = startWatchdog(firstByteMs, () => end("silence"));
  const body = requestBody(request, admitted.maxBodyBytes, {
    onFirstRead: () => {
      if (request.headers.expect !== undefined) response.writeContinue();
    },
    onBytes: () => watchdog.touch(),
  });
  const journey: Journey = { controller, watchdog, body, startedAt: now(), ending: undefined };
  response.on("close", () => {
    if (!response.writableFinished) end("client");
  });
  return journey;
}

async function answer(
  response: ServerResponse,
  upstream: UpstreamResponse,
  served: Try,
  exchange: Exchange,
  admitted: Admitted,
  arrival: Arrival,
  journey: Journey,
  gateway: NodeGateway,
): Promise<void> {
  const { controller, watchdog } = journey;
  let egressBytes = 0;
  let outcome: Outcome = upstream.status >= 500 ? "failed" : "answered";
  const close = () => {
    journey.ending ??= "clean";
    controller.abort(new Error("the stream's container is to go"));
  };
  const unregister = isEventStream(upstream) ? gateway.counts.stream(served.unit, close) : undefined;
  try {
    if (upstream.status < 200) throw new Error(`the container answered ${upstream.status} unasked`);
    watchdog.expectWithin(gateway.limits.idleMs);
    writeHead(response, upstream, served, admitted, arrival);
    if (upstream.body !== undefined)
      await pour(upstream.body, response, (bytes) => {
        watchdog.touch();
        egressBytes += bytes;
      });
    await finished(response);
  } catch (error) {
    outcome = journey.ending === "client" ? "aborted" : journey.ending === "clean" ? "closed" : "failed";
    if (outcome !== "closed") throw error;
    // An event stream may end after any event; what reads it comes back by itself (HTML, 9.2.3).
    await finished(response);
  } finally {
    unregister?.();
    exchange.end(outcome);
    const requestMs = gateway.now() - journey.startedAt;
    gateway.traffic?.carried(admitted.route, { requestMs, egressBytes });
  }
}

const isEventStream = ({ headers }: UpstreamResponse) =>
  headers.some(([name, value]) => /^content-type$/i.test(name) && /^text\/event-stream/i.test(value));

function writeHead(
  response: ServerResponse,
  upstream: UpstreamResponse,
  served: Try,
  admitted: Admitted,
  arrival: Arrival,
): void {
  const headers = [...responseHeaders(upstream.headers, arrival.requestId)];
  const cookie = admitted.stickyCookie(served);
  if (cookie !== undefined) headers.push(["Set-Cookie", cookie]);
  response.writeHead(upstream.status, headers.flat());
  response.flushHeaders();
}

function finished(response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    if (response.destroyed) reject(new Error("the client has gone"));
    response.once("close", () => reject(new Error("the client has gone")));
    response.end(() => resolve());
  });
}

/** After a failure: an answer while none has begun, else a connection that visibly breaks off. */
function giveUp(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  requestId: string,
  { ending, body }: Journey,
): void {
  if (response.headersSent || ending === "client") {
    // A reset and no orderly end: a body without a length must not look complete.
    if (!request.socket.destroyed) request.socket.resetAndDestroy();
    return;
  }
  const detail = error instanceof Error ? error.message : "no reason given";
  if (body?.tooLarge === true) {
    answerRefusal(
      request,
      response,
      refuse("body-too-large", `${detail}: raise route.maxBodyMiB`),
      requestId,
    );
  } else if (ending === "silence" && body?.waiting === true) {
    answerRefusal(
      request,
      response,
      refuse("request-timeout", "the request body stopped coming: send it again"),
      requestId,
    );
  } else if (ending === "silence") {
    const timeout =
      "the container did not begin to answer in time: make it answer sooner or raise route.timeoutSeconds";
    answerRefusal(request, response, refuse("upstream-timeout", timeout), requestId);
  } else {
    answerRefusal(
      request,
      response,
      refuse("bad-gateway", `the container's answer broke off: ${detail}`),
      requestId,
    );
  }
}

/** An answer that came before the end of its request must reach a client that still sends; then it has to stop. */
function lingerOver(request: IncomingMessage, response: ServerResponse, lingerMs: number): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.socket.destroy(), lingerMs);
  const stop = () => clearTimeout(timer);
  request.once("end", stop).once("close", stop);
  if (response.writableFinished) request.resume();
  else response.once("finish", () => request.resume());
}
