// The room that is left of the map beside what lies over its edges.

/** [left, top, right, bottom] in pixels of `container`, `margin` away from what covers it. */
export function freeRoom(container, covers, margin) {
  const whole = container.getBoundingClientRect();
  let room = [0, 0, whole.width, whole.height];
  for (const element of covers.flatMap((name) => [...document.querySelectorAll(name)])) {
    const box = element.getBoundingClientRect();
    const cover = [box.left - whole.left, box.top - whole.top, box.right - whole.left, box.bottom - whole.top];
    if (box.width && box.height && overlap(room, cover)) room = largestBeside(room, cover);
  }
  const [left, top, right, bottom] = room;
  return [left + margin, top + margin, right - margin, bottom - margin];
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

/** The largest part of `room` to one side of `cover`. */
function largestBeside([left, top, right, bottom], cover) {
  const sides = [
    [left, top, cover[0], bottom], [cover[2], top, right, bottom],
    [left, top, right, cover[1]], [left, cover[3], right, bottom],
  ];
  const size = (box) => Math.max(0, box[2] - box[0]) * Math.max(0, box[3] - box[1]);
  return sides.reduce((best, side) => (size(side) > size(best) ? side : best));
}
