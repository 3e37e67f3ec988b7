import type { RequestHandler } from 'express';
import { MarketingCloudError } from 'passport-marketing-cloud';
import type { Advice } from './advice';

/** The business units that may be chosen, and where the grant acts now. */
export interface SwitcherView {
  readonly current: number;
  /** Known by name; any other by its MID. */
  readonly units: readonly BusinessUnitName[];
  /** Why the last choice was not taken. */
  readonly problem: Advice | undefined;
}

export interface BusinessUnitName {
  readonly id: number;
  readonly name: string;
}

/** Digits without a zero at the start, as many as a safe integer has. */
const MID = /^[1-9]\d{0,14}$/;
const PART = '/dashboard#business-unit';

/** Takes the form: has the grant act in another business unit, and leads back to the dashboard. */
export const switchBusinessUnit: RequestHandler = async (req, res) => {
  const { businessUnit } = (req.body ?? {}) as { businessUnit?: unknown };
  const text = typeof businessUnit === 'string' ? businessUnit.trim() : '';
  if (!MID.test(text)) {
    res.redirect(303, back('refused', 'none'));
    return;
  }
  try {
    await req.marketingCloud.switchBusinessUnit(text);
  } catch (error) {
    if (!(error instanceof MarketingCloudError) || error.code !== 'business_unit_denied') throw error;
    res.redirect(303, back('refused', text));
    return;
  }
  res.redirect(303, PART);
};

function back(name: string, value: string): string {
  return PART.replace('#', `?${new URLSearchParams({ [name]: value }).toString()}#`);
}

/** What to say about a choice that was not taken, by the address that this leads back to. */
export function refusalOf(refused: unknown): Advice | undefined {
  if (typeof refused !== 'string') return undefined;
  if (!MID.test(refused)) {
    return {
      title: 'That is not a MID',
      happened: 'A business unit is named by its MID, a whole number. Nothing was changed.',
      steps: ['The MID is in Marketing Cloud under your name, at the top right, or in Setup → Business Units.'],
    };
  }
  return {
    title: 'No access to this business unit',
    happened: `Marketing Cloud does not let you work in the business unit with the MID ${refused}. You are where you were.`,
    steps: [
      'Check the MID. Or ask an administrator to give your user access to the business unit, and to enable the package for it: Setup → Installed Packages → this package → Access.',
    ],
    code: 'business_unit_denied',
  };
}
