import { toWarningPage } from './error-pages';

/** The `code` of every warning. Codes are stable; texts are not. `docs/errors/warnings.md` explains them. */
export const WARNING_CODES = [
  'MARKETING_CLOUD_CALLBACK_URL',
  'MARKETING_CLOUD_LOGIN_HOST',
  'MARKETING_CLOUD_MEMORY_SESSIONS',
  'MARKETING_CLOUD_VAULT_PER_PROCESS',
] as const;

/**
 * Warns of a mistake that does not stop the app. Node prints the message, the fix and the address of the warning's page;
 * `process.on('warning')` gets an error with the `code`.
 */
export function warn(code: (typeof WARNING_CODES)[number], message: string, fix: string): void {
  process.emitWarning(message, {
    type: 'PassportMarketingCloudWarning',
    code,
    detail: `${fix}\n${toWarningPage(code)}`,
  });
}
