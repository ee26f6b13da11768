// The dispatch desk: the question, the answer as a table, and who is left out and why.

import { ApiError, latest, post, superseded } from "./api.js";
import { byId, h, phone } from "./dom.js";
import { clockTime, config, coordinates, count, distance, may, minutes, t } from "./i18n.js";
import { heldUpList } from "./limits.js";
import { orderForm, tick, watchKeys } from "./ordering.js";
import { othersList } from "./others.js";
import { ask, onQuestion, question } from "./state.js";

/** Runs the desk; `routes` draws answers, `onAnswer(proposal)` hears of them, `onConfirmed()` of a limit confirmed. */
export class Desk {
  constructor({ routes, onLocate, onAnswer, onConfirmed }) {
    this.routes = routes;
    this.onLocate = onLocate;
    this.onAnswer = onAnswer;
    this.onConfirmed = onConfirmed;
    this.proposal = null;
    this.send = latest((signal, body) => post("/api/dispatch", body, signal));
    this.fillForm();
    onQuestion(() => { this.syncForm(); this.run(); });
    routes.onHover((rank) => this.highlight(rank));
    watchKeys();
  }

  fillForm() {
    byId("need").append(...config.needs.map((one) => h("option", { value: one.code }, one.label)));
    byId("vehicle").append(
      h("option", { value: "" }, t("dispatch.own_vehicle")),
      ...config.vehicles.map((one) => h("option", { value: one.code }, one.label)),
    );
    byId("k").max = String(config.maxProposals);
    if (!may("dispatch")) byId("go").remove();
    for (const name of ["need", "vehicle", "k"]) {
      byId(name).addEventListener("change", (event) => ask({ [name]: event.target.value }));
    }
    byId("ask").addEventListener("submit", (event) => {
      event.preventDefault();
      if (question.incident) ask({ k: byId("k").value });
      else {
        this.tell(t("dispatch.no_place"), "caution");
        byId("search-input").focus();
      }
    });
    this.syncForm();
  }

  syncForm() {
    for (const name of ["need", "vehicle", "k"]) {
      const field = byId(name);
      if (field !== document.activeElement || name !== "k") field.value = question[name];
    }
    this.describeIncident();
    const open = Boolean(question.incident);
    document.body.dataset.incident = open ? "set" : "none";
    byId("isochrones").disabled = !open;
  }

  describeIncident() {
    const { incident } = question;
    const found = this.proposal?.incident;
    const current = found && incident && found.x === incident.x && found.y === incident.y ? found : null;
    const place = incident && (incident.name || current?.place);
    byId("incident").replaceChildren(...(incident
      ? [
        h("div", { class: "pin", "aria-hidden": "true" }),
        h(
          "div",
          {},
          h("h2", {}, place || t("incident.here")),
          h("p", {}, coordinates(incident.x, incident.y)),
          incident.given && h("p", { class: "given" }, incident.given),
          current && h("p", {}, t("incident.road", {
            road: current.road || t("incident.unnamed"), distance: distance(current.side_distance_m),
          }), incident.name && current.place ? ` · ${current.place}` : ""),
        ),
        h("button", {
          type: "button", class: "clear", title: t("incident.clear"), "aria-label": t("incident.clear"),
          onclick: () => ask({ incident: null }),
        }, "×"),
      ]
      : [h("div", { class: "empty" }, h("h2", {}, t("dispatch.title")), h("p", {}, t("dispatch.start")))]));
  }

  /** Asks the server anew and shows the answer; what was typed stays whatever happens. */
  async run() {
    const { incident, need, vehicle, k } = question;
    if (!incident || !may("dispatch")) {
      this.proposal = null;
      this.tell(incident ? t("dispatch.no_right") : "", "caution");
      byId("answer").replaceChildren();
      this.routes.clear();
      this.onAnswer(null);
      return;
    }
    byId("answer").setAttribute("aria-busy", "true");
    try {
      const body = { x: incident.x, y: incident.y, need, k: k === "" ? null : Number(k) };
      if (vehicle) body.vehicle = vehicle;
      const proposal = await this.send(body);
      this.proposal = proposal;
      this.tell("");
      this.describeIncident();
      this.show(proposal);
      this.routes.show(proposal);
      this.onAnswer(proposal);
    } catch (error) {
      if (superseded(error)) return;
      this.proposal = null;
      byId("answer").replaceChildren();
      this.routes.clear();
      this.routes.pin(incident);
      this.onAnswer(null);
      this.fail(error);
    }
    byId("answer").removeAttribute("aria-busy");
  }

