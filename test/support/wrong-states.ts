/** Query parameters that some servers take a session's id from. */
export const SESSION_PARAMETERS = ['sid', 'auth_session_id', 'connect.sid', 'jsessionid'] as const;

/** A callback with states that are nearly the right one. */
export function nearMissesOf(callback: string): string[] {
  const [, state = ''] = /state=([^&]+)/.exec(callback) ?? [];
  const swapped = [...state].map((letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
  const longer = [`${state}=`, `${state}%20`, `%20${state}`, `${state}%00`, `${state}e%CC%81`];
  return [swapped.join(''), ...longer, state.slice(1), state.slice(0, -1)].map((near) => callback.replace(state, near));
}
