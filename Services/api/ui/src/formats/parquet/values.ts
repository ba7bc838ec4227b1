import { Stored } from "./encodings";
import { SchemaNode, TimeUnit } from "./schema";

/** A value for people and for comparing: what has no exact JavaScript value is text. */
export type Cell = null | boolean | number | bigint | string | Cell[] | { fields: [name: string, value: Cell][] };

/** What a stored value means by its column's type. */
export function meaning(stored: Stored, column: SchemaNode): Cell {
  const logical = column.logical;
  if (stored instanceof Uint8Array) {
    if (column.physical === "INT96") return int96(stored);
    switch (logical?.kind) {
      case "string":
      case "enum":
      case "json": return text(stored);
      case "decimal": return decimal(signed(stored), logical.scale);
      case "uuid": return uuid(stored);
      case "float16": return float16((stored[0] ?? 0) | ((stored[1] ?? 0) << 8));
      case "interval": return interval(stored);
      default: return `0x${hex(stored)}`;
    }
  }
  if (typeof stored === "boolean") return stored;
  switch (logical?.kind) {
    case "decimal": return decimal(BigInt(stored), logical.scale);
    case "date": return date(Number(stored));
    case "time": return time(BigInt(stored), logical.unit);
    case "timestamp": return timestamp(BigInt(stored), logical.unit, logical.isUTC);
    case "integer":
      if (!logical.isSigned) return typeof stored === "bigint" ? BigInt.asUintN(64, stored) : stored >>> 0;
  }
  return stored;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function uuid(bytes: Uint8Array): string {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.*)$/, "$1-$2-$3-$4-$5");
}

/** A number in two's complement, highest byte first. */
function signed(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex(bytes)}`));
}

function decimal(value: bigint, scale: number): string {
  if (scale <= 0 || scale > 1000) return value.toString();
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function interval(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length !== 12) return `0x${hex(bytes)}`;
  return `${view.getUint32(0, true)} months ${view.getUint32(4, true)} days ${view.getUint32(8, true)} ms`;
}

const day = 86_400_000;

function date(days: number): string {
  return iso(days * day)?.slice(0, -14) ?? `day ${days}`;
}

/** The time as ISO has it, or undefined where JavaScript's calendar ends. */
function iso(milliseconds: number): string | undefined {
  const found = new Date(milliseconds);
  return Number.isNaN(found.getTime()) ? undefined : found.toISOString();
}

const perSecond: Record<TimeUnit, bigint> = { ms: 1_000n, µs: 1_000_000n, ns: 1_000_000_000n };

function split(value: bigint, unit: TimeUnit): { seconds: bigint; fraction: string } {
  const per = perSecond[unit];
  const rest = ((value % per) + per) % per;
  return { seconds: (value - rest) / per, fraction: rest.toString().padStart(per.toString().length - 1, "0") };
}

function timestamp(value: bigint, unit: TimeUnit, isUTC: boolean): string {
  const { seconds, fraction } = split(value, unit);
  const found = iso(Number(seconds) * 1000);
  if (!found) return `${value} ${unit}`;
  const shown = /[1-9]/.test(fraction) ? `.${fraction}` : "";
  return `${found.slice(0, -5).replace("T", " ")}${shown}${isUTC ? "Z" : ""}`;
}

function time(value: bigint, unit: TimeUnit): string {
  const { seconds, fraction } = split(value, unit);
  const shown = /[1-9]/.test(fraction) ? `.${fraction}` : "";
  const two = (number: bigint): string => number.toString().padStart(2, "0");
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${shown}`;
}

/** Nanoseconds of a day, then the Julian day. */
function int96(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const days = BigInt(view.getUint32(8, true)) - 2_440_588n;
  return timestamp(days * 86_400_000_000_000n + view.getBigInt64(0, true), "ns", false);
}

/** Nested values on one line. */
export function written(cell: Cell): string {
  if (cell === null) return "null";
  if (typeof cell === "string") return JSON.stringify(cell);
  if (Array.isArray(cell)) return `[${cell.map(written).join(", ")}]`;
  if (typeof cell === "object") return `{${cell.fields.map(([name, value]) => `${name}: ${written(value)}`).join(", ")}}`;
  return String(cell);
}
