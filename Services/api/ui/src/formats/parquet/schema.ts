import { ParquetError } from "./parquet-error";
import { ThriftStruct } from "./thrift";

export type PhysicalType =
  | "BOOLEAN" | "INT32" | "INT64" | "INT96" | "FLOAT" | "DOUBLE" | "BYTE_ARRAY" | "FIXED_LEN_BYTE_ARRAY";

const physicalTypes: PhysicalType[] = [
  "BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY",
];

export type TimeUnit = "ms" | "µs" | "ns";

/** What a value means, beyond how it is stored. */
export type LogicalType =
  | { kind: "string" | "enum" | "json" | "bson" | "uuid" | "float16" | "date" | "null" | "interval" }
  | { kind: "list" | "map" }
  | { kind: "decimal"; precision: number; scale: number }
  | { kind: "time" | "timestamp"; unit: TimeUnit; isUTC: boolean }
  | { kind: "integer"; bits: number; isSigned: boolean };

/** A column, or a group of columns. */
export interface SchemaNode {
  name: string;
  repetition: "required" | "optional" | "repeated";
  /** What is stored; a group has none. */
  physical?: PhysicalType;
  /** Bytes of a value of fixed length. */
  length: number;
  logical?: LogicalType;
  children: SchemaNode[];
  /** How many of the nodes from the root to this one may be absent. */
  definition: number;
  /** How many of them are repeated. */
  repetitionLevel: number;
}

const maxColumns = 20_000;
const maxDepth = 64;

/** The tree of the schema, which the metadata has flat, parents first. */
export function readSchema(elements: ThriftStruct[]): SchemaNode {
  if (elements.length > maxColumns) throw new ParquetError(`more than ${maxColumns} columns`);
  let next = 0;
  const read = (definition: number, repetitionLevel: number, depth: number): SchemaNode => {
    const element = elements[next++];
    if (!element || depth > maxDepth) throw new ParquetError("the schema is broken");
    const isRoot = depth === 0;
    const repetition = isRoot
      ? "required"
      : (["required", "optional", "repeated"] as const)[element.number(3) ?? 0] ?? "required";
    const node: SchemaNode = {
      name: element.text(4) ?? "",
      repetition,
      length: element.number(2) ?? 0,
      logical: readLogicalType(element),
      children: [],
      definition: definition + (repetition === "required" ? 0 : 1),
      repetitionLevel: repetitionLevel + (repetition === "repeated" ? 1 : 0),
    };
    const count = element.number(5) ?? 0;
    if (count > 0) {
      for (let index = 0; index < count; index++) {
        node.children.push(read(node.definition, node.repetitionLevel, depth + 1));
      }
    } else if (!isRoot) {
      node.physical = physicalTypes[element.number(1) ?? -1];
      if (!node.physical) throw new ParquetError(`column “${node.name}” has an unknown type`);
    }
    return node;
  };
  return read(0, 0, 0);
}

function unit(struct: ThriftStruct | undefined): TimeUnit {
  return struct?.has(1) ? "ms" : struct?.has(3) ? "ns" : "µs";
}

function readLogicalType(element: ThriftStruct): LogicalType | undefined {
  const union = element.struct(10);
  if (!union) return convertedType(element);
  if (union.has(1)) return { kind: "string" };
  if (union.has(2)) return { kind: "map" };
  if (union.has(3)) return { kind: "list" };
  if (union.has(4)) return { kind: "enum" };
  const decimal = union.struct(5);
  if (decimal) return { kind: "decimal", scale: decimal.number(1) ?? 0, precision: decimal.number(2) ?? 0 };
  if (union.has(6)) return { kind: "date" };
  const time = union.struct(7) ?? union.struct(8);
  if (time) {
    const kind = union.has(7) ? "time" : "timestamp";
    return { kind, isUTC: time.boolean(1) ?? false, unit: unit(time.struct(2)) };
  }
  const integer = union.struct(10);
  if (integer) return { kind: "integer", bits: integer.number(1) ?? 32, isSigned: integer.boolean(2) ?? true };
  if (union.has(11)) return { kind: "null" };
  if (union.has(12)) return { kind: "json" };
  if (union.has(13)) return { kind: "bson" };
  if (union.has(14)) return { kind: "uuid" };
  if (union.has(15)) return { kind: "float16" };
  return convertedType(element);
}

