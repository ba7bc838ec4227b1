/** What a log-in with the OpenID provider came to, by the code that the API leads back with. */
const failures: Record<string, string> = {
  oidc_not_configured: "Signing in with a provider is not set up here.",
  oidc_state: "This sign-in was begun in another window or too long ago. Please try again.",
  oidc_denied: "The provider says that the sign-in was declined.",
  oidc_refused: "The provider refused the sign-in. Please try again; if it stays so, an administrator finds the reason in the audit log.",
  oidc_unavailable: "The provider cannot be reached just now. Please try again in a moment.",
  oidc_token: "The provider's answer could not be trusted, so nobody was signed in. An administrator finds the reason in the audit log.",
  oidc_user: "The provider knows you, but there is no account for you here. An administrator can make one.",
  oidc_busy: "There were too many sign-ins that failed. Please wait a little and try again.",
};

/** A sentence for people; null where nothing failed. */
export function failure(code: string | null): string | null {
  if (!code) return null;
  const known = Object.prototype.hasOwnProperty.call(failures, code) ? failures[code] : undefined;
  return known ?? "The sign-in did not work. Please try again.";
}
