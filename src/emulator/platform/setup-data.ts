import type { Request, Response } from 'express';
import type { Core } from '../core';
import { rolesOf } from '../world/roles';
import { KNOWN_TIME_ZONES, timeZoneId } from '../world/time-zone-ids';

/** The languages of the user interface that are always there. */
const LANGUAGES: readonly string[] = ['en-US', 'fr-FR', 'de-DE', 'ja-JP', 'pt-BR', 'es-ES'];

/**
 * `GET /platform/v1/setup/quickflow/data`: what Setup offers for a new user. It is not documented; `mcdev` reads it for
 * the numbers of time zones.
 */
export function setupDataEndpoint(core: Core): (req: Request, res: Response) => void {
  return function setupDataRoute(req, res) {
    const { tenant } = core.exchangeOf(req);
    const accounts = [tenant, ...tenant.users];
    const languages = new Set([...LANGUAGES, ...accounts.map(({ locale }) => locale)]);
    const timeZones = new Set([...KNOWN_TIME_ZONES, ...accounts.map(({ timezone }) => timezone.longName)]);
    const names = new Intl.DisplayNames(['en'], { type: 'language' });
    res.json({
      languages: [...languages].map((locale) => ({ Key: locale, Value: names.of(locale) ?? locale })),
      roles: rolesOf(tenant.enterpriseId, tenant.users).map(({ objectId, name }) => ({
        roleID: objectId,
        roleName: name,
        description: name,
      })),
      timeZones: [...timeZones].map((longName) => ({ id: String(timeZoneId(longName)), description: longName })),
      defaultUserData: {
        defaultTimeZone: String(timeZoneId(tenant.timezone.longName)),
        defaultLanguage: tenant.locale,
      },
    });
  };
}