/** What older writers said instead of a logical type. */
function convertedType(element: ThriftStruct): LogicalType | undefined {
  const integer = (bits: number, isSigned: boolean): LogicalType => ({ kind: "integer", bits, isSigned });
  switch (element.number(6)) {
    case 0: return { kind: "string" };
    case 1:
    case 2: return { kind: "map" };
    case 3: return { kind: "list" };
    case 4: return { kind: "enum" };
    case 5: return { kind: "decimal", scale: element.number(7) ?? 0, precision: element.number(8) ?? 0 };
    case 6: return { kind: "date" };
    case 7: return { kind: "time", unit: "ms", isUTC: true };
    case 8: return { kind: "time", unit: "µs", isUTC: true };
    case 9: return { kind: "timestamp", unit: "ms", isUTC: true };
    case 10: return { kind: "timestamp", unit: "µs", isUTC: true };
    case 11: return integer(8, false);
    case 12: return integer(16, false);
    case 13: return integer(32, false);
    case 14: return integer(64, false);
    case 15: return integer(8, true);
    case 16: return integer(16, true);
    case 17: return integer(32, true);
    case 18: return integer(64, true);
    case 19: return { kind: "json" };
    case 20: return { kind: "bson" };
    case 21: return { kind: "interval" };
    default: return undefined;
  }
}

/** The columns that hold values, each as the nodes from below the root to it. */
export function leaves(root: SchemaNode): SchemaNode[][] {
  const found: SchemaNode[][] = [];
  const walk = (node: SchemaNode, path: SchemaNode[]): void => {
    for (const child of node.children) {
      const below = [...path, child];
      if (child.physical) found.push(below);
      else walk(child, below);
    }
  };
  walk(root, []);
  return found;
}

/** The node of a list's elements: writers wrap it in one group, in two, or in none. */
export function listElement(list: SchemaNode): { repeated: SchemaNode; element: SchemaNode; isWrapped: boolean } | undefined {
  const repeated = list.children[0];
  if (list.children.length !== 1 || !repeated || repeated.repetition !== "repeated") return undefined;
  const only = repeated.children[0];
  const isWrapped =
    repeated.children.length === 1 && repeated.name !== "array" && repeated.name !== `${list.name}_tuple`;
  return { repeated, element: isWrapped && only ? only : repeated, isWrapped: isWrapped && only !== undefined };
}

/** A type as people write it: `decimal(12,2)`, `list<string>`, `struct<a: int32>`. */
export function typeName(node: SchemaNode): string {
  const name = bareTypeName(node);
  return node.repetition === "repeated" ? `repeated ${name}` : name;
}

function bareTypeName(node: SchemaNode): string {
  const logical = node.logical;
  if (!node.physical) {
    const list = logical?.kind === "list" ? listElement(node) : undefined;
    if (list) return `list<${bareTypeName(list.element)}>`;
    const [key, value] = logical?.kind === "map" ? node.children[0]?.children ?? [] : [];
    if (key && value) return `map<${bareTypeName(key)}, ${bareTypeName(value)}>`;
    return `struct<${node.children.map((child) => `${child.name}: ${typeName(child)}`).join(", ")}>`;
  }
  switch (logical?.kind) {
    case undefined: break;
    case "decimal": return `decimal(${logical.precision},${logical.scale})`;
    case "timestamp": return `timestamp(${logical.unit}${logical.isUTC ? ", UTC" : ""})`;
    case "time": return `time(${logical.unit})`;
    case "integer": return `${logical.isSigned ? "int" : "uint"}${logical.bits}`;
    default: return logical?.kind ?? "";
  }
  switch (node.physical) {
    case "BYTE_ARRAY": return "binary";
    case "FIXED_LEN_BYTE_ARRAY": return `binary(${node.length})`;
    case "INT96": return "timestamp(ns)";
    default: return node.physical.toLowerCase();
  }
}