  tell(text, kind = "") {
    const line = byId("message");
    line.textContent = text;
    line.className = kind;
    line.hidden = !text;
  }

  /** Shows an error as its one sentence. */
  fail(error) {
    if (!(error instanceof ApiError)) console.error(error);
    this.tell(error instanceof ApiError ? error.message : t("error.page"), "alarm");
  }

  show(proposal) {
    byId("answer").replaceChildren(...[
      // The server says first that a point lies outside the site.
      proposal.incident.outside && h("p", { class: "warning outside", role: "alert" }, proposal.warnings[0]),
      proposal.synthetic && h("p", { class: "synthetic" }, t("synthetic.answer")),
      ...proposal.warnings.slice(proposal.incident.outside ? 1 : 0).map((text) => h("p", { class: "warning" }, text)),
      proposal.proposals.length > 0 && this.table(proposal),
      orderForm(proposal, {
        onDone: (id) => window.location.assign(`/incidents/${encodeURIComponent(id)}`),
        fail: (error) => this.fail(error),
      }),
      !proposal.proposals.length && proposal.others > 0 && h("p", { class: "warning" }, t("dispatch.nobody")),
      proposal.held_up.length > 0 && heldUpList(proposal.held_up, {
        onLocate: this.onLocate, onConfirmed: () => this.onConfirmed(),
      }),
      proposal.others > 0 && othersList(proposal, this.onLocate),
    ].filter(Boolean));
  }

  table(proposal) {
    const head = ["rank", "team", "turnout", "travel", "total", "arrival", "length"];
    return h(
      "table",
      { class: "proposals" },
      h("caption", {}, t("dispatch.caption", {
        count: count(proposal.proposals.length), time: clockTime(proposal.generated_at),
      })),
      h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col", class: name }, t(`column.${name}`))))),
      proposal.proposals.map((one) => this.rows(one)),
    );
  }

  /** One team: its figures in a line, below them how to call it and how it comes. */
  rows(one) {
    const via = one.main_roads.join(" → ");
    return h(
      "tbody",
      {
        tabindex: 0, dataset: { rank: one.rank, id: one.id },
        onmouseenter: () => this.routes.emphasise(one.rank),
        onmouseleave: () => this.routes.emphasise(null),
        onfocus: () => this.routes.emphasise(one.rank),
        onblur: () => this.routes.emphasise(null),
        onclick: (event) => { if (!event.target.closest("a, input")) this.routes.zoomTo(one.rank); },
      },
      h(
        "tr",
        {},
        h("td", { class: "rank", rowspan: 2 }, h("span", { class: `badge rank-${Math.min(one.rank, 5)}` }, one.rank), may("dispatch") && tick(one)),
        h("th", { class: "team", scope: "row" }, one.name),
        h("td", { class: "turnout" }, minutes(one.turnout_s)),
        h("td", { class: "travel" }, minutes(one.travel_s)),
        h("td", { class: "total" }, minutes(one.total_s)),
        h("td", { class: "arrival" }, clockTime(one.arrival_at)),
        h("td", { class: "length" }, distance(one.length_m)),
      ),
      h("tr", { class: "more" }, h(
        "td",
        { colspan: 6 },
        one.contact_phone && phone(one.contact_phone),
        one.stops_short_m > 0 && h("span", { class: "short" }, t("dispatch.stops_short", { distance: distance(one.stops_short_m) })),
        one.unverified && h("span", { class: "short" }, t("dispatch.unverified")),
        h("span", { class: "via", title: via }, [vehicleName(one.profile), via].filter(Boolean).join(" · ")),
      )),
    );
  }

  highlight(rank) {
    for (const row of document.querySelectorAll("#answer tbody[data-rank]")) {
      row.classList.toggle("hover", Number(row.dataset.rank) === rank);
    }
  }
}

const vehicleName = (code) => config.vehicles.find((one) => one.code === code)?.label ?? code;
