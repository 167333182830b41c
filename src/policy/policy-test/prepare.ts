import { ANY_GATEWAY } from "../any-gateway.ts";
import type { PriceBook } from "../../catalog/book.ts";
import { allCloudOffers } from "../../catalog/cloud-offers.ts";
import type { Problem } from "../../domain/fault.ts";
import { pointerTo } from "../../domain/json-pointer.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Offer } from "../../domain/offer.ts";
import type { Spec } from "../../domain/spec.ts";
import type { DecisionInputs } from "../decision.ts";
import { peersAt, usersAt } from "../points.ts";
import type { ChangeDocument } from "./change-document.ts";
import type { ExpectDocument, GivenDocument, PolicyTestFile } from "./document.ts";
import { givenOffer } from "./given-offer.ts";
import {
  type Documents,
  type Read,
  narrowed,
  readNeeds,
  readPolicy,
  readSpec,
  type TestProblem,
} from "./read-given.ts";
import { unknownReference } from "./reference.ts";
import { runningIn } from "./running.ts";
import { type Surroundings, surroundingsOf, workloadFacts } from "./surroundings.ts";

/** A test that can be run: everything it names has been read, and means something. */
export interface PreparedTest {
  readonly name: string;
  /** Where it stands in its file. */
  readonly pointer: string;
  readonly inputs: DecisionInputs;
  /** The change its rules judge; absent where the test is about the placement alone. */
  readonly change?: ChangeDocument | undefined;
  readonly spec: Spec;
  readonly surroundings: Surroundings;
  readonly expect: ExpectDocument;
}

/** What holds where a test does not say when: a working day with nothing special about it. */
export const DEFAULT_NOW = "2026-01-01T12:00:00Z";
/** What `placed` says when no place may take it. */
export const NOWHERE = "nowhere";
/** Most problems reported at once. */
const MAX_PROBLEMS = 50;

/**
 * Read the policies and specs of a file of tests, and lay out what each test decides from. `documents` holds the files it
 * names, by the name it has for them; `book` prices the catalog.
 */
export function preparePolicyTests(
  file: PolicyTestFile,
  documents: Documents,
  book: PriceBook,
): Read<readonly PreparedTest[]> {
  const read = file.tests.map((_, index) => prepare(file, index, documents, book));
  const problems = read.flatMap((one) => (one.ok ? [] : one.problems));
  if (problems.length > 0) return { ok: false, problems: distinct(problems).slice(0, MAX_PROBLEMS) };
  return { ok: true, value: read.flatMap((one) => (one.ok ? [one.value] : [])) };
}

function prepare(
  file: PolicyTestFile,
  index: number,
  documents: Documents,
  book: PriceBook,
): Read<PreparedTest> {
  const test = file.tests[index];
  if (test === undefined) return { ok: false, problems: [] };
  const pointer = `/tests/${index}`;
  const at = test.policy === undefined ? "/policy" : `${pointer}/policy`;
  const base = readPolicy(documents, test.policy ?? file.policy, at);
  const spec = readSpec(documents, test.given.spec, `${pointer}/given/spec`);
  if (!base.ok || !spec.ok)
    return { ok: false, problems: [...(base.ok ? [] : base.problems), ...(spec.ok ? [] : spec.problems)] };
  const policy = narrowed(base.value, spec.value, `${pointer}/given/spec/policy`);
  if (!policy.ok) return policy;
  const needs = readNeeds(spec.value, test.given.needs);
  const offers = offersOf(test.given, needs, book);
  const problems = [
    ...twinProblems(offers, `${pointer}/given/offers`),
    ...expectProblems(test.expect, offers, `${pointer}/expect`),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const { pin, avoid = [], now = DEFAULT_NOW, change } = test.given;
  const surroundings = surroundingsOf(test.given);
  const running = runningIn(test.given, offers);
  const incumbents = running.map(({ incumbent }) => incumbent);
  const inputs: DecisionInputs = {
    now: Date.parse(now),
    needs,
    offers,
    policy: policy.value,
    // What the gateway of an installation can carry is no policy's matter.
    gateway: ANY_GATEWAY,
    pin,
    avoid,
    held: running.flatMap(({ held }) => held ?? []),
    incumbent: incumbents[0],
    incumbents,
    workload: workloadFacts(spec.value, surroundings),
    users: usersAt(policy.value.users, book.regions),
    peers: peersAt(needs, book.regions, new Map()),
  };
  const { name, expect } = test;
  return { ok: true, value: { name, pointer, inputs, change, spec: spec.value, surroundings, expect } };
}

function offersOf(given: GivenDocument, needs: Needs, book: PriceBook): readonly Offer[] {
  if (given.catalog === true) return allCloudOffers(needs, book);
  return (given.offers ?? []).map((offer) => givenOffer(offer, needs, book));
}

function twinProblems(offers: readonly Offer[], at: string): readonly Problem[] {
  const seen = new Map<string, number>();
  return offers.flatMap(({ id }, index) => {
    const first = seen.get(id);
    seen.set(id, first ?? index);
    const message = `cannot be told apart from offer ${(first ?? 0) + 1}, which is ${id} too; give it an id`;
    return first === undefined ? [] : [{ pointer: `${at}/${index}`, message }];
  });
}

function expectProblems(expect: ExpectDocument, offers: readonly Offer[], at: string): readonly Problem[] {
  const { placed, split = [], order, allowed, rejected } = expect;
  const named = [
    ...(placed === undefined || placed === NOWHERE ? [] : [[placed, "placed"] as const]),
    ...split.map(({ place }, index) => [place, "split", index, "place"] as const),
    ...listed("order", order),
    ...listed("allowed", allowed),
    ...(isList(rejected)
      ? listed("rejected", rejected)
      : Object.keys(rejected ?? {}).map((words) => [words, "rejected", words] as const)),
  ];
  return named.flatMap(([words, ...path]) => {
    const problem = unknownReference(words, offers);
    return problem === undefined ? [] : [{ pointer: at + pointerTo(path), message: `${words} ${problem}` }];
  });
}

const listed = (field: string, words: readonly string[] = []) =>
  words.map((word, index) => [word, field, index] as const);

/** Whether `rejected` only names offers, and not the rules that refuse them. */
export function isList(rejected: ExpectDocument["rejected"]): rejected is readonly string[] & string[] {
  return Array.isArray(rejected);
}

// Several tests may name the same broken file.
function distinct(problems: readonly TestProblem[]): readonly TestProblem[] {
  const byText = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...byText.values()];
}
