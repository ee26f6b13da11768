// Which boxes on the screen are taken.

const CELL = 48;

/** A grid of taken boxes [left, top, right, bottom]. */
export class Taken {
  constructor() {
    this.cells = new Map();
  }

  *keys([left, top, right, bottom]) {
    for (let column = Math.floor(left / CELL); column <= Math.floor(right / CELL); column++) {
      for (let row = Math.floor(top / CELL); row <= Math.floor(bottom / CELL); row++) {
        yield column * 65_536 + row;
      }
    }
  }

  /** Whether `box` overlaps a taken one. */
  hits(box) {
    for (const key of this.keys(box)) {
      for (const other of this.cells.get(key) ?? []) {
        if (box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]) {
          return true;
        }
      }
    }
    return false;
  }

  /** Takes `box`. */
  add(box) {
    for (const key of this.keys(box)) {
      const cell = this.cells.get(key);
      if (cell) cell.push(box);
      else this.cells.set(key, [box]);
    }
  }

  /** Takes `box` if it is free; says whether it was. */
  claim(box) {
    if (this.hits(box)) return false;
    this.add(box);
    return true;
  }
}
