export interface Group { id: string; name?: string; description?: string; creation_date: number }
export interface Statement { effect: "allow" | "deny"; resource: string; action: string[]; condition?: Record<string, Record<string, string[]>> }
export interface Policy { id: string; creation_date?: number; statement: Statement[] }
export interface Key { access_key_id: string; creation_date: number; name?: string; expiration_date?: number; last_used_date?: number }
export interface NewKey { access_key_id: string; secret_access_key: string }

const at = (kind: string, id: string): string => `/admin/${kind}/${encodeURIComponent(id)}`;
export const userAt = (id: string): string => at("users", id);
export const groupAt = (id: string): string => at("groups", id);
export const policyAt = (id: string): string => at("policies", id);
