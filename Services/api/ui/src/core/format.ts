/** Such as `1.4 MiB`. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  const units = ["KiB", "MiB", "GiB", "TiB", "PiB"];
  let [value, unit] = [count, -1];
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const spans: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600], ["month", 2_629_800], ["week", 604_800], ["day", 86_400], ["hour", 3_600], ["minute", 60]];

/** Such as `3 hours ago`, of seconds since 1970. */
export function ago(seconds: number, now = Date.now() / 1000): string {
  const distance = seconds - now;
  for (const [unit, length] of spans) if (Math.abs(distance) >= length) return relative.format(Math.trunc(distance / length), unit);
  return "just now";
}

export const instant = (seconds: number): string => new Date(seconds * 1000).toLocaleString();
export const count = (number: number): string => number.toLocaleString("en");
export const shortID = (id: string): string => id.slice(0, 12);

/** A name with what would change the direction or the look of its surroundings made visible. */
export function shown(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The last part of a path, its slash kept. */
export function lastPart(path: string): string {
  const at = path.lastIndexOf("/", path.length - 2);
  return path.slice(at + 1);
}
