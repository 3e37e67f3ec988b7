import type { Request, Response } from 'express';
import type { Core } from '../../core';
import { getRoles } from '../../data/roles';
import { KNOWN_TIME_ZONES, getTimeZoneId } from '../../data/time-zones';

/** The languages of the user interface that every tenant has. */
const LANGUAGES: readonly string[] = ['en-US', 'fr-FR', 'de-DE', 'ja-JP', 'pt-BR', 'es-ES'];

/**
 * `GET /platform/v1/setup/quickflow/data`: the languages, roles and time zones that Setup offers for a new user. It is not
 * documented; `mcdev` reads the ids of time zones from it.
 */
export function setupDataRoute(core: Core): (req: Request, res: Response) => void {
  return function sendSetupData(req, res) {
    const { tenant } = core.getExchange(req);
    const accounts = [tenant, ...tenant.users];
    const languages = new Set([...LANGUAGES, ...accounts.map(({ locale }) => locale)]);
    const timeZones = new Set([...KNOWN_TIME_ZONES, ...accounts.map(({ timezone }) => timezone.longName)]);
    const names = new Intl.DisplayNames(['en'], { type: 'language' });
    res.json({
      languages: [...languages].map((locale) => ({ Key: locale, Value: names.of(locale) ?? locale })),
      roles: getRoles(tenant.enterpriseId, tenant.users).map(({ objectId, name }) => ({
        roleID: objectId,
        roleName: name,
        description: name,
      })),
      timeZones: [...timeZones].map((longName) => ({ id: String(getTimeZoneId(longName)), description: longName })),
      defaultUserData: {
        defaultTimeZone: String(getTimeZoneId(tenant.timezone.longName)),
        defaultLanguage: tenant.locale,
      },
    });
  };
}
