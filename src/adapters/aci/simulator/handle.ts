import type { ArmGroup } from "../arm.ts";
import { createOrUpdate } from "./put.ts";
import { type AciReply, refusal } from "./refusal.ts";
import type { AciRequest, Asked } from "./request.ts";
import type { AciSimRules } from "./rules.ts";
import { saidBy } from "./said.ts";
import { usagesIn } from "./usages.ts";
import { type AciSimState, present, type SimGroup } from "./state.ts";
import { listedView, viewOf } from "./view.ts";

interface Step {
  readonly state: AciSimState;
  readonly reply: AciReply;
}

/** Does what a request asks, its path being read and its rates paid. */
export function handle(
  state: AciSimState,
  asked: Asked,
  request: AciRequest,
  now: number,
  rules: AciSimRules,
): Step {
  const { operation, group: name } = asked;
  const same = (reply: AciReply): Step => ({ state, reply });
  if (operation === "list") return same(page(state, request, now, rules));
  if (operation === "usages") return same(ok({ value: usagesIn(state, asked.region, now, rules) }));
  const group = present(state, now).find(([other]) => other === name)?.[1];
  if (operation === "put") return createOrUpdate(state, name, group, request.body, now, rules);
  if (operation === "delete") return remove(state, name, group, now, rules);
  if (group === undefined) return same(absent(name));
  if (operation === "get") return same(ok(viewOf(name, group, now, rules)));
  if (operation === "logs") return same(logs(asked.container, group, request, now, rules));
  return retag(state, name, group, request.body, now, rules);
}

const ok = (body: unknown): AciReply => ({ status: 200, headers: {}, body });
const absent = (name: string): AciReply =>
  refusal(
    404,
    "ResourceNotFound",
    `The Resource 'Microsoft.ContainerInstance/containerGroups/${name}' was not found.`,
  );

function page(state: AciSimState, { path, query }: AciRequest, now: number, rules: AciSimRules): AciReply {
  const { pageSize, origin, delaysMs } = rules;
  const shown = present(state, now)
    .filter(([, group]) => group.createdAt + delaysMs.visible <= now)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const after = query["$skiptoken"] ?? "";
  const left = shown.filter(([name]) => name > after);
  const value = left.slice(0, pageSize).map(([name, group]) => listedView(viewOf(name, group, now, rules)));
  const last = left.slice(0, pageSize).at(-1)?.[0];
  if (left.length <= pageSize || last === undefined) return ok({ value });
  const version = query["api-version"] ?? "";
  return ok({ value, nextLink: `${origin}${path}?api-version=${version}&%24skiptoken=${last}` });
}

// Assumed: Azure refuses to delete what it is still making (409 ContainerGroupTransitioning), and forgets that it was asked.
function remove(
  state: AciSimState,
  name: string,
  group: SimGroup | undefined,
  now: number,
  rules: AciSimRules,
): Step {
  if (group === undefined) return { state, reply: { status: 204, headers: {} } };
  const { create, destroy } = rules.delaysMs;
  if (group.deletedAt !== undefined)
    return { state, reply: { status: 202, headers: {}, body: viewOf(name, group, now, rules) } };
  if (now < group.createdAt + create)
    return {
      state,
      reply: refusal(
        409,
        "ContainerGroupTransitioning",
        `The container group '${name}' is still transitioning, please retry later.`,
      ),
    };
  const going = { ...group, deletedAt: now, goneAt: now + destroy };
  const reply = { status: destroy > 0 ? 202 : 200, headers: {}, body: viewOf(name, going, now, rules) };
  return { state: { ...state, groups: { ...state.groups, [name]: going } }, reply };
}

function logs(
  container: string,
  group: SimGroup,
  { query }: AciRequest,
  now: number,
  rules: AciSimRules,
): AciReply {
  const found = group.document.properties.containers.find(({ name }) => name === container);
  if (found === undefined) return refusal(404, "ContainerNotFound", `There is no container ${container}.`);
  const { create } = rules.delaysMs;
  if (now < group.startedAt + create)
    return refusal(
      409,
      "ContainerGroupTransitioning",
      "The container group is still transitioning, please retry later.",
    );
  const said = saidBy(found, group, now, rules, query["timestamps"] === "true");
  const lines = query["tail"] === undefined ? said : said.slice(-Number(query["tail"]));
  return ok({ content: lines.map((line) => `${line}\n`).join("") });
}

function retag(
  state: AciSimState,
  name: string,
  group: SimGroup,
  body: unknown,
  now: number,
  rules: AciSimRules,
): Step {
  const { tags } = Object.fromEntries(Object.entries(body ?? {}));
  const texts = Object.entries(tags ?? {}).map(([key, value]) => [key, String(value)] as const);
  const document: ArmGroup = { ...group.document, tags: Object.fromEntries(texts) };
  const changed = { ...group, document };
  return {
    state: { ...state, groups: { ...state.groups, [name]: changed } },
    reply: ok(viewOf(name, changed, now, rules)),
  };
}
