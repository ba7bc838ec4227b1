/** Light or dark: the system's choice until somebody makes one, which is kept in this browser. */
export type Theme = "light" | "dark";

const key = "tarn-theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");

function chosen(): Theme | null {
  try {
    const value = window.localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null;
  }
}

export const theme = (): Theme => chosen() ?? (system.matches ? "dark" : "light");

export function applyTheme(): void {
  document.documentElement.dataset["theme"] = theme();
}

export function choose(value: Theme): void {
  try {
    window.localStorage.setItem(key, value);
  } catch {
    // The choice then ends with the page.
  }
  document.documentElement.dataset["theme"] = value;
}

system.addEventListener("change", applyTheme);
