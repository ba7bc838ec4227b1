/** A line between two rows, from a lane at its top to a lane at its bottom. */
export interface Edge { from: number; to: number }
/** What is drawn beside one commit: its dot, the lines that come in from above it, and those that leave below. */
export interface GraphRow { lane: number; above: Edge[]; below: Edge[]; lanes: number }

/**
 * Lays commits out in lanes. They come children before parents, as the log lists them; the parents may be missing where the log
 * goes on. A commit takes the leftmost lane that waits for it, its first parent goes on in it, others take free ones.
 */
export function layOut(commits: { id: string; parents: string[] }[]): GraphRow[] {
  // What each lane waits for, by its place; null where it is free.
  let waiting: (string | null)[] = [];
  return commits.map(({ id, parents }) => {
    const before = waiting;
    let lane = before.indexOf(id);
    const isTip = lane < 0;
    if (isTip) lane = before.includes(null) ? before.indexOf(null) : before.length;
    const next = before.map((wanted) => (wanted === id ? null : wanted));
    while (next.length <= lane) next.push(null);
    const places: number[] = [];
    for (const [index, parent] of parents.entries()) {
      let place = next.indexOf(parent);
      if (place < 0) {
        place = index === 0 && next[lane] === null ? lane : next.indexOf(null);
        if (place < 0) place = next.length;
        next[place] = parent;
      }
      places.push(place);
    }
    const above = before.flatMap((wanted, from) => (wanted === null ? [] : [{ from, to: wanted === id ? lane : from }]));
    const below = next.flatMap((wanted, to) => {
      if (wanted === null) return [];
      const passes = before[to] !== null && before[to] !== undefined && before[to] !== id;
      return [...(passes ? [{ from: to, to }] : []), ...(places.includes(to) ? [{ from: lane, to }] : [])];
    });
    while (next.length > 0 && next[next.length - 1] === null) next.pop();
    waiting = next;
    return { lane, above, below, lanes: Math.max(before.length, next.length, lane + 1) };
  });
}
