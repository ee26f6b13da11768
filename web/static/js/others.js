// Why the other teams do not go: asked for when somebody wants to know, or when too few can.

import { ApiError, post } from "./api.js";
import { h } from "./dom.js";
import { count, t } from "./i18n.js";

/** The folded list of all teams that `proposal` leaves out; `onLocate(team)` shows one. */
export function othersList(proposal, onLocate) {
  const list = h("ul", {});
  let asked = false;
  const load = async () => {
    if (asked) return;
    asked = true;
    list.replaceChildren(h("li", { class: "waiting" }, t("dispatch.others_asked")));
    try {
      const { left_out: leftOut, held_up: heldUp } = await post("/api/dispatch/others", question(proposal));
      const named = new Set(proposal.held_up.map((team) => team.key));
      const further = new Map(heldUp.filter((team) => !named.has(team.key)).map((team) => [team.key, team.message]));
      list.replaceChildren(...leftOut.map((team) => h(
        "li",
        { dataset: { id: team.id, reason: team.reason } },
        h("button", { type: "button", onclick: () => onLocate(team) }, team.name),
        h("span", {}, [team.message, further.get(team.key)].filter(Boolean).join(" ")),
      )));
    } catch (error) {
      asked = false;
      list.replaceChildren(h("li", { class: "warning" }, error instanceof ApiError ? error.message : t("error.page")));
    }
  };
  const details = h(
    "details",
    { class: "left-out", ontoggle: () => { if (details.open) load(); } },
    h("summary", {}, t("dispatch.left_out", { count: count(proposal.others) })),
    list,
  );
  if (proposal.proposals.length < proposal.asked_k) load();
  return details;
}

/** The same question under the same closures and at the same moment, whatever has happened since. */
function question(proposal) {
  const { incident, need, vehicle, limit_min: limitMin } = proposal;
  return {
    x: incident.x,
    y: incident.y,
    need,
    ...(vehicle && { vehicle }),
    ...(limitMin !== null && { limit_min: limitMin }),
    generated_at: proposal.generated_at,
    closures: proposal.closures.map((one) => one.id),
    proposed: proposal.proposals.map((one) => one.key),
  };
}
