// Risk beside cover: counties on a picture in two classes at once, lit together with their rows.

import { chartFiles } from "./chart.js";
import { byId } from "./dom.js";
import { config, dayTime, percent, t } from "./i18n.js";
import { countyShapes, mapPicture } from "./picture.js";
import { rowsOf } from "./planning_map.js";

// Stevens' scheme: rows from poor to good cover, columns from low to high risk.
const FILLS = [["#5ac8c8", "#5698b9", "#3b4994"], ["#ace4e4", "#a5add3", "#8c62aa"], ["#e8e8e8", "#dfb0d6", "#be64ac"]];

/** What stands at the head of every picture besides its title. */
export const basisOf = ({ result }) => [config.site.synthetic ? t("planning.synthetic_data") : "", dayTime(result.computed_at)].filter(Boolean).join(" · ");

/** The part of the page; light(county) is called when a county of the picture is pointed at. */
export async function showRisks(found, light) {
  const { content, areas, name } = found;
  const risks = content.risks ? rowsOf(content.risks) : [];
  const shapes = risks.length ? await countyShapes() : [];
  byId("risks-part").hidden = !shapes.length;
  if (!shapes.length) return;
  const of = new Map(risks.map((one) => [one.county, one]));
  const picture = mapPicture({
    title: `${t("planning.risk_and_cover")} · ${name}`,
    note: basisOf(found),
    counties: shapes.map((shape) => {
      const one = of.get(shape.id);
      if (!one) return shape;
      const told = t("planning.risk_hint", { county: areas[one.county], red: one.level_1, orange: one.level_2, share: percent(one.share) });
      return { ...shape, fill: FILLS[one.cover_class][one.risk_class], hint: told };
    }),
    matrix: { rows: FILLS, down: ["poor", "fair", "good"].map((code) => t(`planning.cover_${code}`)), along: t("planning.risk_along") },
  });
  for (const shape of picture.querySelectorAll("[data-county]")) {
    shape.addEventListener("mouseenter", () => light(shape.dataset.county));
    shape.addEventListener("mouseleave", () => light(null));
  }
  byId("risks").replaceChildren(picture);
  byId("risk-files").replaceChildren(...chartFiles(picture, `${config.scenario}-${name}-${t("planning.risk_and_cover")}`));
}
