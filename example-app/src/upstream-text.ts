const MAX_LENGTH = 500;

/**
 * What Marketing Cloud wrote about a call or a sign-in that it refused. Foreign text: escape it before it is shown.
 */
export function upstreamTextOf(error: unknown): string | undefined {
  const { upstreamMessage, response } = Object(error) as { upstreamMessage?: unknown; response?: unknown };
  const { description } = Object(response) as { description?: unknown };
  const text = [upstreamMessage, description].find((one) => typeof one === 'string' && one.trim() !== '');
  return typeof text === 'string' ? text.trim().slice(0, MAX_LENGTH) : undefined;
}
