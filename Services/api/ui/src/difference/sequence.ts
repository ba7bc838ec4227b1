/** One step from a left sequence to a right one: places in each; -1 where it is not there. */
export interface Step { kind: "same" | "del" | "add"; left: number; right: number }

/** Beyond so many differences two sequences are taken for wholly different, so that comparing ends. */
const mostDifferences = 2_000;

/**
 * The shortest way from one sequence to another (Myers, An O(ND) Difference Algorithm, 1986), what is alike at both ends left aside first.
 *
 * Undefined where they differ too much to look for it.
 */
export function compare(left: readonly string[], right: readonly string[]): Step[] | undefined {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let [endLeft, endRight] = [left.length, right.length];
  while (endLeft > start && endRight > start && left[endLeft - 1] === right[endRight - 1]) {
    endLeft--;
    endRight--;
  }
  const middle = walk(left.slice(start, endLeft), right.slice(start, endRight));
  if (!middle) return undefined;
  const same = (count: number, left: number, right: number): Step[] => Array.from({ length: count }, (_, index) => ({ kind: "same", left: left + index, right: right + index }));
  return [
    ...same(start, 0, 0),
    ...middle.map((step) => ({ ...step, left: step.left < 0 ? -1 : step.left + start, right: step.right < 0 ? -1 : step.right + start })),
    ...same(left.length - endLeft, endLeft, endRight),
  ];
}

function walk(left: readonly string[], right: readonly string[]): Step[] | undefined {
  const most = Math.min(left.length + right.length, mostDifferences);
  const offset = most + 1;
  const reach = new Int32Array(2 * most + 3);
  // How far each diagonal came with so many differences, from which the way back is found.
  const history: Int32Array[] = [];
  for (let differences = 0; differences <= most; differences++) {
    history.push(reach.slice(offset - differences - 1, offset + differences + 2));
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      let at = goesDown(reach, offset, diagonal, differences) ? reach[offset + diagonal + 1] ?? 0 : (reach[offset + diagonal - 1] ?? 0) + 1;
      while (at < left.length && at - diagonal < right.length && left[at] === right[at - diagonal]) at++;
      reach[offset + diagonal] = at;
      if (at >= left.length && at - diagonal >= right.length) return wayBack(history, left.length, right.length);
    }
  }
  return undefined;
}

const goesDown = (reach: Int32Array, offset: number, diagonal: number, differences: number): boolean =>
  diagonal === -differences || (diagonal !== differences && (reach[offset + diagonal - 1] ?? 0) < (reach[offset + diagonal + 1] ?? 0));

function wayBack(history: Int32Array[], leftLength: number, rightLength: number): Step[] {
  const steps: Step[] = [];
  let [left, right] = [leftLength, rightLength];
  for (let differences = history.length - 1; differences >= 0; differences--) {
    const [reach, offset, diagonal] = [history[differences] ?? new Int32Array(), differences + 1, left - right];
    const isDown = goesDown(reach, offset, diagonal, differences);
    const before = isDown ? diagonal + 1 : diagonal - 1;
    const beforeLeft = differences === 0 ? 0 : reach[offset + before] ?? 0;
    const beforeRight = differences === 0 ? 0 : beforeLeft - before;
    const turnLeft = differences === 0 ? 0 : isDown ? beforeLeft : beforeLeft + 1;
    while (left > turnLeft && left > 0 && right > 0) steps.push({ kind: "same", left: --left, right: --right });
    if (differences === 0) break;
    steps.push(isDown ? { kind: "add", left: -1, right: --right } : { kind: "del", left: --left, right: -1 });
    [left, right] = [beforeLeft, beforeRight];
  }
  return steps.reverse();
}

export type Shown = Step | { kind: "skip"; count: number };

/** Leaves out what is alike, but for some rows around each difference. */
export function around(steps: Step[], rows = 3): Shown[] {
  const near = new Uint8Array(steps.length);
  steps.forEach((step, index) => {
    if (step.kind !== "same") near.fill(1, Math.max(0, index - rows), Math.min(steps.length, index + rows + 1));
  });
  const shown: Shown[] = [];
  let skipped = 0;
  const skip = (): void => {
    if (skipped > 0) shown.push({ kind: "skip", count: skipped });
    skipped = 0;
  };
  steps.forEach((step, index) => {
    if (!near[index]) {
      skipped++;
      return;
    }
    skip();
    shown.push(step);
  });
  skip();
  return shown;
}
