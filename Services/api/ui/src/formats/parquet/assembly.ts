import { ParquetError } from "./parquet-error";
import { listElement, SchemaNode } from "./schema";
import { Cell } from "./values";

/** Values of a leaf with their levels: how far down they are defined, and which list they go on. */
export interface LeafValues {
  definitions: number[];
  repetitions: number[];
  /** One for each value that is defined all the way down. */
  cells: Cell[];
}

/** A group's values by the order of its children. Names would not do: `__proto__` is one. */
type Raw = undefined | { leaf: Cell } | { group: Raw[] } | { items: Raw[] } | null;

/** Puts the columns below one top-level node together again: one cell a row, at most `rows`. */
export function assemble(top: SchemaNode, columns: { path: SchemaNode[]; values: LeafValues }[], rows: number): Cell[] {
  const found: { group: Raw[] }[] = Array.from({ length: rows }, () => ({ group: [] }));
  for (const { path, values } of columns) addLeaf(found, path, values);
  return found.map((row) => (top.repetition === "repeated" ? items(row.group[0], top) : cell(row.group[0], top)));
}

function addLeaf(rows: { group: Raw[] }[], path: SchemaNode[], values: LeafValues): void {
  const slots = path.map((node, index) => (index === 0 ? 0 : path[index - 1]?.children.indexOf(node) ?? 0));
  const positions = new Array<number>((path[path.length - 1]?.repetitionLevel ?? 0) + 1).fill(0);
  let row = -1;
  let used = 0;
  for (let index = 0; index < values.definitions.length; index++) {
    const repetition = values.repetitions[index] ?? 0;
    const definition = values.definitions[index] ?? 0;
    if (repetition === 0) row++;
    else positions[repetition] = (positions[repetition] ?? 0) + 1;
    positions.fill(0, repetition + 1);
    const target = rows[row];
    if (!target) {
      if (row < 0) throw new ParquetError("the first row does not begin");
      return;
    }
    const isDefined = definition === path[path.length - 1]?.definition;
    put(target, path, slots, positions, definition, isDefined ? values.cells[used++] ?? null : null);
  }
}

function put(
  row: { group: Raw[] }, path: SchemaNode[], slots: number[], positions: number[], definition: number, value: Cell,
): void {
  let group = row.group;
  for (let depth = 0; depth < path.length; depth++) {
    const node = path[depth];
    const slot = slots[depth] ?? 0;
    if (!node) return;
    if (node.definition > definition) {
      group[slot] ??= node.repetition === "repeated" ? { items: [] } : null;
      return;
    }
    let container = group;
    let position = slot;
    if (node.repetition === "repeated") {
      const list = (group[slot] ??= { items: [] });
      if (!list || !("items" in list)) throw new ParquetError("the columns do not fit together");
      container = list.items;
      position = positions[node.repetitionLevel] ?? 0;
      if (position > container.length) throw new ParquetError("the columns do not fit together");
    }
    if (node.physical) {
      container[position] = { leaf: value };
      return;
    }
    const next = (container[position] ??= { group: [] });
    if (!next || !("group" in next)) throw new ParquetError("the columns do not fit together");
    group = next.group;
  }
}

function items(raw: Raw, node: SchemaNode): Cell[] {
  return raw && "items" in raw ? raw.items.map((item) => cell(item, node)) : [];
}

/** What a raw value means by its node: lists and maps lose the groups they are wrapped in. */
function cell(raw: Raw, node: SchemaNode): Cell {
  if (!raw) return null;
  if ("leaf" in raw) return raw.leaf;
  if (!("group" in raw)) return items(raw, node);
  if (node.logical?.kind === "list") {
    const list = listElement(node);
    const inner = raw.group[0];
    if (list && inner && "items" in inner) {
      return inner.items.map((item) =>
        list.isWrapped
          ? cell(item && "group" in item ? item.group[0] : null, list.element)
          : cell(item, list.element),
      );
    }
  }
  const [key, value] = node.logical?.kind === "map" ? node.children[0]?.children ?? [] : [];
  const entries = raw.group[0];
  if (key && value && entries && "items" in entries) {
    return entries.items.map((entry): Cell => {
      const pair = entry && "group" in entry ? entry.group : [];
      return { fields: [["key", cell(pair[0], key)], ["value", cell(pair[1], value)]] };
    });
  }
  return {
    fields: node.children.map((child, index) => [
      child.name,
      child.repetition === "repeated" ? items(raw.group[index], child) : cell(raw.group[index], child),
    ]),
  };
}
